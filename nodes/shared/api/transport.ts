import type {
	IExecuteFunctions,
	IHttpRequestMethods,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
} from 'n8n-workflow';
import { CREDENTIAL, type Connection } from './connection';
import { BrokenAnswer } from './imagesAnswer';

export interface ApiRequest {
	readonly method: IHttpRequestMethods;
	/** Below the base URL, such as `/images/generations`. */
	readonly path: string;
	/** An object is sent as JSON, a form as `multipart/form-data`. */
	readonly body?: object | FormData;
	/** For the whole request, from first to last byte. */
	readonly timeoutMs: number;
}

/** An answer whose body is still to be read; header names are in lower case. */
export interface ApiAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | undefined>>;
	readonly body: AsyncIterable<Uint8Array>;
}

/** Why there is no answer, or no more of it. */
export interface Interruption {
	readonly reason: 'cancelled' | 'timeout' | 'notSent' | 'cut' | 'broken';
	/** Code of the system, such as `ECONNREFUSED`, or what is wrong with the answer. */
	readonly cause: string;
}

export type Interruptible<T> = { readonly value: T } | { readonly interruption: Interruption };

/** Codes of connections that failed before a byte of the request went out. */
const NEVER_SENT =
	/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EPROTO|ERR_INVALID_URL|ERR_TLS_.*|ERR_SSL_.*|CERT_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|UNABLE_TO_.*|HOSTNAME_MISMATCH)$/;

interface SystemError {
	readonly code?: string;
	readonly syscall?: string;
	readonly message?: string;
	readonly cause?: SystemError;
}

function wasNeverSent(error: SystemError): boolean {
	return (
		NEVER_SENT.test(error.code ?? '') ||
		error.syscall === 'connect' ||
		/before secure TLS connection|restricted IP address/.test(error.message ?? '')
	);
}

/** What n8n's helper throws wraps what the system said, sometimes twice. */
function causesOf(error: SystemError | undefined): SystemError[] {
	const causes: SystemError[] = [];
	for (let cause = error; cause && causes.length < 5; cause = cause.cause) causes.push(cause);
	return causes;
}

/**
 * Sends one request with the node's credential and gives its answer to `read`; the time-out and
 * the Stop button of n8n end either. No answer is an exception here, whatever its status, and no
 * redirect is followed, so that the key goes to no other host.
 */
export async function exchange<T>(
	context: IExecuteFunctions | ILoadOptionsFunctions,
	{ baseUrl }: Connection,
	{ method, path, body, timeoutMs }: ApiRequest,
	read: (answer: ApiAnswer) => Promise<T>,
): Promise<Interruptible<T>> {
	const cancelled =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	const deadline = AbortSignal.timeout(timeoutMs);
	const signal = cancelled ? AbortSignal.any([cancelled, deadline]) : deadline;
	const options: IHttpRequestOptions = {
		method,
		url: `${baseUrl}${path}`,
		body,
		headers: body instanceof FormData ? {} : { 'Content-Type': 'application/json' },
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: timeoutMs,
		abortSignal: signal,
	};
	// The helper puts the execution's own signal in place of ours, which has the time-out too.
	const caller = Object.create(context, { getExecutionCancelSignal: { value: () => signal } });
	try {
		const {
			statusCode,
			headers,
			body: answer,
		} = await context.helpers.httpRequestWithAuthentication.call(caller, CREDENTIAL, options);
		return { value: await read({ status: statusCode, headers, body: answer }) };
	} catch (error) {
		return { interruption: interruptionOf(error, cancelled, deadline) };
	}
}

function interruptionOf(
	error: unknown,
	cancelled: AbortSignal | undefined,
	deadline: AbortSignal,
): Interruption {
	if (error instanceof BrokenAnswer) return { reason: 'broken', cause: error.message };
	const causes = causesOf(error as SystemError);
	const cause = causes.find(({ code }) => code)?.code ?? '';
	if (cancelled?.aborted) return { reason: 'cancelled', cause };
	if (deadline.aborted || causes.some(({ code }) => code === 'ECONNABORTED'))
		return { reason: 'timeout', cause };
	return { reason: causes.some(wasNeverSent) ? 'notSent' : 'cut', cause };
}
