/** OpenAI's Images API on loopback: real HTTP, real images, real bills, and faults on demand. */
const { randomUUID } = require('node:crypto');
const http = require('node:http');
const { setTimeout: wait } = require('node:timers/promises');
const { apiFaults } = require('./api-faults');
const { parseBody } = require('./body');
const errors = require('./errors');
const { isBilled, replacement, send } = require('./faults');
const { LISTED_MODELS } = require('./models');
const { createRateLimit } = require('./rate-limit');
const { imagesAnswer, route } = require('./routes');

/** @typedef {import('./faults').Answer} Answer */
/** @typedef {import('./faults').Fault} Fault */
/** @typedef {import('./validate').Order} Order */

/**
 * @typedef {object} RequestFields
 * @property {number} index from 0, in order of arrival
 * @property {string} requestId as sent in `x-request-id`
 * @property {string} method
 * @property {string} path without the query
 * @property {string} query with its question mark, or empty
 * @property {http.IncomingHttpHeaders} headers
 * @property {Buffer} body as received
 * @property {number} receivedAt ms since 1970, when its headers arrived
 * @property {number} [finishedAt] ms since 1970, when its last bytes were sent or it broke off
 * @property {number} [status] undefined until sent
 * @property {number} billedImages
 * @property {boolean} closedByClient the client closed the connection before the answer was complete
 */

/** @typedef {RequestFields & import('./body').Body} LoggedRequest */

/**
 * @typedef {object} Options
 * @property {string} [apiKey] the only key accepted; default: any
 * @property {'bearer' | 'api-key'} [auth] `api-key`: Azure's header and errors; default `bearer`
 * @property {number} [port] default: a free one
 * @property {number | ((request: LoggedRequest) => number)} [latencyMs] ms that images take to make
 * @property {readonly import('./models').ListedModel[]} [models] instead of OpenAI's
 * @property {number} [imagesPerMinute] the image rate limit; default: none
 * @property {number} [minuteMs] ms that a minute of the rate limit lasts; default 60,000
 * @property {boolean} [usage] false: answers without `usage`, as some compatible servers give
 * @property {boolean} [plainImages] one colour and no text, cached: for thousands of requests
 * @property {boolean} [transparentPreview] false: gpt-image-2 refuses transparent backgrounds, as
 *   it does on most accounts; default true
 * @property {string} [autoQuality] what quality `auto` becomes, instead of each model's own
 * @property {import('./input-images').Files} [files] contents by file id or image URL, for JSON edits
 */

/**
 * @typedef {object} StandInApi
 * @property {string} url ends in /v1
 * @property {LoggedRequest[]} requests every request since the start or the last reset
 * @property {number} billedImages of all logged requests
 * @property {number} openRequests being answered right now
 * @property {number} peakOpenRequests most at one time
 * @property {(fault: Fault, times?: number) => void} faultNext for the next request, or several;
 *   calls queue up
 * @property {(choose?: (request: LoggedRequest) => Fault | undefined) => void} setFaults for every
 *   request that `faultNext` has nothing for
 * @property {() => void} reset forgets requests, faults and the rate limit's past
 * @property {() => Promise<void>} close ends open requests too
 */

/**
 * @param {Options} [options]
 * @returns {Promise<StandInApi>}
 */
