/** OpenAI's Images API on loopback: real HTTP, real images, real bills, and faults on demand. */
const { randomUUID } = require('node:crypto');
const http = require('node:http');
const { setTimeout: wait } = require('node:timers/promises');
const { parseBody } = require('./body');
const { drawImage, drawPlainImage } = require('./draw');
const errors = require('./errors');
const faults = require('./faults');
const { LISTED_MODELS } = require('./models');
const { createRateLimit } = require('./rate-limit');
const { usageOf } = require('./tokens');
const { readEdit, readGeneration } = require('./validate');

/** @typedef {import('./faults').Answer} Answer */
/** @typedef {import('./faults').Fault} Fault */
/** @typedef {import('./models').ListedModel} ListedModel */
/** @typedef {import('./validate').Order} Order */

/**
 * @typedef {object} LoggedRequest
 * @property {number} index from 0, in order of arrival
 * @property {string} requestId as sent in `x-request-id`
 * @property {string} method
 * @property {string} path without the query
 * @property {string} query with its question mark, or empty
 * @property {http.IncomingHttpHeaders} headers
 * @property {Buffer} body as received
 * @property {unknown} [json] the parsed body, if it is JSON
 * @property {import('./body').Form} [form] the parsed body, if it is a multipart form
 * @property {number} receivedAt ms since 1970, when its headers arrived
 * @property {number} [finishedAt] ms since 1970, when its last byte was sent or it broke off
 * @property {number} [status] undefined until sent
 * @property {number} billedImages
 * @property {boolean} closedByClient the client closed the connection before the answer was complete
 */

/**
 * @typedef {object} Options
 * @property {string} [apiKey] the only key accepted; default: any
 * @property {'bearer' | 'api-key'} [auth] `api-key`: Azure's header and errors; default `bearer`
 * @property {number} [port] default: a free one
 * @property {number | ((request: LoggedRequest) => number)} [latencyMs] ms that images take to make
 * @property {readonly ListedModel[]} [models] instead of OpenAI's
 * @property {number} [imagesPerMinute] the image rate limit; default: none
 * @property {number} [minuteMs] ms that a minute of the rate limit lasts; default 60,000
 * @property {boolean} [usage] false: answers without `usage`, as some compatible servers give
 * @property {boolean} [plainImages] one colour and no text, cached: for thousands of requests
 * @property {boolean} [transparentPreview] false: gpt-image-2 refuses transparent backgrounds, as
 *   it does on most accounts; default true
 * @property {string} [autoQuality] what quality `auto` becomes, instead of each model's own
 * @property {Record<string, Buffer>} [files] what file ids and image URLs in JSON edits lead to
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
	const { port = 0, models = LISTED_MODELS, imagesPerMinute, minuteMs = 60_000 } = options;
	const azure = options.auth === 'api-key';
	const rateLimit = imagesPerMinute ? createRateLimit({ imagesPerMinute, minuteMs }) : undefined;
	const account = {
		models,
		azure,
		transparentPreview: options.transparentPreview ?? true,
		autoQuality: options.autoQuality,
		files: options.files ?? {},
	};

	/** @type {LoggedRequest[]} */
	const requests = [];
	/** @type {Fault[]} */
	let queue = [];
	/** @type {(request: LoggedRequest) => Fault | undefined} */
	let chooseFault = () => undefined;
	let openRequests = 0;
	let peakOpenRequests = 0;

	const server = http.createServer((message, response) => void serve(message, response));
	// A client that reuses a connection must not find it closed from this side.
	server.keepAliveTimeout = 600_000;

	/**
	 * @param {http.IncomingMessage} message
	 * @param {http.ServerResponse} response
	 */
	async function serve(message, response) {
		const request = log(message);
		const gone = new AbortController();
		const finish = openRequest(request);
		response.on('close', () => {
			request.closedByClient = !response.writableFinished && request.finishedAt === undefined;
			finish();
			gone.abort();
		});
		try {
			request.body = await readAll(message);
			const fault = queue.shift() ?? chooseFault(request) ?? {};
			const answer = await answerTo(request, fault, gone.signal);
			if (fault.delayMs) await wait(fault.delayMs, undefined, { signal: gone.signal });
			await faults.send(response, answer, fault, {
				signal: gone.signal,
				onHeaders: () => (request.status = answer.status),
				onLastBytes: finish,
			});
		} catch (error) {
			if (!gone.signal.aborted) response.destroy(/** @type {Error} */ (error));
		}
	}

	/**
	 * @param {http.IncomingMessage} message
	 * @returns {LoggedRequest}
	 */
	function log({ method = '', url = '', headers }) {
		const { pathname, search } = new URL(url, 'http://localhost');
		const request = {
			index: requests.length,
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
		requests.push(request);
		return request;
	}

	/** @param {LoggedRequest} request */
	function openRequest(request) {
		openRequests++;
		peakOpenRequests = Math.max(peakOpenRequests, openRequests);
		return () => {
			if (request.finishedAt !== undefined) return;
			request.finishedAt = Date.now();
			openRequests--;
		};
	}

	/**
	 * @param {LoggedRequest} request
	 * @param {Fault} fault
	 * @param {AbortSignal} signal
	 * @returns {Promise<Answer>}
	 */
	async function answerTo(request, fault, signal) {
		const startedAt = Date.now();
		const instead = faults.replacement(fault);
		/** @type {Answer} */
		let answer;
		try {
			Object.assign(request, await parseBody(request.headers, request.body));
			const order = await route(request);
			if (!('prompt' in order)) answer = { status: 200, headers: {}, body: order };
			else answer = await fulfil(request, order, fault, instead, signal);
		} catch (error) {
			if (signal.aborted) throw error;
			answer = errorAnswer(error);
		}
		if (instead) {
			const gateway = fault.html !== undefined || fault.redirect !== undefined;
			return gateway ? instead : { ...instead, headers: withOwnHeaders(instead.headers) };
		}
		const body = fault.answer ? fault.answer(answer.body) : answer.body;
		return { status: fault.status ?? answer.status, headers: withOwnHeaders(answer.headers), body };

		/** @param {Record<string, string>} headers */
		function withOwnHeaders(headers) {
			return {
				'x-request-id': request.requestId,
				'openai-version': '2020-10-01',
				'openai-processing-ms': String(Date.now() - startedAt),
				...rateLimit?.headers(),
				...headers,
			};
		}
	}

	/**
	 * @param {LoggedRequest} request
	 * @returns {Promise<Order> | object} an order for images, or what a model request answers
	 */
	function route(request) {
		// Azure serves the same paths under /openai.
		const path = request.path.replace(/^\/openai(?=\/v1\/)/, '');
		const [, model] = /^\/v1\/models\/(.+)$/.exec(path) ?? [];
		const expected = path.startsWith('/v1/images/') ? 'POST' : 'GET';
		const known =
			model ?? ['/v1/models', '/v1/images/generations', '/v1/images/edits'].includes(path);
		authorize(request, options.apiKey, azure);
		if (!known) throw errors.unknownUrl(request.method, path);
		if (request.method !== expected) throw errors.wrongMethod(request.method, path);

		if (path === '/v1/images/generations') return readGeneration(request, account);
		if (path === '/v1/images/edits') return readEdit(request, account);
		if (!model) return { object: 'list', data: models.map(listed) };
		const found = models.find(({ id }) => id === decodeURIComponent(model));
		if (!found) throw errors.noSuchModel(model);
		return listed(found);
	}

	/**
	 * @param {LoggedRequest} request
	 * @param {Order} order
	 * @param {Fault} fault
	 * @param {Answer | undefined} instead
	 * @param {AbortSignal} signal
	 * @returns {Promise<Answer>}
	 */
	async function fulfil(request, order, fault, instead, signal) {
		if (!instead) {
			rateLimit?.take(order.model, order.n);
			if (order.prompt.includes('FORBIDDEN')) throw errors.moderationBlocked(request.requestId);
		}
		if (faults.isBilled(fault)) request.billedImages = order.n;
		if (instead) return instead;
		const { latencyMs = 0 } = options;
		const latency = typeof latencyMs === 'function' ? latencyMs(request) : latencyMs;
		if (latency) await wait(latency, undefined, { signal });
		return { status: 200, headers: {}, body: await imagesAnswer(order, options) };
	}

	await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => resolve(undefined));
	});
	const { port: taken } = /** @type {import('node:net').AddressInfo} */ (server.address());

	return {
		url: `http://127.0.0.1:${taken}/v1`,
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
			queue.push(...Array.from({ length: times }, () => fault));
		},
		setFaults(choose = () => undefined) {
			chooseFault = choose;
		},
		reset() {
			requests.length = 0;
			queue = [];
			chooseFault = () => undefined;
			peakOpenRequests = openRequests;
			rateLimit?.reset();
		},
		close() {
			server.closeAllConnections();
			return new Promise((resolve) => server.close(() => resolve()));
		},
	};
}

