import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { IMAGE_MODELS, shutdownOf } from '../shared/models/models';

/** The list of the Model parameter: the models whose prices are known, without asking anyone. */
export async function searchModels(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const results = IMAGE_MODELS.filter(
		({ id }) => !shutdownOf(id, new Date()) && id.includes(filter.toLowerCase()),
	).map(({ id, shutdownDate }) => ({
		name: shutdownDate ? `${id} (shuts down on ${shutdownDate})` : id,
		value: id,
	}));
	return { results };
}
