import type { IDataObject } from 'n8n-workflow';
import { runNode, useBinaryStorage } from '../../engine/engine';
import { startStandInApi, type StandInApi } from '../../stand-in-api/server';

let api: StandInApi;

beforeAll(async () => await useBinaryStorage('filesystem'));
beforeEach(async () => (api = await startStandInApi({ plainImages: true })));
afterEach(async () => await api.close());

const generate = async (parameters: IDataObject, prompts: string[], settings = {}) =>
	await runNode({
		node: 'gptImageGenerate',
		parameters: { prompt: '={{ $json.prompt }}', ...parameters } as never,
		items: prompts.map((prompt) => ({ json: { prompt } })),
		credential: { provider: 'compatible', apiKey: 'sk-test', baseUrl: api.url },
		settings,
	});

const costs = (items: Array<{ json: IDataObject }>) =>
	items.map(({ json }) => json.cost as IDataObject);

test('each image has its share of the bill, and the shares add up to the request', async () => {
	const { items } = await generate({ n: 3, quality: 'low' }, ['a cat']);
	// 2 text tokens + 6, three times, at $5; one ceiling over three images of 195.04 tokens, at $30.
	const requestUsd = (3 * 8 * 5 + 586 * 30) / 1e6;
	expect(costs(items).map((cost) => cost.requestUsd)).toEqual(Array(3).fill(requestUsd));
	const nano = costs(items).map(({ usd }) => Math.round((usd as number) * 1e9));
	expect(nano.reduce((a, b) => a + b)).toBe(Math.round(requestUsd * 1e9));
	expect(Math.max(...nano) - Math.min(...nano)).toBeLessThanOrEqual(1);
	expect(costs(items)[0]).toMatchObject({
		exact: true,
		breakdown: { textInput: 0.00012, imageInput: 0, imageOutput: 0.01758 },
		priceSource: expect.stringContaining('2026'),
	});
});

test('all images in the fields of one item have the whole bill', async () => {
	const { items } = await generate({ n: 2, options: { imagesAs: 'fields' } }, ['a cat']);
	expect(items).toHaveLength(1);
	expect(costs(items)[0].usd).toBe(costs(items)[0].requestUsd);
});

test('an answer without usage gets an estimate that says so', async () => {
	await api.close();
	api = await startStandInApi({ plainImages: true, usage: false });
	const [cost] = costs((await generate({}, ['a cat'])).items);
	expect(cost).toMatchObject({ exact: false, usd: (8 * 5 + 1756 * 30) / 1e6 });
	expect(cost.priceSource).toMatch(/^estimate/);
	expect(cost.notes).toContainEqual(expect.stringContaining('reports no tokens'));
});

test('own prices are used, and a wrong price list is refused before any request', async () => {
	const pricing = '{"imageOutput": 10, "textInput": 0, "imageInput": 0}';
	const { items } = await generate({ quality: 'low', options: { pricing } }, ['a cat']);
	expect(costs(items)[0]).toMatchObject({ usd: 0.00196, priceSource: "the 'pricing' parameter" });
	const { error } = await generate({ options: { pricing: '[1]' } }, ['a cat']);
	expect(error?.message).toMatch(/^'Pricing' must be a JSON object.*\[item 0\]$/);
	expect(api.requests).toHaveLength(1);
});

describe('a run that may cost more than Max Cost', () => {
	const prompts = ['a cat', 'a dog', 'a cow'];

	test('is refused whole, with the sum, the limit and the dearest rows', async () => {
		const { error } = await generate({ options: { maxCost: 0.1 } }, prompts);
		expect(error?.message).toBe(
			"The run of 3 rows costs $0.15816, more than 'Max Cost' $0.10. Nothing was sent [item 0]",
		);
		expect(error?.description).toMatch(
			/^Dearest: item 0 \(\$0\.05272\), item 1 .*raise 'Max Cost'/,
		);
		expect(api.requests).toHaveLength(0);
	});

	test('gives each row as an error item where the node continues', async () => {
		const { items } = await generate({ options: { maxCost: 0.1 } }, prompts, {
			onError: 'continueRegularOutput',
		});
		expect(items.map(({ json }) => (json.details as IDataObject).kind)).toEqual(
			Array(3).fill('budget'),
		);
		expect(api.requests).toHaveLength(0);
	});

	test('counts what cannot be foretold at its upper bound', async () => {
		const { error } = await generate({ quality: 'auto', options: { maxCost: 0.2 } }, ['a cat']);
		expect(error?.message).toContain('costs up to $0.21076');
	});

	test('counts a row at the price of its fallback model where that is dearer', async () => {
		const transparent = { background: 'transparent', fallbackModel: 'gpt-image-1.5' };
		const { error } = await generate({ options: { maxCost: 0.01, ...transparent } }, ['a cat']);
		const alone = await generate({ quality: 'low', options: { maxCost: 0.007, ...transparent } }, [
			'a cat',
		]);
		expect(error?.message).toContain('Nothing was sent');
		expect(alone.error?.message).toContain("more than 'Max Cost' $0.007");
		expect(api.requests).toHaveLength(0);
	});

	test('and one that costs just as much runs', async () => {
		const { error } = await generate({ options: { maxCost: 0.15816 } }, prompts);
		expect(error).toBeUndefined();
		expect(api.billedImages).toBe(3);
	});
});

test('after a run the output pane says how many images, failures and dollars', async () => {
	const { hints, data } = await generate({}, ['a cat', 'FORBIDDEN', 'a cow'], {
		onError: 'continueRegularOutput',
	});
	expect(hints).toEqual([{ message: '2 images, 1 row failed, $0.10544', location: 'outputPane' }]);
	const [task] = data.resultData.runData.Images;
	expect(task.metadata?.tokenUsage).toEqual({ inputTokens: 16, outputTokens: 2 * 1756 });
});

test('a fallback model that cannot make the size is refused before any request', async () => {
	const options = { background: 'transparent', fallbackModel: 'gpt-image-1.5' };
	const { error } = await generate({ size: '2048x2048', options }, ['a cat']);
	expect(error?.message).toBe(
		"'Fallback Model' gpt-image-1.5 does not make the size 2048x2048: it takes 1024x1024, 1536x1024, 1024x1536 only [item 0]",
	);
	expect(error?.description).toContain('gpt-image-2.5-flare');
	expect(api.requests).toHaveLength(0);
});
