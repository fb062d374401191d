import {
	NodeOperationError,
	type ILoadOptionsFunctions,
	type INodeListSearchResult,
} from 'n8n-workflow';
import type { Model } from 'openai/resources/models';
import { readConnection } from '../api/connection';
import { ImageError, imageErrorOf, invalidInput, type ErrorDetails } from '../api/errors';
import { failureOfAnswer, failureOfInterruption } from '../api/failures';
import { readJson } from '../api/readJson';
import { exchange } from '../api/transport';
import { isImageModelId } from '../models/models';

const TIMEOUT_MS = 30_000;

const ENTER_THE_ID = "choose 'By ID' and enter the name of the model.";

/** The models of the credential's account, as the API lists them. */
async function listModels(context: ILoadOptionsFunctions): Promise<Model[]> {
	const connection = await readConnection(context);
	const request = { method: 'GET', path: '/models', timeoutMs: TIMEOUT_MS } as const;
	const outcome = await exchange(context, connection, request, async (answer) => {
		const body = await readJson(answer.body);
		const { data } = (body ?? {}) as { data?: Model[] };
		if (answer.status !== 200) return failureOfAnswer(answer, body, connection, '');
		return Array.isArray(data)
			? data
			: invalidInput(`${connection.who} gives no list of models`, `Instead, ${ENTER_THE_ID}`);
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

/** A list is no image: nothing of it is billed, and no option of the node makes it patient. */
const hintOf = ({ kind, mayHaveBeenBilled, hint }: ErrorDetails) =>
	mayHaveBeenBilled || kind === 'rateLimit' ? `Try again in a moment, or ${ENTER_THE_ID}` : hint;

/** The list of the Model parameter. */
export async function searchModels(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const models = await listModels(this).catch(imageErrorOf);
	if (models instanceof ImageError)
		throw new NodeOperationError(this.getNode(), models.message, {
			description: hintOf(models.details),
		});
	return { results: choices(models, filter, new Date().toISOString().slice(0, 10)) };
}
