import type { INodeExecutionData } from 'n8n-workflow';
import {
	bytesOf,
	deleteFilesOf,
	retryDataOf,
	runNode,
	useBinaryStorage,
	type Order,
	type Result,
} from '../../engine/engine';
import { startStandInApi, type Fault, type StandInApi } from '../../stand-in-api/server';

let api: StandInApi;
beforeAll(async () => (api = await startStandInApi({ plainImages: true })));
beforeEach(async () => {
	api.reset();
	await useBinaryStorage('filesystem');
});
afterAll(async () => await api.close());

const REFUSED: Fault = { status: 400 };
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

const mugs = (count: number): INodeExecutionData[] =>
	Array.from({ length: count }, (_, i) => ({ json: { prompt: `Mug ${i + 1}` } }));

const promptOf = ({ json }: StandInApi['requests'][number]) => (json as { prompt: string }).prompt;
const promptsOf = ({ items }: Result) => items.map(({ json }) => json.prompt);
const sentPrompts = () => api.requests.map(promptOf);
const billed = (prompt: string) =>
	api.requests
		.filter((request) => promptOf(request) === prompt)
		.reduce((sum, { billedImages }) => sum + billedImages, 0);

/** The first so many requests with this prompt go wrong. */
function faultFirst(prompt: string, times: number, fault: Fault): void {
	let faults = 0;
	api.setFaults((request) =>
		promptOf(request) === prompt && faults++ < times ? fault : undefined,
	);
}

const run = async (order: Partial<Order> = {}, options = {}) =>
	await runNode({
		node: 'gptImageGenerate',
		parameters: {
			prompt: '={{ $json.prompt }}',
			quality: 'low',
			options: { concurrency: 2, ...options },
		},
		items: mugs(10),
		credential: { provider: 'compatible', apiKey: 'sk-retry', baseUrl: api.url },
		settings: RETRY,
		...order,
	});

describe.each(['filesystem', 'default'] as const)('Retry On Fail, %s storage', (storage) => {
	beforeEach(async () => await useBinaryStorage(storage));

	it('row 7 of 10 fails twice, then works: ten images are billed', async () => {
		faultFirst('Mug 7', 2, REFUSED);
		const { items, error } = await run();
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.prompt)).toEqual(mugs(10).map(({ json }) => json.prompt));
		expect(api.billedImages).toBe(10);
		expect(api.requests).toHaveLength(12);
		for (const { binary } of items)
			expect((await bytesOf(binary?.data)).subarray(1, 4).toString()).toBe('PNG');
	});

	it('the first row fails twice where the node goes on: ten images are billed', async () => {
		faultFirst('Mug 1', 2, REFUSED);
		const result = await run({ settings: { ...RETRY, onError: 'continueRegularOutput' } });
		expect(promptsOf(result)).toEqual(mugs(10).map(({ json }) => json.prompt));
		expect(api.billedImages).toBe(10);
		expect(api.requests).toHaveLength(12);
	});

	it('each image is once in the data that n8n stores', async () => {
		faultFirst('Mug 7', 9, REFUSED);
		const failed = await run({ settings: { ...RETRY, maxTries: 2 } });
		const paid = api.billedImages;
		api.setFaults();
		const works = await run();
		for (const [result, images] of [
			[failed, paid],
			[works, 10],
		] as const) {
			const stored = JSON.stringify(result.data);
			const inData = stored.match(/iVBORw0KGgo/g)?.length ?? 0;
			const files = stored.match(/filesystem-v2:/g)?.length ?? 0;
			expect([inData, files]).toEqual(storage === 'default' ? [images, 0] : [0, images]);
		}
	});
});

it('nothing is left in the context of a node that is through', async () => {
	faultFirst('Mug 7', 1, REFUSED);
	const { data } = await run();
	expect(data.executionData?.contextData['node:Images']).toEqual({ paidRequests: {} });
});

it('rows that ask for the same get images of their own, each billed once', async () => {
	let requests = 0;
	api.setFaults(() => (++requests === 2 ? REFUSED : undefined));
	const same = Array.from({ length: 3 }, () => ({ json: { prompt: 'The same mug' } }));
	const { items } = await run({ items: same }, { concurrency: 1 });
	expect(new Set(items.map(({ binary }) => binary?.data.id)).size).toBe(3);
	expect(api.billedImages).toBe(3);
	expect(api.requests).toHaveLength(4);
});

it('each run of a loop asks for its own images, and each is billed once', async () => {
	let requests = 0;
	api.setFaults(() => ([2, 5].includes(++requests) ? REFUSED : undefined));
	const { data } = await run({ items: mugs(2), moreRuns: [mugs(2), mugs(3)] }, { concurrency: 1 });
	const runs = data.resultData.runData.Images.map(({ data: out }) => out?.main[0] ?? []);
	expect(runs.map((items) => items.map(({ json }) => json.prompt))).toEqual([
		['Mug 1', 'Mug 2'],
		['Mug 1', 'Mug 2'],
		['Mug 1', 'Mug 2', 'Mug 3'],
	]);
	expect(new Set(runs.flat().map(({ binary }) => binary?.data.id)).size).toBe(7);
	expect(api.billedImages).toBe(7);
});