/**
 * @param {LoggedRequest} request
 * @param {string | undefined} accepted
 * @param {boolean} azure
 */
function authorize({ headers }, accepted, azure) {
	const sent = azure
		? headers['api-key']
		: /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
	if (typeof sent === 'string' && sent !== '' && sent === (accepted ?? sent)) return;
	if (azure) throw errors.azureWrongKey();
	throw typeof sent === 'string' ? errors.wrongKey(sent) : errors.missingKey();
}

/** @param {ListedModel} model */
const listed = ({ id, created = 0, owned_by = 'system', shutdown_date = null }) => ({
	id,
	object: 'model',
	created,
	owned_by,
	shutdown_date,
});

/**
 * @param {Order} order
 * @param {Options} options
 */
async function imagesAnswer(order, { plainImages, usage = true }) {
	const { width, height } = order.size;
	const images = [];
	for (let index = 0; index < order.n; index++) {
		images.push(await (plainImages ? drawPlainImage(order) : drawImage(order, index)));
	}
	return {
		created: Math.floor(Date.now() / 1000),
		background: order.transparent ? 'transparent' : 'opaque',
		data: images.map((image) => ({ b64_json: image.toString('base64') })),
		output_format: order.outputFormat,
		quality: order.quality,
		...(order.safetyIdentifier ? { safety_identifier: order.safetyIdentifier } : {}),
		size: `${width}x${height}`,
		...(usage ? { usage: usageOf({ ...order, family: order.image.tokens }) } : {}),
	};
}

/** @param {unknown} error @returns {Answer} */
function errorAnswer(error) {
	if (error instanceof errors.ApiError) return error;
	// A mistake in the stand-in itself: say so, loudly.
	const { message, stack } = /** @type {Error} */ (error);
	const body = { error: { message: `The stand-in API broke: ${message}\n${stack}` } };
	return { status: 500, headers: {}, body };
}

/** @param {http.IncomingMessage} message */
async function readAll(message) {
	const parts = [];
	for await (const part of message) parts.push(part);
	return Buffer.concat(parts);
}

module.exports = { common: faults.common, startStandInApi };
