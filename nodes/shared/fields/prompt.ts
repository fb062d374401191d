import type { INodeProperties } from 'n8n-workflow';
import { invalidInput } from '../api/errors';
import { fieldOf, type RowParameters } from './parameters';
import { readText, type Field } from './read';

/** Characters, by OpenAI's API reference. */
export const MAX_LENGTH = 32_000;

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
	assertLength(prompt, fieldOf(promptField));
	return prompt;
}

/** Fails for text that is longer than the model reads, or than words of the node's own leave room for. */
export function assertLength(text: string, { label, name }: Field, room = MAX_LENGTH): void {
	const length = text.length > room ? [...text].length : text.length;
	if (length <= room) return;
	const limit = room < MAX_LENGTH ? 'there is room for' : 'the model reads at most';
	throw invalidInput(
		`'${label}' has ${inWords(length)} characters, and ${limit} ${inWords(room)}`,
		`Shorten it by ${inWords(length - room)} or more characters.`,
		name,
	);
}

const inWords = (count: number) => count.toLocaleString('en-US');
