import type { INodeParameters } from 'n8n-workflow';
import { runNode, useBinaryStorage, type Result } from '../../engine/engine';
import { print } from '../../engine/print';
import {
	apiFaults,
	startStandInApi,
	type Fault,
	type Options,
	type StandInApi,
} from '../../stand-in-api/server';
import { complaintsDuring } from './complaints';

interface Timed {
	readonly api: StandInApi;
	readonly result: Result;
	readonly ms: number;
}

const apis: StandInApi[] = [];
beforeAll(async () => await useBinaryStorage('filesystem'));
afterAll(async () => void (await Promise.all(apis.map(async (api) => await api.close()))));

async function runRows(
	count: number,
	{ options, ...server }: Options & { readonly options: INodeParameters },
	choose?: Parameters<StandInApi['setFaults']>[0],
): Promise<Timed> {
	const api = await startStandInApi({ plainImages: true, ...server });
	apis.push(api);
	api.setFaults(choose);
	const from = Date.now();
	const result = await runNode({
		node: 'gptImageGenerate',
		parameters: { prompt: '={{ $json.prompt }}', quality: 'low', options },
		items: Array.from({ length: count }, (_, row) => ({ json: { prompt: `Row ${row}` } })),
		credential: { provider: 'compatible', apiKey: 'sk-limited', baseUrl: api.url },
		settings: { onError: 'continueRegularOutput' },
	});
	return { api, result, ms: Date.now() - from };
}

const failed = ({ items }: Result) => items.filter(({ json }) => json.error);

const UNTOLD: Fault = {
	headers: Object.fromEntries(
		['limit', 'remaining', 'reset'].flatMap((what) =>
			['input-images', 'requests', 'tokens'].map((of) => [`x-ratelimit-${what}-${of}`, undefined]),
		),
	),
};

describe('20 images a minute, the minute scaled down to 3 seconds', () => {
	const LIMIT = { imagesPerMinute: 20, minuteMs: 3000 };
	/** Twenty at once, then one each 150 ms, and the last one takes its own time. */
	const floorOf = (rows: number, latencyMs: number) =>
		((rows - LIMIT.imagesPerMinute) * LIMIT.minuteMs) / LIMIT.imagesPerMinute + latencyMs;

	it.each([
		['told by headers', 60, 4, 20, undefined],
		['told by headers, slow images', 40, 16, 300, undefined],
		['told by the 429 only', 40, 16, 20, () => UNTOLD],
	] as const)(
		'%s: %d rows, %d at once, need hardly more time than the limit',
		async (name, rows, concurrency, latencyMs, choose) => {
			const options = { concurrency };
			const { api, result, ms } = await runRows(rows, { ...LIMIT, latencyMs, options }, choose);
			const floor = floorOf(rows, latencyMs);
			const refused = api.requests.filter(({ status }) => status === 429).length;
			const over = Math.round((ms / floor - 1) * 100);
			const most = Math.max(...result.items.map(({ json }) => Number(json.attempts ?? 5)));
			print(
				`${rows} rows, ${name}: ${ms} ms, ${over} % over the limit's ${floor} ms; ${refused} refusals, one row sent ${most} times`,
			);

			expect(failed(result)).toEqual([]);
			expect(api.billedImages).toBe(rows);
			// Whoever is told beforehand runs into no refusal.
			if (!choose) expect(refused).toBe(0);
			expect(api.peakOpenRequests).toBeLessThanOrEqual(concurrency);
			expect(ms).toBeLessThan(floor * 1.15);
		},
	);
});

it('after a 429 nothing starts until its time, then one, and one more for each good answer', async () => {
	const HOLD_MS = 300;
	const CONCURRENCY = 8;
	const { api, result } = await runRows(
		60,
		{ latencyMs: 60, options: { concurrency: CONCURRENCY } },
		({ index }) => (index === 10 ? apiFaults.rateLimited(HOLD_MS) : undefined),
	);
	expect(failed(result)).toEqual([]);

	const refusal = api.requests[10];
	const pauses = api.requests.map(({ receivedAt }, index) =>
		index > 10 ? receivedAt - api.requests[index - 1].receivedAt : 0,
	);
	const resumed = pauses.findIndex((ms) => ms >= HOLD_MS - 50);
	const after = api.requests.slice(resumed);
	// What was under way when the refusal came, and the refused row goes first.
	expect(resumed).toBeGreaterThan(10);
	expect(resumed).toBeLessThanOrEqual(10 + CONCURRENCY);
	expect(after[0].json).toEqual(refusal.json);

	const inFlight = after.map(({ receivedAt }, index) => {
		const earlier = after.slice(0, index);
		const finished = earlier.filter(({ finishedAt = Infinity }) => finishedAt <= receivedAt).length;
		expect(index + 1 - finished).toBeLessThanOrEqual(1 + finished);
		return index + 1 - finished;
	});
	expect(inFlight.slice(0, 3)).toEqual([1, expect.any(Number), expect.any(Number)]);
	expect(Math.max(...inFlight)).toBe(CONCURRENCY);
});

it('an image that is long in the making keeps nobody waiting after a 429', async () => {
	const latencyMs = ({ index }: { index: number }) => (index === 0 ? 1_500 : 10);
	const { api, result } = await runRows(
		30,
		{ latencyMs, options: { concurrency: 4 } },
		({ index }) => (index === 3 ? apiFaults.rateLimited(50) : undefined),
	);
	expect(failed(result)).toEqual([]);
	const [slow, ...others] = api.requests;
	const last = Math.max(...others.map(({ receivedAt }) => receivedAt));
	expect(last).toBeLessThan(slow.finishedAt ?? 0);
});

it('a rate limit that does not say when it ends is left alone for seconds', async () => {
	const { status, body } = apiFaults.rateLimited(1);
	const text = JSON.stringify(body).replace(/ Please try again in [^ ]+/, '');
	const options = { maxRetries: 1 };
	const { api, result } = await runRows(1, { options }, ({ index }) =>
		index === 0 ? { status, body: JSON.parse(text) as object } : undefined,
	);
	expect(failed(result)).toEqual([]);
	const [first, second] = api.requests;
	const waited = second.receivedAt - (first.finishedAt ?? 0);
	expect(waited).toBeGreaterThanOrEqual(2000);
	expect(waited).toBeLessThan(4500);
	expect(result.items[0].json.waitedMs).toBeGreaterThanOrEqual(2000);
});

it('forty rows that pause at once leave Node.js nothing to complain about', async () => {
	const complaints = await complaintsDuring(async () => {
		const options = { concurrency: 40, maxRetries: 3 };
		const { result } = await runRows(40, { options }, ({ index }) =>
			index < 40 ? { status: 500 } : undefined,
		);
		expect(failed(result)).toEqual([]);
	});
	expect(complaints).toEqual([]);
});
