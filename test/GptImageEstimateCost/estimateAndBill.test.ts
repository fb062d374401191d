import type { IDataObject } from 'n8n-workflow';
import { runNode, useBinaryStorage, bytesOf, storeBinary } from '../engine/engine';
import { startStandInApi, type StandInApi } from '../stand-in-api/server';

/** The stand-in API reckons its bills by itself, from what it really received. */
let api: StandInApi;

beforeAll(async () => {
	await useBinaryStorage('filesystem');
	api = await startStandInApi({ plainImages: true });
});
afterAll(async () => await api.close());

const ROWS = [
	{ prompt: 'a cat', size: '1024x1024', quality: 'low', n: 1 },
	{ prompt: 'Ein Becher aus Emaille, grün 🌿', size: '1536x1024', quality: 'low', n: 3 },
	{ prompt: '木のテーブルの上のマグカップ', size: '1024x640', quality: 'medium', n: 2 },
	{ prompt: 'a poster that says "SALE" & more', size: '816x816', quality: 'high', n: 1 },
].map((json) => ({ json }));

const PARAMETERS = {
	prompt: '={{ $json.prompt }}',
	size: '={{ $json.size }}',
	quality: '={{ $json.quality }}',
	n: '={{ $json.n }}',
	options: { imagesAs: 'fields' },
};

const credential = () => ({ provider: 'compatible', apiKey: 'sk-test', baseUrl: api.url });

const estimated = (items: Array<{ json: IDataObject }>) =>
	items.map(({ json }) => (json.estimate as IDataObject).usd);
const billed = (items: Array<{ json: IDataObject }>) =>
	items.map(({ json }) => (json.cost as IDataObject).requestUsd);

it.each(['gpt-image-2', 'gpt-image-2.5-sunburst'])(
	'%s: what was estimated is what is billed, to the digit',
	async (model) => {
		const parameters = { ...PARAMETERS, model };
		const estimate = await runNode({ node: 'gptImageEstimateCost', parameters, items: ROWS });
		const made = await runNode({
			node: 'gptImageGenerate',
			parameters,
			items: estimate.items,
			credential: credential(),
		});
		expect(made.error).toBeUndefined();
		expect(estimated(estimate.items)).toEqual(billed(made.items));
	},
);

it('an edit of the images just made costs what was estimated', async () => {
	const made = await runNode({
		node: 'gptImageGenerate',
		parameters: PARAMETERS,
		items: ROWS,
		credential: credential(),
	});
	const items = await Promise.all(
		made.items.map(async ({ binary }, index) => ({
			json: { ...ROWS[index].json },
			binary: {
				data: await storeBinary(await bytesOf(binary?.data), { mimeType: 'image/png' }),
			},
		})),
	);
	const parameters = { ...PARAMETERS, operation: 'edit', model: 'gpt-image-2.5-flare' };
	const estimate = await runNode({ node: 'gptImageEstimateCost', parameters, items });
	const edited = await runNode({
		node: 'gptImageEdit',
		parameters,
		items,
		credential: credential(),
	});
	expect(edited.error).toBeUndefined();
	expect(estimated(estimate.items)).toEqual(billed(edited.items));
});
