import type { INodeProperties } from 'n8n-workflow';
import { invalidInput } from '../api/errors';
import { fieldOf, type RowParameters } from './parameters';
import { readText } from './read';

/** Characters, by OpenAI's API reference. */
const MAX_LENGTH = 32_000;

export const promptField: INodeProperties = {
	displayName: 'Prompt',
	name: 'prompt',
	type: 'string',
	typeOptions: { rows: 4 },
	default: '',
	required: true,
	placeholder: 'e.g. A ceramic coffee mug on a wooden table, soft morning light',
	description: 'What the image should show, in up to 32,000 characters',
};

/** The prompt, 1 to 32,000 characters. */
export function readPrompt(parameters: RowParameters): string {
	const prompt = readText(parameters('prompt', ''), fieldOf(promptField));
	if (prompt.trim() === '')
		throw invalidInput(
			"'Prompt' is empty",
			"Write what the image should show. If 'Prompt' is an expression, check that the input item has the field it names and that the field is not empty.",
			'prompt',
		);
	const length = prompt.length > MAX_LENGTH ? [...prompt].length : prompt.length;
	if (length > MAX_LENGTH)
		throw invalidInput(
			`'Prompt' has ${length.toLocaleString('en-US')} characters, and the model reads at most ${MAX_LENGTH.toLocaleString('en-US')}`,
			`Shorten it by ${(length - MAX_LENGTH).toLocaleString('en-US')} or more characters.`,
			'prompt',
		);
	return prompt;
}
