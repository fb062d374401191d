import type { IExecuteFunctions } from 'n8n-workflow';
import type { Connection } from '../api/connection';
import { ImageError, imageErrorOf } from '../api/errors';
import {
	failureOfAnswer,
	failureOfImages,
	failureOfInterruption,
	requestIdOf,
} from '../api/failures';
import { readImagesAnswer, type ImagesAnswer } from '../api/imagesAnswer';
import { readJson } from '../api/readJson';
import { exchange, type ApiAnswer } from '../api/transport';
import { describeBytes } from '../images/describeBytes';
import { nameOfImage } from '../images/fileNames';
import { readImageHeader } from '../images/header';
import type { Gate } from './gate';
import type { ImageRow, RowResult, StoredImage } from './row';
import { wait } from './wait';

/** What a run gives each of its rows. */
export interface Run {
	readonly context: IExecuteFunctions;
	readonly connection: Connection;
	readonly gate: Gate;
	/** Aborted once no new request may be sent: n8n was stopped, or another row ended the run. */
	readonly halted: AbortSignal;
}

type Sent = Omit<RowResult, 'modelId' | 'attempts' | 'durationMs' | 'waitedMs'>;

/** Milliseconds; doubles with each attempt, and the wait is anything up to it (full jitter). */
const FIRST_BACKOFF = 500;
const LONGEST_BACKOFF = 8_000;

/** An API that asks for more patience than ten minutes gets none: the row fails and says so. */
const LONGEST_WAIT = 600_000;

const notSent = (attempts: number) =>
	new ImageError('The run ended before this row was sent', {
		kind: 'cancelled',
		retryable: false,
		mayHaveBeenBilled: false,
		attempts,
		hint: 'Run the workflow again. This row was not billed.',
	});

/**
 * Gets the images of one row: waits for its turn, sends, and sends again what was certainly not
 * billed, up to `maxRetries` times.
 * @param fileNames without extension, one for each image asked for
 */
export async function sendRow(
	run: Run,
	row: ImageRow,
	fileNames: readonly string[],
): Promise<RowResult | ImageError> {
	const { gate, halted } = run;
	const { maxRetries, retryUncertain } = row.send;
	let waitedMs = 0;
	let startedAt: number | undefined;

	async function turn(again: boolean): Promise<void> {
		const from = Date.now();
		await gate.enter({ images: row.n, again });
		startedAt ??= Date.now();
		if (again) waitedMs += Date.now() - from;
	}

	for (let attempts = 1; ; attempts++) {
		await turn(attempts > 1);
		if (halted.aborted) {
			gate.leave('bad');
			return notSent(attempts - 1);
		}
		const result = await sendOnce(run, row, fileNames).catch(imageErrorOf);
		if (!(result instanceof ImageError)) {
			gate.leave('good');
			const durationMs = Date.now() - (startedAt ?? Date.now());
			return { ...result, modelId: row.modelId, attempts, durationMs, waitedMs };
		}
		const { kind, retryable, mayHaveBeenBilled } = result.details;
		const delay = retryDelay(result, attempts);
		const patient = delay <= LONGEST_WAIT;
		if (kind === 'rateLimit' && patient) gate.holdUntil(Date.now() + delay);
		gate.leave('bad');
		const free = !mayHaveBeenBilled || retryUncertain;
		if (!retryable || !free || !patient || attempts > maxRetries) return result.after(attempts);
		if (kind !== 'rateLimit') {
			await wait(delay, halted);
			waitedMs += delay;
		}
	}
}

function retryDelay({ retryAt }: ImageError, attempts: number): number {
	if (retryAt !== undefined) return Math.max(0, retryAt - Date.now());
	return Math.random() * Math.min(FIRST_BACKOFF * 2 ** (attempts - 1), LONGEST_BACKOFF);
}

/** Sends the request of a row once and stores the images of its answer as they arrive. */
async function sendOnce(
	{ context, connection, gate }: Run,
	row: ImageRow,
	fileNames: readonly string[],
): Promise<Sent | ImageError> {
	const timeoutMs = row.send.timeoutSeconds * 1000;
	const images: StoredImage[] = [];
	const unusable: string[] = [];
	let requestId: string | undefined;

	async function store(bytes: Buffer, index: number): Promise<void> {
		const header = readImageHeader(bytes);
		if (!header) {
			unusable.push(`Image ${index + 1} of the answer is ${describeBytes(bytes)}, not an image`);
			return;
		}
		const name = nameOfImage(fileNames, index, header);
		try {
			const binary = await context.helpers.prepareBinaryData(bytes, name, header.mimeType);
			images.push({ binary, header, byteSize: bytes.length });
		} catch (error) {
			unusable.push(`n8n could not store image ${index + 1} (${(error as Error).message})`);
		}
	}

	async function read({ status, headers, body }: ApiAnswer): Promise<Sent | ImageError> {
		gate.observe(headers);
		requestId = requestIdOf(headers);
		if (status < 200 || status >= 300) {
			const refusal = await readJson(body);
			return failureOfAnswer({ status, headers }, refusal, connection, row.modelId);
		}
		const answer = await readImagesAnswer(body, store);
		if (images.length > 0) return { images, answer, requestId, warnings: unusable };
		return unusable.length > 0
			? failureOfImages(unusable, requestId)
			: failureOfAnswer({ status, headers }, answer, connection, row.modelId);
	}

	const request = {
		method: 'POST',
		path: row.path,
		body: await row.body(row.modelId),
		timeoutMs,
	} as const;
	const outcome = await exchange(context, connection, request, read);
	if ('value' in outcome) return outcome.value;
	const failure = failureOfInterruption(outcome.interruption, connection, timeoutMs);
	if (images.length === 0) return failure;
	// What has arrived whole is paid for: it is delivered, with why there is no more.
	const answer: ImagesAnswer = { created: 0, data: [] };
	return { images, answer, requestId, warnings: [...unusable, failure.message] };
}
