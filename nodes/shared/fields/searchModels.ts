import {
	NodeOperationError,
	type ILoadOptionsFunctions,
	type INodeListSearchResult,
} from 'n8n-workflow';
import type { Model } from 'openai/resources/models';
import { readConnection } from '../api/connection';
import { ImageError, imageErrorOf } from '../api/errors';
import { failureOfAnswer, failureOfInterruption } from '../api/failures';
import { readJson } from '../api/readJson';
import { exchange } from '../api/transport';
import { isImageModelId } from '../models/models';

const TIMEOUT_MS = 30_000;

/** The models of the credential's account, as the API lists them. */
async function listModels(context: ILoadOptionsFunctions): Promise<Model[]> {
	const connection = await readConnection(context);
	const request = { method: 'GET', path: '/models', timeoutMs: TIMEOUT_MS } as const;
	const outcome = await exchange(context, connection, request, async (answer) => {
		const body = await readJson(answer.body);
		const { data } = (body ?? {}) as { data?: Model[] };
		return answer.status === 200 && data ? data : failureOfAnswer(answer, body, connection, '');
	});
	const models =
		'value' in outcome
			? outcome.value
			: failureOfInterruption(outcome.interruption, connection, TIMEOUT_MS);
	if (models instanceof ImageError) throw models;
	return models;
}

/** Image models only, newest first, each with its shutdown date; none that is already gone. */
function choices(models: Model[], filter: string, today: string) {
	const image = models.filter(({ id }) => isImageModelId(id));
	return (image.length > 0 ? image : models)
		.filter(({ shutdown_date }) => !shutdown_date || shutdown_date > today)
		.filter(({ id }) => id.toLowerCase().includes(filter.toLowerCase()))
		.sort((a, b) => (b.created ?? 0) - (a.created ?? 0))
		.map(({ id, shutdown_date }) => ({
			name: shutdown_date ? `${id} (shuts down on ${shutdown_date})` : id,
			value: id,
		}));
}

/** The list of the Model parameter. */
export async function searchModels(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const models = await listModels(this).catch(imageErrorOf);
	if (models instanceof ImageError)
		throw new NodeOperationError(this.getNode(), models.message, {
			description: models.details.hint,
		});
	return { results: choices(models, filter, new Date().toISOString().slice(0, 10)) };
}