async function startStandInApi(options = {}) {
	const { models = LISTED_MODELS, imagesPerMinute, minuteMs = 60_000, latencyMs = 0 } = options;
	const account = {
		models,
		apiKey: options.apiKey,
		azure: options.auth === 'api-key',
		transparentPreview: options.transparentPreview ?? true,
		autoQuality: options.autoQuality,
		files: options.files ?? {},
	};
	const rateLimit = imagesPerMinute ? createRateLimit({ imagesPerMinute, minuteMs }) : undefined;

	/** @type {LoggedRequest[]} */
	const requests = [];
	/** @type {Fault[]} */
	let nextFaults = [];
	/** @type {(request: LoggedRequest) => Fault | undefined} */
	let chooseFault = () => undefined;
	let openRequests = 0;
	let peakOpenRequests = 0;
	let closing = false;

	/**
	 * @param {http.IncomingMessage} message
	 * @param {http.ServerResponse} response
	 */
	async function serve(message, response) {
		const request = logged(message, requests.length);
		requests.push(request);
		peakOpenRequests = Math.max(peakOpenRequests, ++openRequests);
		const finish = () => {
			if (request.finishedAt !== undefined) return;
			request.finishedAt = Date.now();
			openRequests--;
		};
		const gone = new AbortController();
		let cut = false;
		response.on('close', () => {
			request.closedByClient = !response.writableFinished && !cut && !closing;
			finish();
			gone.abort();
		});

		try {
			request.body = await readAll(message);
			Object.assign(request, await parseBody(request.headers, request.body));
			const fault = nextFaults.shift() ?? chooseFault(request) ?? {};
			const answer = await answerTo(request, fault, gone.signal);
			if (fault.delayMs) await wait(fault.delayMs, undefined, { signal: gone.signal });
			await send(response, answer, fault, {
				signal: gone.signal,
				onHeaders: () => (request.status = answer.status),
				onLastBytes: finish,
				onCut: () => (cut = true),
			});
		} catch (error) {
			// The client left: nobody is there to be answered.
			if (!gone.signal.aborted) response.destroy(/** @type {Error} */ (error));
		}
	}

	/**
	 * @param {LoggedRequest} request
	 * @param {Fault} fault
	 * @param {AbortSignal} signal
	 * @returns {Promise<Answer>}
	 */
	async function answerTo(request, fault, signal) {
		const startedAt = Date.now();
		const instead = replacement(fault);
		const normal = await normalAnswer(request, fault, instead, signal);
		if (instead?.fromGateway) return instead;
		const own = {
			'x-request-id': request.requestId,
			'openai-version': '2020-10-01',
			'openai-processing-ms': String(Date.now() - startedAt),
			...rateLimit?.headers(),
		};
		const { status, headers, body } = instead ?? rewritten(normal, fault);
		return { status, headers: { ...own, ...headers }, body };
	}

	/**
	 * Reads the request even where a fault replaces its answer: what it asks for may be billed.
	 *
	 * @param {LoggedRequest} request
	 * @param {Fault} fault
	 * @param {Answer | undefined} instead
	 * @param {AbortSignal} signal
	 * @returns {Promise<Answer>}
	 */
	async function normalAnswer(request, fault, instead, signal) {
		try {
			const routed = await route(request, account);
			if ('body' in routed) return { status: 200, headers: {}, body: routed.body };
			const { order } = routed;
			if (!instead) admit(request, order);
			if (isBilled(fault)) request.billedImages = order.n;
			if (instead) return instead;
			const latency = typeof latencyMs === 'function' ? latencyMs(request) : latencyMs;
			if (latency) await wait(latency, undefined, { signal });
			return { status: 200, headers: {}, body: await imagesAnswer(order, options) };
		} catch (error) {
			if (signal.aborted) throw error;
			return errorAnswer(error);
		}
	}

	/**
	 * @param {LoggedRequest} request
	 * @param {Order} order
	 */
	function admit({ requestId }, { model, n, prompt }) {
		rateLimit?.take(model, n);
		if (prompt.includes('FORBIDDEN')) throw errors.moderationBlocked(requestId);
	}

	const server = http.createServer((message, response) => void serve(message, response));
	// A client that reuses a connection must not find it closed from this side.
	server.keepAliveTimeout = 600_000;
	const port = await listen(server, options.port ?? 0);

	return {
		url: `http://127.0.0.1:${port}/v1`,
		requests,
		get billedImages() {
			return requests.reduce((sum, { billedImages }) => sum + billedImages, 0);
		},
		get openRequests() {
			return openRequests;
		},
		get peakOpenRequests() {
			return peakOpenRequests;
		},
		faultNext(fault, times = 1) {
			nextFaults.push(...Array.from({ length: times }, () => fault));
		},
		setFaults(choose = () => undefined) {
			chooseFault = choose;
		},
		reset() {
			requests.length = 0;
			nextFaults = [];
			chooseFault = () => undefined;
			peakOpenRequests = openRequests;
			rateLimit?.reset();
		},
		close() {
			closing = true;
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			return closed.then(() => undefined);
		},
	};
}

/**
 * @param {http.IncomingMessage} message
 * @param {number} index
 * @returns {LoggedRequest}
 */
function logged({ method = '', url = '', headers }, index) {
	const { pathname, search } = new URL(url, 'http://localhost');
	return {
		index,
		requestId: `req_${randomUUID().replaceAll('-', '')}`,
		method,
		path: pathname,
		query: search,
		headers,
		body: Buffer.alloc(0),
		receivedAt: Date.now(),
		billedImages: 0,
		closedByClient: false,
	};
}

/** @param {http.IncomingMessage} message */
async function readAll(message) {
	const parts = [];
	for await (const part of message) parts.push(part);
	return Buffer.concat(parts);
}

/**
 * @param {Answer} answer
 * @param {Fault} fault
 * @returns {Answer} as it was if it is an error
 */
function rewritten(answer, fault) {
	if (answer.status !== 200) return answer;
	const { status = answer.status, answer: rewrite } = fault;
	return { ...answer, status, body: rewrite ? JSON.stringify(rewrite(answer.body)) : answer.body };
}

/**
 * @param {unknown} error
 * @returns {Answer}
 */
function errorAnswer(error) {
	if (error instanceof errors.ApiError) return error;
	// A mistake in the stand-in itself: let whoever reads the answer see it.
	const { stack } = /** @type {Error} */ (error);
	return {
		status: 500,
		headers: {},
		body: { error: { message: `The stand-in API broke: ${stack}` } },
	};
}

/**
 * @param {http.Server} server
 * @param {number} port 0: a free one
 * @returns {Promise<number>} the port taken
 */
function listen(server, port) {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => {
			resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
		});
	});
}

module.exports = { apiFaults, startStandInApi };
