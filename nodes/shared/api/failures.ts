import type { Connection } from './connection';
import { ImageError, type ErrorDetails } from './errors';
import { CHECK_USAGE, RULES, type ApiError, type Rule, type Verdict } from './refusalRules';
import { retryAtOf } from './retryAt';
import type { ApiAnswer, Interruption } from './transport';

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** Reads `{ "error": { … } }`; `undefined` for any other body, such as a gateway's HTML page. */
function readApiError(body: unknown): ApiError | undefined {
	if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
	const { error } = body;
	if (typeof error === 'string')
		return { message: error, type: '', code: '', param: '', ofApi: false, categories: [] };
	if (typeof error !== 'object' || error === null) return undefined;
	const fields = error as Record<string, unknown>;
	const message = text(fields.message);
	const details = fields.moderation_details as { categories?: unknown } | undefined;
	const listed = /safety_violations=\[([^\]]*)\]/.exec(message)?.[1].split(/\s*,\s*/) ?? [];
	const categories = Array.isArray(details?.categories) ? details.categories.map(text) : listed;
	return {
		message,
		type: text(fields.type),
		code: text(fields.code),
		param: text(fields.param),
		ofApi: message !== '',
		categories: categories.filter((category) => category !== ''),
	};
}

export const requestIdOf = (headers: ApiAnswer['headers']) =>
	headers['x-request-id'] ?? headers['apim-request-id'];

/** Only the host of a redirect's target is shown: its path or query may hold a secret. */
function hostOf(location: string | undefined): string | undefined {
	return location && URL.canParse(location) ? new URL(location).host : undefined;
}

/**
 * The failure that an answer without images means.
 * @param body the parsed JSON of the answer, or undefined where it has none
 */
export function failureOfAnswer(
	{ status, headers }: Pick<ApiAnswer, 'status' | 'headers'>,
	body: unknown,
	connection: Connection,
	modelId: string,
): ImageError {
	const error = readApiError(connection.withoutKey(body));
	const retryAt = retryAtOf(headers, error?.message ?? '', Date.now());
	const location = hostOf(headers.location);
	const refusal = { status, error, connection, modelId, location, retryAt };
	const rule = RULES.find(({ when }) => when(refusal)) as Rule;
	const { message, retryable = false, ...verdict } = rule.then(refusal);
	const details: ErrorDetails = {
		mayHaveBeenBilled: false,
		...verdict,
		// OpenAI's own word that sending it again cannot help.
		retryable: retryable && headers['x-should-retry'] !== 'false',
		status,
		code: error?.code || undefined,
		param: error?.param || undefined,
		requestId: requestIdOf(headers),
		attempts: 1,
	};
	return new ImageError(message, details, { retryAt });
}

/** The failure of images that came and were paid for, but cannot be used. */
export function failureOfImages(reasons: readonly string[], requestId?: string): ImageError {
	return new ImageError(reasons.join('; '), {
		kind: 'server',
		requestId,
		retryable: false,
		mayHaveBeenBilled: true,
		attempts: 1,
		hint: CHECK_USAGE,
	});
}

/** In words, because n8n puts a sentence of its own in place of a message that has a code in it. */
function notConnected(cause: string): string {
	if (cause === 'ECONNREFUSED') return 'it refuses the connection';
	if (cause === 'ENOTFOUND' || cause === 'EAI_AGAIN') return 'no address is known for its name';
	if (cause === 'EPROTO') return 'it does not speak HTTPS';
	if (/CERT|SIGNED|TLS|SSL|VERIFY|HOSTNAME/.test(cause)) return 'its certificate is not trusted';
	if (/restricted IP/.test(cause)) return 'n8n is set to block internal addresses';
	return 'it does not answer';
}

/** The failure that a missing, cut or unreadable answer means. */
export function failureOfInterruption(
	{ reason, cause, head }: Interruption,
	{ baseUrl, withoutKey }: Connection,
	timeoutMs: number,
): ImageError {
	const verdicts: Record<Interruption['reason'], Verdict> = {
		cancelled: {
			kind: 'cancelled',
			message: 'The execution was stopped while this request was under way',
			hint: CHECK_USAGE,
			mayHaveBeenBilled: true,
		},
		timeout: {
			kind: 'timeout',
			message: `No complete answer came within ${timeoutMs / 1000} seconds`,
			hint: `${CHECK_USAGE} Raise 'Timeout' in the options: large images in high quality can take several minutes.`,
			retryable: true,
			mayHaveBeenBilled: true,
		},
		notBegun: {
			kind: 'network',
			message: `n8n could not send the request: ${cause}`,
			hint: 'Nothing was sent. Check the GPT Image API credential.',
		},
		notConnected: {
			kind: 'network',
			message: `n8n could not connect to ${withoutKey(baseUrl)}: ${notConnected(cause)}`,
			hint: 'Nothing was sent. Check the network and proxy of n8n, and the Base URL in the GPT Image API credential.',
			retryable: true,
		},
		cut: {
			kind: 'network',
			message: 'The connection was cut before the whole answer had come',
			hint: CHECK_USAGE,
			retryable: true,
			mayHaveBeenBilled: true,
		},
		broken: {
			kind: 'server',
			message: `The answer cannot be read: ${cause}`,
			hint: CHECK_USAGE,
			retryable: true,
			mayHaveBeenBilled: true,
		},
	};
	const { message, ...verdict } = verdicts[reason];
	return new ImageError(message, {
		retryable: false,
		mayHaveBeenBilled: false,
		...verdict,
		status: head?.status,
		requestId: head && requestIdOf(head.headers),
		attempts: reason === 'notBegun' ? 0 : 1,
	});
}
