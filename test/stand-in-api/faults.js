/** What can go wrong on the way, as data, and how it goes wrong. */
const { setTimeout: wait, setImmediate: nextTurn } = require('node:timers/promises');
const { gzipSync } = require('node:zlib');
const errors = require('./errors');

/**
 * One thing or several that go wrong with one answer.
 *
 * @typedef {object} Fault
 * @property {number} [status] sent instead of the answer's own; from 400 on with an error body
 * @property {string | object} [body] sent instead of the answer; a string goes out as it is
 * @property {Record<string, string | undefined>} [headers] added; undefined takes a header away
 * @property {number} [delayMs] milliseconds to wait before answering
 * @property {'beforeHeaders' | 'afterHeaders' | 'inBody'} [cut] where the connection is destroyed
 * @property {number} [atByte] of the body, for `inBody`; default half of it
 * @property {boolean} [billed] whether the images count as billed; see `isBilled` for the default
 * @property {boolean} [truncateJson] a complete HTTP answer that holds half of the JSON
 * @property {number} [html] a gateway's error page with this status
 * @property {{ bytesPerChunk: number, everyMs: number }} [drip] a slow body
 * @property {number[]} [chunks] bytes per write; what is left over goes in one last write
 * @property {(answer: any) => unknown} [answer] rewrites the JSON of the normal answer
 * @property {boolean} [gzip]
 * @property {string} [redirect] address to go to, with `status` (default 307)
 * @property {string} [contentType]
 * @property {Buffer} [raw] bytes sent instead of the answer
 */

/** @typedef {{ status: number, headers: Record<string, string>, body: unknown }} Answer */
/** @typedef {Answer & { fromGateway?: boolean }} Replacement `fromGateway`: the API never wrote it */

/**
 * The answer of a fault that leaves nothing of the normal one, so that no image need be drawn.
 *
 * @param {Fault} fault
 * @returns {Replacement | undefined}
 */
function replacement({ status, body, html, redirect, raw }) {
	if (redirect !== undefined) {
		const headers = { location: redirect };
		return { status: status ?? 307, headers, body: '', fromGateway: true };
	}
	if (html !== undefined) {
		const headers = { 'content-type': 'text/html' };
		return { status: html, headers, body: gatewayPage(html), fromGateway: true };
	}
	if (raw) return { status: status ?? 200, headers: {}, body: raw };
	if (body !== undefined) return { status: status ?? 200, headers: {}, body };
	if (status !== undefined && status >= 400) return { status, headers: {}, body: ownError(status) };
	return undefined;
}

/**
 * An image counts as billed unless the API itself said no, or the request never reached it: a
 * connection that breaks and a gateway that gives up come after the image was made.
 *
 * @param {Fault} fault
 */
function isBilled({ billed, redirect, html, status = 200, body }) {
	if (billed !== undefined) return billed;
	if (redirect !== undefined) return false;
	if (html !== undefined) return html >= 500;
	if (status >= 500) return typeof body === 'string';
	return status < 400;
}

/** @param {number} status */
function ownError(status) {
	if (status >= 500) return errors.serverError().body;
	const message = `The stand-in API was told to answer with status ${status}.`;
	return errors.badRequest(message, { status }).body;
}

/** @param {number} status */
const gatewayPage = (status) =>
	`<html>\r\n<head><title>${status} Error</title></head>\r\n<body>\r\n<center><h1>${status} Error</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n`;

/**
 * Sends an answer the way a fault has it.
 *
 * @param {import('node:http').ServerResponse} response
 * @param {Answer} answer
 * @param {Fault} fault
 * @param {{ signal: AbortSignal, onHeaders: () => void, onLastBytes: () => void, onCut: () => void }} progress
 *   each is called just before; `signal` aborts when the client has left
 */
async function send(response, answer, fault, { signal, onHeaders, onLastBytes, onCut }) {
	const body = bodyOf(answer, fault);
	const cut = () => {
		onCut();
		response.destroy();
	};
	if (fault.cut === 'beforeHeaders') return cut();

	onHeaders();
	response.writeHead(answer.status, headersOf(answer, fault, body));
	response.flushHeaders();
	if (fault.cut === 'afterHeaders') {
		// A turn of the event loop, or the headers would be destroyed with the socket.
		await nextTurn();
		return cut();
	}

	const end = fault.cut ? (fault.atByte ?? Math.floor(body.length / 2)) : body.length;
	const parts = partsOf(body.subarray(0, end), fault);
	const last = fault.cut ? undefined : parts.pop();
	for (const part of parts) {
		await write(response, part);
		await (fault.drip ? wait(fault.drip.everyMs, undefined, { signal }) : nextTurn());
	}
	if (fault.cut) return cut();
	onLastBytes();
	response.end(last);
}

/**
 * @param {Answer} answer
 * @param {Fault} fault
 * @returns {Buffer}
 */
function bodyOf({ body }, { truncateJson, gzip }) {
	const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
	const whole = Buffer.from(text ?? '');
	const bytes = truncateJson ? whole.subarray(0, Math.floor(whole.length / 2)) : whole;
	return gzip ? gzipSync(bytes) : bytes;
}

/**
 * @param {Answer} answer
 * @param {Fault} fault
 * @param {Buffer} body
 */
function headersOf(answer, fault, body) {
	/** @type {Record<string, string | undefined>} */
	const headers = {
		'content-type': 'application/json',
		...answer.headers,
		'content-length': String(body.length),
		...(fault.gzip ? { 'content-encoding': 'gzip' } : {}),
		...(fault.contentType ? { 'content-type': fault.contentType } : {}),
	};
	for (const [name, value] of Object.entries(fault.headers ?? {})) {
		headers[name.toLowerCase()] = value;
	}
	return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
}

/**
 * @param {Buffer} body
 * @param {Fault} fault
 */
function partsOf(body, { chunks = [], drip }) {
	/** @type {Buffer[]} */
	const parts = [];
	let from = 0;
	for (let index = 0; from < body.length; index++) {
		const size = drip ? drip.bytesPerChunk : (chunks[index] ?? body.length);
		parts.push(body.subarray(from, from + size));
		from += size;
	}
	return parts;
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {Buffer} part
 * @returns {Promise<void>} once the bytes are with the operating system, or never will be
 */
const write = (response, part) => new Promise((resolve) => response.write(part, () => resolve()));

module.exports = { isBilled, replacement, send };
