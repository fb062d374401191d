import type { IDataObject } from 'n8n-workflow';
import type { ErrorKind } from '../../../nodes/shared/api/errors';
import errors from '../../stand-in-api/errors';
import { apiFaults, type Fault } from '../../stand-in-api/server';

/** A key as OpenAI's look, planted wherever a server can put it. */
export const PLANTED = 'sk-proj-Planted-0123456789-abcdefABCDEF';

/** One thing that can go wrong, and what a builder gets to see of it. */
export interface Case {
	readonly name: string;
	/** Of the first request, the second, and so on; the last one goes on. None: a normal answer. */
	readonly faults?: ReadonlyArray<Fault | undefined>;
	/** Instead of the stand-in's own address. */
	readonly baseUrl?: (servers: Servers) => string;
	readonly parameters?: IDataObject;
	readonly options?: IDataObject;
	/** How many requests reach the stand-in. */
	readonly requests: number;
	/** What the row says of that, where a request goes somewhere else or nowhere. */
	readonly attempts?: number;
	/** What becomes of the row: an error, or `undefined` for its images. */
	readonly error?: {
		readonly kind: ErrorKind;
		readonly retryable?: true;
		readonly billed?: true;
		/** What the message tells, and what the hint tells to do. */
		readonly says: RegExp;
		readonly hint: RegExp;
		/** More of `details`. */
		readonly details?: IDataObject;
	};
	/** Warnings in the item of a row that has its images. */
	readonly warnings?: readonly RegExp[];
}

/** Addresses that a case can lead to. */
export interface Servers {
	readonly standIn: string;
	/** A second stand-in, which redirects lead to. */
	readonly other: string;
	readonly nobody: string;
	readonly untrusted: string;
	readonly hangsUp: string;
	readonly otherProtocol: string;
}

interface Answer {
	readonly status: number;
	readonly body: object;
	readonly headers?: Record<string, string>;
}

/** An error as the API sends it. */
const answers = ({ status, body, headers }: Answer): Fault => ({ status, body, headers });

const says = (status: number, message: string, fields: IDataObject = {}): Fault => ({
	status,
	body: { error: { message, type: 'invalid_request_error', param: null, code: null, ...fields } },
});

/** Two requests where one retry is allowed, and an answer that was certainly not billed. */
const AGAIN = 2;

const CHECK_USAGE = /usage page/;
const ACCEPT = /did not accept the request/;

const refused = (
	name: string,
	fault: Fault,
	message: RegExp,
	hint: RegExp = /^Change the parameter/,
	details: IDataObject = {},
): Case => ({
	name,
	faults: [fault],
	requests: 1,
	error: { kind: 'invalidRequest', says: message, hint, details },
});

const uncertain = (
	name: string,
	faults: Case['faults'],
	kind: ErrorKind,
	message: RegExp,
	rest: Partial<Case> = {},
): Case => ({
	name,
	faults,
	requests: 1,
	error: { kind, retryable: true, billed: true, says: message, hint: CHECK_USAGE },
	...rest,
});

const rateLimited = (name: string, fault: Fault, rest: Partial<Case> = {}): Case => ({
	name,
	faults: [fault],
	requests: AGAIN,
	error: {
		kind: 'rateLimit',
		retryable: true,
		says: /more requests than the rate limit/,
		hint: /Max Retries.*Concurrency.*limits/,
	},
	...rest,
});

const quota = (name: string, fault: Fault): Case => ({
	name,
	faults: [fault],
	requests: 1,
	error: { kind: 'quota', says: /no credit left|spending limit/, hint: /billing/ },
});

const ownError = (name: string, fault: Fault): Case => ({
	name,
	faults: [fault],
	requests: AGAIN,
	error: {
		kind: 'server',
		retryable: true,
		says: /could not make the image just now/,
		hint: /Run the workflow again.*not billed/,
	},
});

const moderated = (name: string, fault: Fault, message = /safety system/): Case => ({
	name,
	faults: [fault],
	requests: 1,
	error: { kind: 'moderation', says: message, hint: /Change the words.*not billed/ },
});

const noConnection = (
	name: string,
	baseUrl: Case['baseUrl'],
	message: RegExp,
	hint = /Nothing was sent.*Base URL/,
): Case => ({
	name,
	baseUrl,
	requests: 0,
	error: { kind: 'network', retryable: true, says: message, hint },
	attempts: AGAIN,
});

const delivered = (name: string, faults: Case['faults'], rest: Partial<Case> = {}): Case => ({
	name,
	faults,
	requests: faults?.length ?? 1,
	...rest,
});

const SIZE_RULE =
	"Invalid size '1000x1000'. Width and height must both be divisible by 16, and the longest edge at most 3840.";
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();
const limit = (headers: Fault['headers'], message = 'Rate limit reached.'): Fault => ({
	...says(429, message, { type: 'input-images', code: 'rate_limit_exceeded' }),
	headers,
});
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A time-out that is short enough for a test. */
const SHORT: Partial<Case> = { options: { timeout: 1 } };

