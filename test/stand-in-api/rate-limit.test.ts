import { sleep } from 'n8n-workflow';
import OpenAI, { RateLimitError } from 'openai';
import { startStandInApi, type StandInApi } from './server';

let api: StandInApi;
let client: OpenAI;
beforeEach(async () => {
	api = await startStandInApi({ plainImages: true, imagesPerMinute: 5, minuteMs: 5_000 });
	client = new OpenAI({ baseURL: api.url, apiKey: 'k', maxRetries: 0 });
});
afterEach(async () => await api.close());

const generate = (n: number) =>
	client.images.generate({ model: 'gpt-image-2', prompt: 'a cat', n, quality: 'low' });

it('a good answer says how many images are left, and when all are back', async () => {
	const { response } = await generate(2).withResponse();

	for (const of of ['requests', 'tokens', 'input-images']) {
		for (const what of ['limit', 'remaining', 'reset']) {
			expect(response.headers.get(`x-ratelimit-${what}-${of}`)).toMatch(/^\d/);
		}
	}
	expect(response.headers.get('x-ratelimit-limit-input-images')).toBe('5');
	expect(response.headers.get('x-ratelimit-remaining-input-images')).toBe('3');
	expect(response.headers.get('x-ratelimit-reset-input-images')).toMatch(/^(\d+ms|2s)$/);
});

it('a request over the image rate limit gets the rate-limit 429 with the time to wait', async () => {
	await generate(4);
	const error: RateLimitError = await generate(2).then(
		() => undefined,
		(reason) => reason,
	);

	expect(error).toBeInstanceOf(RateLimitError);
	expect(error).toMatchObject({ type: 'input-images', code: 'rate_limit_exceeded', param: null });
	expect(error.message).toMatch(/input-images per min: Limit 5, Used 4, Requested 2/);
	expect(error.headers.get('retry-after')).toBe('1');
	const waitMs = Number(error.headers.get('retry-after-ms'));
	expect(waitMs).toBeGreaterThan(0);
	expect(waitMs).toBeLessThanOrEqual(1_000);
	expect(api.billedImages).toBe(4);

	await sleep(waitMs);
	expect((await generate(2)).data).toHaveLength(2);
});

it('an image that is refused for another reason takes nothing from the limit', async () => {
	const refused = client.images.generate({ model: 'gpt-image-2', prompt: '', n: 5 });
	await expect(refused).rejects.toThrow();

	expect((await generate(5)).data).toHaveLength(5);
});
