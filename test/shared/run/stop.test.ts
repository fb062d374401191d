import { sleep } from 'n8n-workflow';
import { start, useBinaryStorage, type Order } from '../../engine/engine';
import { requestsDuring } from '../../engine/outgoing';
import { apiFaults, startStandInApi, type Fault, type StandInApi } from '../../stand-in-api/server';

let api: StandInApi;
beforeAll(async () => {
	await useBinaryStorage('filesystem');
	api = await startStandInApi({ plainImages: true, latencyMs: 5_000 });
});
beforeEach(() => api.reset());
afterAll(async () => await api.close());

const startRows = async (settings: Order['settings'] = {}, options = {}) =>
	await start({
		node: 'gptImageGenerate',
		parameters: { prompt: '={{ $json.prompt }}', quality: 'low', options },
		items: Array.from({ length: 10 }, (_, row) => ({ json: { prompt: `Row ${row}` } })),
		credential: { provider: 'compatible', apiKey: 'sk-stop', baseUrl: api.url },
		settings,
	});

async function until(met: () => boolean, within: number): Promise<void> {
	for (const end = Date.now() + within; !met() && Date.now() < end;) await sleep(5);
	expect(met()).toBe(true);
}

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

describe.each([
	['', {}],
	['with Retry On Fail', RETRY],
	['where the node goes on', { onError: 'continueRegularOutput' }],
	['where it goes on, with Retry On Fail', { ...RETRY, onError: 'continueRegularOutput' }],
] as const)('Stop %s', (_name, settings) => {
	/** Stops, and expects that nothing more is sent and nobody waits any more. */
	async function stops(execution: Awaited<ReturnType<typeof startRows>>, sent: number) {
		execution.cancel();
		await until(() => api.openRequests === 0 && execution.listeners() === 0, 1_000);
		const { status } = await execution.done;
		expect(status).toBe('canceled');
		// Longer than the next try of Retry On Fail needs.
		await sleep(150);
		expect(api.requests).toHaveLength(sent);
		expect(execution.listeners()).toBe(0);
	}

	it('while four images are made: all four connections close within a second', async () => {
		const execution = await startRows(settings);
		await until(() => api.requests.length === 4, 2_000);
		await stops(execution, 4);
		expect(api.requests.map(({ closedByClient }) => closedByClient)).toEqual(Array(4).fill(true));
	});

	it.each<[string, Fault]>([
		['while a rate limit holds', apiFaults.rateLimited(60_000)],
		['in the pause before a retry', { status: 500, headers: { 'retry-after': '60' } }],
	])('%s: nothing is sent again', async (_when, fault) => {
		api.setFaults(() => fault);
		const execution = await startRows(settings, { concurrency: 10 });
		await until(() => api.requests.filter((one) => one.finishedAt).length === 10, 2_000);
		await stops(execution, 10);
	});

	it('in the middle of a body: the connection closes', async () => {
		api.setFaults(() => ({ body: 'x'.repeat(9_000), drip: { bytesPerChunk: 9, everyMs: 20 } }));
		const execution = await startRows(settings, { concurrency: 2 });
		await until(() => api.requests.filter((one) => one.status).length === 2, 2_000);
		await stops(execution, 2);
	});
});

describe('the time-out that n8n is given', () => {
	it.each([
		['is ten minutes unless the builder says otherwise, not the five of n8n', {}, 600_000],
		['may be a fraction of a second more', { timeout: 1.2345 }, 1_234.5],
		['may be an hour', { timeout: 3600 }, 3_600_000],
	])('%s', async (_name, options, ms) => {
		api.setFaults(() => ({ status: 400 }));
		const requests = await requestsDuring(async () => {
			const { done } = await startRows({}, { ...options, concurrency: 1 });
			await done;
		});
		expect(requests).toEqual([
			{ url: `${api.url}/images/generations`, timeout: expect.any(Number), maxRedirects: 0 },
		]);
		// A little later than the node's own, which is for the whole request.
		expect(requests[0].timeout).toBeGreaterThan(ms);
		expect(requests[0].timeout).toBeLessThan(ms + 5_000);
	});
});