describe('a row that may have been billed', () => {
	const timesOut: Fault = { delayMs: 3_000 };
	const waitless = { timeout: 1 };

	it('is not sent by the next try, and nothing else is either where the node stops', async () => {
		faultFirst('Mug 2', 9, timesOut);
		const { error, items } = await run({ items: mugs(6) }, { ...waitless, concurrency: 1 });
		expect(sentPrompts()).toEqual(['Mug 1', 'Mug 2']);
		expect(error?.message).toBe('No complete answer came within 1 seconds [item 1]');
		expect(error?.description).toMatch(/may have been made and billed/);
		expect(items).toEqual([]);
	});

	it('is not sent by the next try where the node goes on', async () => {
		faultFirst('Mug 1', 9, timesOut);
		const settings = { ...RETRY, onError: 'continueRegularOutput' as const };
		const { items } = await run({ items: mugs(3), settings }, waitless);
		expect(sentPrompts().sort()).toEqual(['Mug 1', 'Mug 2', 'Mug 3']);
		expect(items[0].json.details).toMatchObject({ kind: 'timeout', mayHaveBeenBilled: true });
		expect(promptsOf({ items } as Result).slice(1)).toEqual(['Mug 2', 'Mug 3']);
	});

	it('is sent again with retryUncertain', async () => {
		faultFirst('Mug 2', 1, timesOut);
		const options = { ...waitless, retryUncertain: true, maxRetries: 0 };
		const { error } = await run({ items: mugs(3) }, options);
		expect(error).toBeUndefined();
		expect(billed('Mug 2')).toBe(2);
		expect(api.billedImages).toBe(4);
	});

	it('is named by the error of the row that ended the run', async () => {
		api.setFaults((request) => {
			if (promptOf(request) === 'Mug 1') return { ...REFUSED, delayMs: 300 };
			return promptOf(request) === 'Mug 3' ? timesOut : undefined;
		});
		const order = { items: mugs(5), settings: { retryOnFail: false } };
		const { error } = await run(order, { ...waitless, concurrency: 3 });
		expect(error?.message).toMatch(/did not accept .*\[item 0\]$/);
		expect(error?.description).toMatch(/Rows that may have been billed as well: \[item 2\]\.$/);
	});
});

describe('a failed execution that is retried from the list of executions', () => {
	const STOPPED = { settings: { retryOnFail: false } };
	const again = (resume: Order['resume'], executionId = '2') =>
		run({ resume, executionId, mode: 'retry', ...STOPPED });

	async function failing(): Promise<Result> {
		faultFirst('Mug 7', 1, REFUSED);
		const failed = await run({ ...STOPPED, executionId: '1' }, { concurrency: 1 });
		expect(failed.status).toBe('error');
		expect(api.billedImages).toBe(6);
		return failed;
	}

	it('asks only for what is missing, and keeps copies of what is there', async () => {
		const retry = retryDataOf(await failing());
		const { items } = await again(retry);
		expect(sentPrompts().slice(7).sort()).toEqual(['Mug 10', 'Mug 7', 'Mug 8', 'Mug 9']);
		expect(api.billedImages).toBe(10);
		await deleteFilesOf('1');
		for (const { binary, json } of items) {
			expect(binary?.data.id).toMatch(/executions\/2\//);
			const bytes = await bytesOf(binary?.data);
			expect(bytes).toHaveLength(Number(json.byteSize));
			expect(bytes.subarray(1, 4).toString()).toBe('PNG');
		}
		expect(items.map(({ binary }) => binary?.data.fileName)).toEqual(
			mugs(10).map((_, i) => `mug-${i + 1}.png`),
		);
	});

	it('copies once, however often the retry itself fails', async () => {
		const retry = retryDataOf(await failing());
		const [entry] = retry.executionData?.nodeExecutionStack ?? [];
		Object.assign(entry.node, RETRY);
		faultFirst('Mug 7', 9, REFUSED);
		const second = await again(retry);
		expect(second.status).toBe('error');
		expect(JSON.stringify(second.data)).not.toMatch(/executions\/1\//);

		api.setFaults();
		const third = await again(retryDataOf(second), '3');
		expect(third.items).toHaveLength(10);
		expect(api.billedImages).toBe(10);
	});

	it('asks anew for what was changed', async () => {
		const retry = retryDataOf(await failing());
		const [entry] = retry.executionData?.nodeExecutionStack ?? [];
		const changed = entry.data.main[0]?.[3] as INodeExecutionData;
		changed.json.prompt = 'Another mug';
		const { items } = await again(retry);
		expect(items[3].json.prompt).toBe('Another mug');
		expect(sentPrompts()).toContain('Another mug');
		expect(api.billedImages).toBe(11);
	});

	it('asks anew for images whose files are gone', async () => {
		const retry = retryDataOf(await failing());
		await deleteFilesOf('1');
		const { items } = await again(retry);
		expect(items).toHaveLength(10);
		expect(api.billedImages).toBe(16);
	});

	it('sends a row that may have been billed, for a person has decided so', async () => {
		faultFirst('Mug 2', 1, { cut: 'inBody' });
		const failed = await run({ items: mugs(2), ...STOPPED }, { concurrency: 1 });
		expect(failed.error?.description).toMatch(/may have been made and billed/);
		const { items } = await again(retryDataOf(failed));
		expect(items).toHaveLength(2);
		expect(billed('Mug 1')).toBe(1);
		expect(billed('Mug 2')).toBe(2);
	});
});