export const CASES: readonly Case[] = [
	// The API's own refusals: not billed, not sent again.
	{
		name: 'wrong key, which n8n itself would send twice',
		faults: [answers(errors.wrongKey(PLANTED))],
		requests: 1,
		error: {
			kind: 'auth',
			says: /does not accept the API key/,
			hint: /Open the GPT Image API credential/,
			details: { status: 401, code: 'invalid_api_key' },
		},
	},
	{
		name: 'wrong key, written out in full by the server',
		faults: [
			says(401, `Incorrect API key provided: ${PLANTED}.`, { code: PLANTED, param: PLANTED }),
		],
		requests: 1,
		error: { kind: 'auth', says: /does not accept the API key/, hint: /enter a valid key/ },
	},
	{
		name: 'no key',
		faults: [answers(errors.missingKey())],
		requests: 1,
		error: { kind: 'auth', says: /does not accept/, hint: /credential/, details: { status: 401 } },
	},
	{
		name: "Azure's wrong key",
		faults: [answers(errors.azureWrongKey())],
		requests: 1,
		error: { kind: 'auth', says: /does not accept/, hint: /credential/ },
	},
	...[403, 404].map((status): Case => ({
		name: `organization not verified, as ${status}`,
		faults: [{ ...apiFaults.notVerified, status }],
		requests: 1,
		error: {
			kind: 'verification',
			says: /organization must be verified.*gpt-image-2/,
			hint: /organization\/general/,
			details: { status },
		},
	})),
	{
		name: 'country not supported',
		faults: [
			says(403, 'Country, region, or territory not supported', {
				type: 'request_forbidden',
				code: 'unsupported_country_region_territory',
			}),
		],
		requests: 1,
		error: { kind: 'auth', says: /Country, region/, hint: /country/ },
	},
	{
		name: '403 page of a firewall',
		faults: [{ html: 403 }],
		requests: 1,
		error: { kind: 'network', says: /firewall or proxy/, hint: /proxy settings of n8n/ },
	},
	moderated('moderation', answers(errors.moderationBlocked('req_1')), /it names: violence/),
	moderated(
		'moderation with categories in the message only',
		says(400, 'Rejected by the safety system. safety_violations=[sexual, self-harm].', {
			type: 'image_generation_user_error',
			code: 'moderation_blocked',
		}),
		/it names: sexual, self-harm/,
	),
	moderated('content policy', says(400, 'No.', { code: 'content_policy_violation' })),
	moderated("Azure's content filter", says(400, 'Filtered.', { code: 'contentFilter' })),
	moderated('moderation with status 200', {
		...says(200, 'No.', { code: 'moderation_blocked' }),
		billed: false,
	}),
	quota('out of credit, a 429', apiFaults.outOfCredit),
	quota('billing hard limit', apiFaults.billingLimit),
	...[
		'credit_balance_exhausted',
		'organization_spend_limit_exceeded',
		'project_spend_limit_exceeded',
		'organization_usage_limit_exceeded',
		'billing_not_active',
	].map((code) => quota(code, says(429, 'Limit.', { type: code, code }))),
	quota('402', says(402, 'Insufficient credits')),
	refused('size too small', says(400, 'Too few pixels.', { param: 'size' }), ACCEPT, /'size'/),
	refused('size not divisible by 16', says(400, SIZE_RULE, { param: 'size' }), /divisible by 16/),
	refused(
		'transparent background not supported',
		answers(errors.noTransparency('gpt-image-2')),
		/cannot make transparent backgrounds/,
		/gpt-image-2\.5-sunburst.*Fallback Model/,
		{ code: 'invalid_value', param: 'background' },
	),
	refused('input fidelity', answers(errors.noInputFidelity('gpt-image-2')), /input_fidelity/),
	refused('mask of another size', answers(errors.invalidMask('wrong size')), /wrong size/),
	refused('missing image', answers(errors.missing('image')), /Missing required parameter/),
	refused('unknown field', answers(errors.unknownParameter('n2')), /Unknown parameter: 'n2'/),
	{
		...refused(
			'model gone',
			answers(errors.modelGone('gpt-image-1-mini')),
			/no model/,
			/2\.5-flare/,
		),
		parameters: { model: { __rl: true, mode: 'id', value: 'gpt-image-1-mini' } },
	},
	refused('model not found', answers(errors.noSuchModel('x')), /has no model/, /Choose a model/),
	refused(
		'model not found, as 400',
		says(400, 'No.', { code: 'model_not_found' }),
		/has no model/,
		/Choose/,
	),
	refused(
		"Azure's missing deployment",
		answers(errors.azureNoDeployment()),
		/has no model/,
		/Azure/,
	),
	refused('404 page', { html: 404 }, /There is no Images API at/, /Base URL.*\/v1/),
	refused('unknown address', answers(errors.unknownUrl('POST', '/x')), /no Images API/, /\/v1/),
	refused('405', answers(errors.wrongMethod('POST', '/x')), ACCEPT, /Change/),
	refused('413 of the API', answers(errors.fileTooLarge('image')), /too large.*50MB/, /smaller/),
	refused('413 page', { html: 413 }, /too large/, /smaller/),
	refused('422', says(422, 'Unprocessable.'), ACCEPT, /Change/),
	refused('400 that ends in the middle', { status: 400, cut: 'inBody' }, ACCEPT, /Change/),

	// Rate limits: sent again when the API says.
	rateLimited('rate limit with both headers', apiFaults.rateLimited(50)),
	rateLimited('rate limit in seconds', limit({ 'retry-after': '0.05' })),
	rateLimited('rate limit until a moment', limit({ 'retry-after': inSeconds(0) })),
	rateLimited('rate limit in words', limit({}, 'Please try again in 80ms. Visit …')),
	rateLimited('rate limit that ends', apiFaults.rateLimited(50), {
		faults: [apiFaults.rateLimited(50), undefined],
		error: undefined,
	}),
	rateLimited('rate limit of a gateway', { html: 429, headers: { 'retry-after': '0.05' } }),
	rateLimited('rate limit without a body', {
		...limit({ 'retry-after': '0' }),
		cut: 'afterHeaders',
		billed: false,
	}),
	rateLimited('rate limit for hours', limit({ 'retry-after': '7200' }), {
		requests: 1,
		error: { kind: 'rateLimit', retryable: true, says: /wait 120 min/, hint: /higher limit/ },
	}),
	rateLimited('rate limit that says not to retry', limit({ 'x-should-retry': 'false' }), {
		requests: 1,
		error: { kind: 'rateLimit', says: /rate limit/, hint: /higher limit/ },
	}),
	rateLimited('slow down', { ...apiFaults.slowDown, headers: { 'retry-after-ms': '50' } }),
	rateLimited('slow down, a 429', {
		...says(429, 'Slow down.', { code: 'slow_down' }),
		headers: { 'retry-after-ms': '50' },
	}),

	// The API's own troubles: sent again, for it says that it made nothing.
	ownError('500', { status: 500 }),
	ownError('503', says(503, 'Overloaded.', { type: 'server_error' })),
	ownError('408', says(408, 'Request timed out.')),
	ownError('409', says(409, 'Conflict.')),
	delivered('500 and then an image', [{ status: 500 }, undefined]),

	// A gateway's page: the image may have been made behind it.
	...[500, 502, 503, 504, 520, 522, 524].map((status) =>
		uncertain(`${status} page`, [{ html: status }], 'server', new RegExp(`status ${status}`)),
	),
	uncertain('408 page', [{ html: 408, billed: true }], 'server', /status 408/),
	uncertain(
		'502 in JSON',
		[{ ...says(502, 'Bad gateway.'), billed: true }],
		'server',
		/status 502/,
	),
	uncertain(
		"500 with a gateway's JSON",
		[{ status: 500, body: { statusCode: 500, error: 'Internal Server Error' }, billed: true }],
		'server',
		/status 500: Internal Server Error/,
	),
	uncertain(
		'500 that ends in the middle',
		[{ status: 500, cut: 'inBody', billed: true }],
		'server',
		/500/,
	),

	// Answers that are none.
	uncertain(
		'200 with an HTML page',
		[{ body: '<html>Sign in</html>' }],
		'server',
		/cannot be read/,
	),
	uncertain('200 with nothing', [{ body: '' }], 'server', /cannot be read/),
	uncertain('200 with a list', [{ body: [] }], 'server', /not a JSON object/),
	uncertain(
		'empty data',
		[{ answer: (a: object) => ({ ...a, data: [] }) }],
		'server',
		/without an image/,
	),
	uncertain('no data', [{ answer: () => ({ created: 1 }) }], 'server', /without an image/),
	uncertain(
		'200 with an error',
		[says(200, `Sorry, ${PLANTED}`)],
		'server',
		/without an image: Sorry, \[API key\]/,
	),
	uncertain(
		'a picture that is not base64',
		[{ answer: () => ({ data: [{ b64_json: '****' }] }) }],
		'server',
		/not valid base64/,
	),
	uncertain('half of the JSON', [{ truncateJson: true }], 'server', /cut or is not JSON/),
	{
		name: 'an image that is none',
		faults: [{ answer: () => ({ data: [{ b64_json: base64('<html>Sorry</html>') }] }) }],
		requests: 1,
		error: { kind: 'server', billed: true, says: /is HTML, not an image/, hint: CHECK_USAGE },
	},

	// Connections that break after the request was sent.
	uncertain('cut before the headers', [{ cut: 'beforeHeaders' }], 'network', /connection was cut/),
	uncertain('cut after the headers', [{ cut: 'afterHeaders' }], 'network', /connection was cut/),
	uncertain('cut after one byte', [{ cut: 'inBody', atByte: 1 }], 'network', /was cut/),
	uncertain('cut in the middle', [{ cut: 'inBody' }], 'network', /was cut/),
	uncertain('cut in a gzip body', [{ cut: 'inBody', gzip: true }], 'network', /was cut/),
	uncertain(
		'headers after the time-out',
		[{ delayMs: 5_000 }],
		'timeout',
		/within 1 seconds/,
		SHORT,
	),
	uncertain(
		'slow drip over the time-out',
		[{ drip: { bytesPerChunk: 20, everyMs: 100 } }],
		'timeout',
		/within 1 seconds/,
		SHORT,
	),
	uncertain(
		'stalled body',
		[{ drip: { bytesPerChunk: 500, everyMs: 60_000 } }],
		'timeout',
		/within 1 seconds/,
		SHORT,
	),
	uncertain('an answer that is not HTTP', undefined, 'network', /connection was cut/, {
		baseUrl: ({ otherProtocol }) => otherProtocol,
		requests: 0,
		attempts: 1,
	}),

	// The builder prefers an image to certainty.
	delivered('cut once, with retryUncertain', [{ cut: 'inBody' }, undefined], {
		options: { retryUncertain: true },
		warnings: [/may have been billed/],
	}),
	uncertain('cut twice, with retryUncertain', [{ cut: 'inBody' }], 'network', /was cut/, {
		options: { retryUncertain: true },
		requests: AGAIN,
	}),
	{
		name: 'cut, then refused, with retryUncertain',
		faults: [{ html: 502 }, answers(errors.moderationBlocked('req_2'))],
		options: { retryUncertain: true },
		requests: 2,
		error: { kind: 'moderation', billed: true, says: /safety/, hint: /may have been billed/ },
	},

	// Connections that failed before anything was sent.
	noConnection('refused connection', ({ nobody }) => nobody, /refuses the connection/),
	noConnection('unknown host', () => 'http://no-such-host.invalid/v1', /no address is known/),
	noConnection(
		'HTTPS to a plain port',
		({ standIn }) => standIn.replace('http:', 'https:'),
		/does not speak HTTPS/,
	),
	noConnection('untrusted certificate', ({ untrusted }) => untrusted, /certificate is not trusted/),
	noConnection('hangs up before TLS', ({ hangsUp }) => hangsUp, /does not answer/),
	{
		name: 'port that there is not',
		baseUrl: () => 'http://127.0.0.1:99999/v1',
		requests: 0,
		error: { kind: 'network', says: /could not send/, hint: /Nothing was sent.*credential/ },
	},

	// Redirects: the second stand-in sees nothing.
	...[301, 302, 303, 307, 308].map((status): Case => ({
		name: `redirect ${status} to another host`,
		faults: [{ status, redirect: '@other' }],
		requests: 1,
		error: { kind: 'network', says: /redirects to another address/, hint: /Base URL/ },
	})),
	{
		name: 'redirect with the key in its target',
		faults: [{ redirect: `https://${PLANTED}.example.com/${PLANTED}?key=${PLANTED}` }],
		requests: 1,
		error: { kind: 'network', says: /redirects/, hint: /Base URL/ },
	},

	// Not what is usual, and yet an image.
	delivered('gzip', [{ gzip: true }]),
	delivered('one byte at a time at first', [{ chunks: Array.from({ length: 80 }, () => 1) }]),
	delivered('text/plain', [{ contentType: 'text/plain' }]),
	delivered('201', [{ status: 201 }]),
	delivered('a creation time in words', [{ answer: (a: object) => ({ ...a, created: 'today' }) }]),
	delivered('a creation time in microseconds', [
		{ answer: (a: object) => ({ ...a, created: 1_795_000_000_000_000 }) },
	]),
	delivered('the key in every field', [
		{
			answer: (a: object) => ({
				...a,
				size: PLANTED,
				usage: { [PLANTED]: `Bearer ${PLANTED}` },
				note: [PLANTED],
			}),
			headers: { 'x-request-id': PLANTED },
		},
	]),
	delivered('cut after the image, before its usage', [{ cut: 'inBody', atByte: -20 }], {
		warnings: [/cut .*: what it used is not known/],
	}),
	delivered('cut in the second image of two', [{ cut: 'inBody', atByte: -500 }], {
		parameters: { n: 2 },
		warnings: [/cut .*: what it used is not known/, /for 2 images, but 1 came/],
	}),
];
