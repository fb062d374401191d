import type { IExecuteFunctions } from 'n8n-workflow';
import type { Connection } from '../api/connection';
import { download } from '../api/download';
import {
	EARLIER_MAY_BE_BILLED,
	ImageError,
	imageErrorOf,
	type EarlierRequests,
} from '../api/errors';
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
	/** Hears of a row that failed for good, before its turn goes to another row. */
	readonly failed: (failure: ImageError) => void;
}

type Sent = Omit<RowResult, 'modelId' | 'attempts' | 'durationMs' | 'waitedMs'>;

/** Milliseconds; doubles with each attempt, and the wait is anything up to it (full jitter). */
const FIRST_BACKOFF = 500;
const LONGEST_BACKOFF = 8_000;

/**
 * Milliseconds; for a rate limit that does not say when it ends. Limits are per minute, and the
 * default of four retries is to last one. The wait is the second half of it: all rows wait together.
 */
const FIRST_RATE_LIMIT_BACKOFF = 4_000;
const LONGEST_RATE_LIMIT_BACKOFF = 60_000;

/** An API that asks for more patience than ten minutes gets none: the row fails and says so. */
const LONGEST_WAIT = 600_000;

const notSent = (again: boolean) =>
	new ImageError(`The run ended before this row was sent${again ? ' again' : ''}`, {
		kind: 'cancelled',
		retryable: false,
		mayHaveBeenBilled: false,
		attempts: 0,
		hint: 'Run the workflow again.',
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
	let earlier: EarlierRequests = { attempts: 0, mayHaveBeenBilled: false };
	let waitedMs = 0;
	let startedAt: number | undefined;

	for (;;) {
		const again = earlier.attempts > 0;
		const from = Date.now();
		const leave = await gate.enter({ images: row.n, attempts: earlier.attempts });
		startedAt ??= Date.now();
		if (again) waitedMs += Date.now() - from;
		if (halted.aborted) {
			leave('bad');
			return notSent(again).following(earlier);
		}

		const result = await sendOnce(run, row, fileNames).catch(imageErrorOf);
		if (!(result instanceof ImageError)) {
			leave('good');
			const attempts = earlier.attempts + 1;
			const durationMs = Date.now() - startedAt;
			const doubt = earlier.mayHaveBeenBilled ? [EARLIER_MAY_BE_BILLED] : [];
			const warnings = [...result.warnings, ...doubt];
			return { ...result, modelId: row.modelId, warnings, attempts, durationMs, waitedMs };
		}
		const failure = result.following(earlier);
		const delay = retryDelay(result, failure.details.attempts);
		const patient = delay <= LONGEST_WAIT;
		const { kind, retryable, mayHaveBeenBilled } = result.details;
		const free = !mayHaveBeenBilled || retryUncertain;
		const final = !retryable || !free || !patient || failure.details.attempts > maxRetries;
		if (final) run.failed(failure);
		if (kind === 'rateLimit' && patient) gate.holdUntil(Date.now() + delay);
		leave('bad');
		if (final) return failure;
		earlier = failure.details;
		if (kind !== 'rateLimit') {
			const pausedAt = Date.now();
			await wait(delay, halted);
			waitedMs += Date.now() - pausedAt;
		}
	}
}

function retryDelay({ retryAt, details }: ImageError, attempts: number): number {
	if (retryAt !== undefined) return Math.max(0, retryAt - Date.now());
	const doubled = 2 ** (attempts - 1);
	if (details.kind !== 'rateLimit')
		return Math.random() * Math.min(FIRST_BACKOFF * doubled, LONGEST_BACKOFF);
	const most = Math.min(FIRST_RATE_LIMIT_BACKOFF * doubled, LONGEST_RATE_LIMIT_BACKOFF);
	return most * (0.5 + Math.random() / 2);
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

	async function load(url: string, index: number): Promise<void> {
		const bytes = await download(context, url, timeoutMs);
		if (bytes) await store(bytes, index);
		else unusable.push(`Image ${index + 1} of the answer could not be loaded from ${url}`);
	}

	async function read({ status, headers, body }: ApiAnswer): Promise<Sent | ImageError> {
		gate.observe(headers);
		requestId = requestIdOf(headers);
		if (status < 200 || status >= 300) {
			// The status is known: a refusal whose words are cut off is still a refusal.
			const refusal = await readJson(body).catch(() => undefined);
			return failureOfAnswer({ status, headers }, refusal, connection, row.modelId);
		}
		const answer = connection.withoutKey(await readImagesAnswer(body, store));
		for (const [index, { url }] of answer.data.entries()) if (url) await load(url, index);
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
	const warnings = [...unusable, `${failure.message}: what it used is not known`];
	return { images, answer, requestId, warnings };
}
