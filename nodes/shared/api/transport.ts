import type {
	IExecuteFunctions,
	IHttpRequestMethods,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
} from 'n8n-workflow';
import { CREDENTIAL, type Connection } from './connection';
import { EncodedForm } from './form';
import { BrokenAnswer } from './imagesAnswer';

export interface ApiRequest {
	readonly method: IHttpRequestMethods;
	/** Below the base URL, such as `/images/generations`. */
	readonly path: string;
	/** An object is sent as JSON, a form as it is. */
	readonly body?: object | EncodedForm;
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
	readonly reason: 'cancelled' | 'timeout' | 'notBegun' | 'notConnected' | 'cut' | 'broken';
	/** Code of the system, such as `ECONNREFUSED`, or what is wrong with the request or answer. */
	readonly cause: string;
	/** What had come of the answer by then. */
	readonly head?: Pick<ApiAnswer, 'status' | 'headers'>;
}

export type Interruptible<T> = { readonly value: T } | { readonly interruption: Interruption };

/** Codes of connections that failed before a byte of the request went out. */
const NEVER_SENT =
	/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|ERR_TLS_CERT_.*|CERT_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|UNABLE_TO_.*|HOSTNAME_MISMATCH)$/;

/** How TLS says that there was no handshake; other TLS errors may come later. */
const NO_HANDSHAKE =
	/wrong version number|packet length too long|handshake failure|un(supported|known) protocol|protocol version|before secure TLS connection/i;

/** n8n's protection of internal networks (N8N_SSRF_PROTECTION_ENABLED). */
const BLOCKED = /restricted IP address/;

interface SystemError {
	readonly code?: string;
	readonly syscall?: string;
	readonly message?: string;
	readonly cause?: SystemError;
	/** One for each address of a name that was tried. */
	readonly errors?: readonly SystemError[];
	readonly isAxiosError?: boolean;
	/** Axios: the request, once there is one. */
	readonly request?: unknown;
}

function neverConnected({ code, syscall, message, errors }: SystemError): boolean {
	return (
		NEVER_SENT.test(code ?? '') ||
		syscall === 'connect' ||
		NO_HANDSHAKE.test(message ?? '') ||
		BLOCKED.test(message ?? '') ||
		(errors !== undefined && errors.length > 0 && errors.every(neverConnected))
	);
}

/** n8n's checks of address and credential come before there is a request. */
const neverBegan = (causes: readonly SystemError[]) =>
	!causes.some(({ isAxiosError, request }) => isAxiosError && request);

/** What n8n's helper throws wraps what the system said, sometimes twice. */
function causesOf(error: SystemError | undefined): SystemError[] {
	const causes: SystemError[] = [];
	for (let cause = error; cause && causes.length < 5; cause = cause.cause) causes.push(cause);
	return causes;
}

/**
 * A signal that aborts with the first of several, until released. `AbortSignal.any` leaves a trace
 * on the execution's signal for each request, and in Node.js 20 it forgets a time-out that the
 * garbage collector has met.
 */
function firstOf(signals: readonly AbortSignal[]) {
	const first = new AbortController();
	const abort = () => first.abort();
	for (const signal of signals) {
		if (signal.aborted) abort();
		signal.addEventListener('abort', abort);
	}
	return {
		signal: first.signal,
		release: () => signals.forEach((signal) => signal.removeEventListener('abort', abort)),
	};
}

/** n8n's helper has a time-out of its own, 300 s unless told otherwise; ours is to come first. */
const AFTER_OURS_MS = 1_000;

function withBody(body: ApiRequest['body']): Pick<IHttpRequestOptions, 'body' | 'headers'> {
	if (body === undefined) return {};
	return body instanceof EncodedForm
		? { body: body.bytes, headers: { 'Content-Type': body.contentType } }
		: { body, headers: { 'Content-Type': 'application/json' } };
}

/**
 * Sends one request with the node's credential and gives its answer to `read`; the time-out and
 * the Stop button of n8n end either. No answer is an exception here, whatever its status, and no
 * redirect is followed, so that the key goes to no other host.
 */
export async function exchange<T>(
	context: IExecuteFunctions | ILoadOptionsFunctions,
	{ baseUrl, withoutKey }: Connection,
	{ method, path, body, timeoutMs }: ApiRequest,
	read: (answer: ApiAnswer) => Promise<T>,
): Promise<Interruptible<T>> {
	const cancelled =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	const deadline = AbortSignal.timeout(Math.ceil(timeoutMs));
	const { signal, release } = firstOf(cancelled ? [cancelled, deadline] : [deadline]);
	const options: IHttpRequestOptions = {
		method,
		url: `${baseUrl}${path}`,
		...withBody(body),
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: timeoutMs + AFTER_OURS_MS,
		abortSignal: signal,
	};
	// The helper puts the execution's own signal in place of ours, which has the time-out too.
	const caller = Object.create(context, { getExecutionCancelSignal: { value: () => signal } });
	let head: Interruption['head'];
	try {
		const answer = await context.helpers.httpRequestWithAuthentication.call(
			caller,
			CREDENTIAL,
			options,
		);
		head = { status: answer.statusCode, headers: withoutKey({ ...answer.headers }) };
		return { value: await read({ ...head, body: answer.body }) };
	} catch (error) {
		const { reason, cause } = interruptionOf(error, head !== undefined);
		if (cancelled?.aborted) return { interruption: { reason: 'cancelled', cause, head } };
		if (deadline.aborted) return { interruption: { reason: 'timeout', cause, head } };
		return { interruption: { reason, cause: withoutKey(cause), head } };
	} finally {
		release();
	}
}

function interruptionOf(error: unknown, answered: boolean): Interruption {
	if (error instanceof BrokenAnswer) return { reason: 'broken', cause: error.message };
	const causes = causesOf(error as SystemError);
	const cause = causes.find(({ code }) => code)?.code ?? causes[0]?.message ?? '';
	if (answered) return { reason: 'cut', cause };
	if (causes.some(neverConnected)) return { reason: 'notConnected', cause };
	return { reason: neverBegan(causes) ? 'notBegun' : 'cut', cause };
}
