import { sleep } from 'n8n-workflow';
import OpenAI, {
	APIConnectionError,
	BadRequestError,
	InternalServerError,
	PermissionDeniedError,
	RateLimitError,
} from 'openai';
import { apiFaults, startStandInApi, type Fault, type StandInApi } from './server';

let api: StandInApi;
let client: OpenAI;
beforeAll(async () => {
	api = await startStandInApi({ plainImages: true });
	client = new OpenAI({ baseURL: api.url, apiKey: 'k', maxRetries: 0 });
});
beforeEach(() => api.reset());
afterAll(async () => await api.close());

const request = { model: 'gpt-image-2', prompt: 'a cat', n: 2 };
const generate = () => client.images.generate(request);

/** The answer as it came, before any client makes sense of it. */
const post = async (redirect: 'follow' | 'manual' = 'follow') =>
	await fetch(`${api.url}/images/generations`, {
		method: 'POST',
		headers: { authorization: 'Bearer k', 'content-type': 'application/json' },
		body: JSON.stringify(request),
		redirect,
	});

async function failure(fault: Fault): Promise<unknown> {
	api.faultNext(fault);
	return await generate().then(
		() => undefined,
		(reason) => reason,
	);
}

describe('errors of the API itself are not billed', () => {
	it.each([
		['status 500', { status: 500 }, InternalServerError, 'server_error', null],
		[
			'rate limit',
			apiFaults.rateLimited(534),
			RateLimitError,
			'input-images',
			'rate_limit_exceeded',
		],
		['quota', apiFaults.outOfCredit, RateLimitError, 'insufficient_quota', 'insufficient_quota'],
		[
			'billing limit',
			apiFaults.billingLimit,
			BadRequestError,
			'billing_limit_user_error',
			'billing_hard_limit_reached',
		],
		['verification', apiFaults.notVerified, PermissionDeniedError, 'invalid_request_error', null],
		['overload', apiFaults.slowDown, InternalServerError, 'server_error', 'slow_down'],
	])('%s', async (_name, fault, kind, type, code) => {
		const error = await failure(fault);

		expect(error).toBeInstanceOf(kind);
		expect(error).toMatchObject({ type, code, requestID: api.requests[0].requestId });
		expect(api.requests).toMatchObject([{ status: fault.status, billedImages: 0 }]);
	});
});

it('any status, body and headers can be asked for', async () => {
	api.faultNext({
		status: 409,
		body: { error: { message: 'busy' } },
		headers: { 'Retry-After': '3', 'x-request-id': undefined },
	});
	const answer = await post();

	expect(answer.status).toBe(409);
	expect(await answer.json()).toEqual({ error: { message: 'busy' } });
	expect(answer.headers.get('retry-after')).toBe('3');
	expect(answer.headers.has('x-request-id')).toBe(false);
});

it("a gateway's page is HTML without the API's headers, and the images are billed", async () => {
	api.faultNext({ html: 502 });
	const answer = await post();

	expect(answer.status).toBe(502);
	expect(answer.headers.get('content-type')).toBe('text/html');
	expect(answer.headers.has('x-request-id')).toBe(false);
	expect(await answer.text()).toContain('<h1>502');
	expect(api.requests).toMatchObject([{ status: 502, billedImages: 2 }]);
});

describe('a cut connection', () => {
	it.each([
		['beforeHeaders', undefined],
		['afterHeaders', 200],
		['inBody', 200],
	] as const)('%s fails in the client, and the images are billed', async (cut, status) => {
		const error = await failure({ cut });

		expect(String(error)).toMatch(/Connection error|terminated/);
		expect(api.requests).toMatchObject([{ billedImages: 2, closedByClient: false }]);
		expect(api.requests[0].status).toBe(status);
		expect(api.openRequests).toBe(0);
	});

	it('comes after exactly the bytes asked for', async () => {
		api.faultNext({ cut: 'inBody', atByte: 100 });
		const reader = (await post()).body?.getReader();
		let bytes = 0;
		const readAll = async () => {
			for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
				bytes += part.value.length;
			}
		};

		await expect(readAll()).rejects.toThrow('terminated');
		expect(bytes).toBe(100);
	});

	it('can be one before anything was made', async () => {
		expect(await failure({ cut: 'beforeHeaders', billed: false })).toBeInstanceOf(
			APIConnectionError,
		);
		expect(api.billedImages).toBe(0);
	});
});

