import type { INodeProperties } from 'n8n-workflow';
import { invalidInput } from '../api/errors';
import { DEFAULT_MODEL, shutdownOf } from '../models/models';
import { fieldOf, type RowParameters } from './parameters';
import { assertPresent, readText } from './read';

export const modelField: INodeProperties = {
	displayName: 'Model',
	name: 'model',
	type: 'resourceLocator',
	default: { mode: 'list', value: DEFAULT_MODEL, cachedResultName: DEFAULT_MODEL },
	required: true,
	description: 'The model that makes the image',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchModels', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. gpt-image-2.5-sunburst',
			hint: 'On Azure, the name of your deployment',
		},
	],
};

/** The id of the model. */
export function readModel(parameters: RowParameters): string {
	const value = parameters('model', DEFAULT_MODEL);
	assertPresent(value, fieldOf(modelField));
	return readText(value, fieldOf(modelField)).trim();
}

/**
 * Fails for a model that OpenAI has shut down, naming its successor. Not for Azure and compatible
 * servers, where the name may be a deployment of something else.
 */
export function assertAvailable(modelId: string, today: Date): void {
	const shutdown = shutdownOf(modelId, today);
	if (!shutdown) return;
	throw invalidInput(
		`OpenAI shut down the model '${modelId}' on ${shutdown.date}`,
		`Set 'Model' to ${shutdown.successor}, or to any other in its list.`,
		'model',
	);
}