describe('an answer that arrives, but not as it should', () => {
	it('can be half of its JSON', async () => {
		api.faultNext({ truncateJson: true });
		const answer = await post();
		const text = await answer.text();

		expect(answer.headers.get('content-length')).toBe(String(text.length));
		expect(text).toMatch(/^\{"created"/);
		expect(() => JSON.parse(text)).toThrow();
		expect(api.billedImages).toBe(2);
	});

	it.each([
		['empty data', (answer: object) => ({ ...answer, data: [] }), { data: [] }],
		['an address for an image', () => ({ data: [{ url: 'x' }] }), { data: [{ url: 'x' }] }],
		['another kind of JSON', () => 'done', 'done'],
	])('can have %s', async (_name, answer, expected) => {
		api.faultNext({ answer });
		const body: unknown = await (await post()).json();

		expect(body).toEqual(
			typeof expected === 'string' ? expected : expect.objectContaining(expected),
		);
		expect(api.billedImages).toBe(2);
	});

	it('can be packed', async () => {
		api.faultNext({ gzip: true });
		const answer = await post();

		expect(answer.headers.get('content-encoding')).toBe('gzip');
		expect(await answer.json()).toMatchObject({ output_format: 'png' });
	});

	it('can have another content type, or be other bytes', async () => {
		api.faultNext({ contentType: 'text/plain', raw: Buffer.from([1, 2, 3]) });
		const answer = await post();

		expect(answer.headers.get('content-type')).toBe('text/plain');
		expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([1, 2, 3]);
	});

	it('can lead elsewhere', async () => {
		api.faultNext({ redirect: 'http://127.0.0.1:1/', status: 302 });
		const answer = await post('manual');

		expect(answer.status).toBe(302);
		expect(answer.headers.get('location')).toBe('http://127.0.0.1:1/');
		expect(api.billedImages).toBe(0);
	});
});

describe('an answer that takes its time', () => {
	it('can be late', async () => {
		api.faultNext({ delayMs: 200 });
		await generate();

		const { receivedAt, finishedAt = 0 } = api.requests[0];
		expect(finishedAt - receivedAt).toBeGreaterThanOrEqual(195);
	});

	it('can be late and then fail', async () => {
		expect(await failure({ delayMs: 100, status: 503 })).toBeInstanceOf(InternalServerError);
	});

	it('can drip, and be left halfway by the client', async () => {
		api.faultNext({ drip: { bytesPerChunk: 100, everyMs: 20 } });
		await expect(
			client.images.generate(request, { signal: AbortSignal.timeout(500) }),
		).rejects.toThrow();
		while (api.openRequests > 0) await sleep(5);

		expect(api.requests).toMatchObject([{ status: 200, closedByClient: true, billedImages: 2 }]);
	});

	it('can come in pieces of any size, even inside a character', async () => {
		api.faultNext({ chunks: [1, 1, 7, 1000], answer: () => ({ text: '“ü”' }) });
		expect(await (await post()).json()).toEqual({ text: '“ü”' });

		api.faultNext({ chunks: [1, 9] });
		expect(await (await post()).json()).toMatchObject({ quality: 'low' });
	});
});

describe('who is hit', () => {
	it('the next requests, in the order of the calls', async () => {
		api.faultNext({ status: 500 }, 2);
		api.faultNext({ status: 503 });
		for (let i = 0; i < 4; i++) await generate().catch(() => undefined);

		expect(api.requests.map(({ status }) => status)).toEqual([500, 500, 503, 200]);
		expect(api.billedImages).toBe(2);
	});

	it('the requests that a function chooses, by what they ask for', async () => {
		api.setFaults(({ json }) =>
			(json as typeof request).prompt === 'a dog' ? { status: 500 } : undefined,
		);
		await generate();
		const dog = client.images.generate({ ...request, prompt: 'a dog' });

		await expect(dog).rejects.toThrow(InternalServerError);
		expect(api.billedImages).toBe(2);
	});

	it('nobody whose request is wrong: the API refuses it as ever', async () => {
		api.faultNext({ answer: () => ({}) });
		const wrong = client.images.generate({ ...request, prompt: '' });

		await expect(wrong).rejects.toThrow(BadRequestError);
	});
});

it('closing ends requests under way', async () => {
	const closing = await startStandInApi({ latencyMs: 60_000 });
	const other = new OpenAI({ baseURL: closing.url, apiKey: 'k', maxRetries: 0 });
	const pending = other.images.generate(request).catch((reason: unknown) => reason);
	while (closing.openRequests === 0) await sleep(5);
	await closing.close();

	expect(await pending).toBeInstanceOf(APIConnectionError);
	expect(closing.requests).toMatchObject([{ closedByClient: false }]);
});
