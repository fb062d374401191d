import type { IBinaryKeyData, IDataObject, INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { runNode, storeBinary, useBinaryStorage } from '../engine/engine';

type Items = Parameters<typeof runNode>[0]['items'];

beforeAll(async () => await useBinaryStorage('filesystem'));

const estimateCost = async (
	parameters: INodeParameters,
	items: Items = [{ json: {} }],
	order: Partial<Parameters<typeof runNode>[0]> = {},
) =>
	await runNode({
		node: 'gptImageEstimateCost',
		parameters: { prompt: 'a cat', ...parameters },
		items,
		...order,
	});

const CONTINUE = { settings: { onError: 'continueRegularOutput' as const } };

const estimateOf = ({ json }: { json: IDataObject }) => json.estimate as IDataObject;

async function image(width: number, height: number, type: 'png' | 'jpeg' | 'webp' = 'png') {
	const picture = sharp({ create: { width, height, channels: 3, background: '#336' } });
	const mimeType = `image/${type}`;
	return await storeBinary(await picture.toFormat(type).toBuffer(), { mimeType });
}

const imageTokens = async (
	parameters: INodeParameters,
	binary: IBinaryKeyData,
	order: Partial<Parameters<typeof runNode>[0]> = {},
) => {
	const { items, error } = await estimateCost(
		{ operation: 'edit', quality: 'low', ...parameters },
		[{ json: {}, binary }],
		order,
	);
	return error?.message ?? (estimateOf(items[0]).tokens as IDataObject).imageInput;
};

describe('items pass through', () => {
	it('with JSON and binaries as they were, an estimate added, and no credential', async () => {
		const photo = await image(64, 64);
		const { status, items } = await estimateCost({ prompt: '={{ $json.what }}' }, [
			{ json: { what: 'a cat', sku: 7 }, binary: { photo } },
			{ json: { what: 'a dog' } },
		]);
		expect(status).toBe('success');
		expect(items).toEqual([
			{
				json: { what: 'a cat', sku: 7, estimate: expect.anything() },
				binary: { photo },
				pairedItem: { item: 0 },
			},
			{ json: { what: 'a dog', estimate: expect.anything() }, pairedItem: { item: 1 } },
		]);
		expect(estimateOf(items[0])).toEqual({
			usd: 0.05272,
			usdMin: 0.05272,
			usdMax: 0.05272,
			exact: true,
			modelKnown: true,
			priceSource: expect.stringMatching(/^developers\.openai\.com.*, \d{4}-\d{2}-\d{2}$/),
			runUsd: 0.10544,
			withinBudget: true,
			tokens: { textInput: 8, imageInput: 0, imageOutput: 1756 },
			breakdown: { textInput: 0.00004, imageInput: 0, imageOutput: 0.05268 },
			notes: [],
		});
	});

	it('and the input items stay as they were', async () => {
		const items = [{ json: { what: 'a cat' } }];
		await estimateCost({}, items);
		expect(items).toEqual([{ json: { what: 'a cat' } }]);
	});

	it('none in, none out', async () => {
		expect((await estimateCost({}, [])).items).toEqual([]);
	});
});

describe('the size and number of images', () => {
	it.each([
		[{ size: '1536x1024' }, 1372],
		[{ size: 'custom', width: 2048, height: 1152 }, 1413],
		[{ size: 'aspectRatio', aspectRatio: '16:9', resolution: '4k' }, 3336],
		[{ n: 2, quality: 'low' }, 391],
		[{ model: { __rl: true, mode: 'list', value: 'gpt-image-2.5-flare' } }, 439],
	])('%j', async (parameters, tokens) => {
		const { items } = await estimateCost(parameters);
		expect(estimateOf(items[0])).toMatchObject({ exact: true, tokens: { imageOutput: tokens } });
	});

	it('batch halves the price', async () => {
		const { items } = await estimateCost({ batch: true });
		expect(estimateOf(items[0])).toMatchObject({ usd: 0.02636, exact: true });
	});
});

describe('an edit reads the real dimensions of its input images', () => {
	it.each(['png', 'jpeg', 'webp'] as const)('from a %s file', async (type) => {
		expect(await imageTokens({}, { data: await image(1280, 720, type) })).toBe(920);
	});

	it('from several fields by name', async () => {
		const binary = { a: await image(550, 368), b: await image(512, 512), c: await image(64, 64) };
		expect(await imageTokens({ binaryFields: 'a, b' }, binary)).toBe(704 + 1024);
	});

	it('from all fields that are images', async () => {
		const text = await storeBinary(Buffer.from('no image'), { mimeType: 'text/csv' });
		const binary = { a: await image(550, 368), notes: text, c: await image(64, 64) };
		expect(await imageTokens({ inputImages: 'allBinaries' }, binary)).toBe(704 + 16);
	});

	it('from an expression that gives the file itself', async () => {
		const binary = { photo: await image(1280, 720) };
		expect(await imageTokens({ binaryFields: '={{ $binary.photo }}' }, binary)).toBe(920);
	});

	it('in the combined binary mode', async () => {
		const file = await image(1280, 720);
		const { items } = await estimateCost(
			{ operation: 'edit', quality: 'low' },
			[{ json: { name: 'mug', _files: { data: { ...file } } } }],
			{ binaryMode: 'combined' },
		);
		expect(estimateOf(items[0])).toMatchObject({ exact: true, tokens: { imageInput: 920 } });
		expect(items[0].json).toMatchObject({ name: 'mug', _files: { data: { id: file.id } } });
	});

	it('or takes them as typed', async () => {
		const typed = { inputImages: 'dimensions', dimensions: '1280x720, 64 x 64' };
		expect(await imageTokens(typed, {})).toBe(936);
	});

	it('without any, counts one image of any size and says so', async () => {
		const { items } = await estimateCost({ operation: 'edit', inputImages: 'dimensions' });
		expect(estimateOf(items[0])).toMatchObject({
			exact: false,
			tokens: { imageInput: 1536 },
			notes: [expect.stringContaining('dimensions are not known'), expect.anything()],
		});
	});

	it('as a viewer shows them, where the output has the same shape', async () => {
		const photo = sharp({ create: { width: 1000, height: 1500, channels: 3, background: '#336' } });
		const onItsSide = await photo.jpeg().withMetadata({ orientation: 6 }).toBuffer();
		const data = await storeBinary(onItsSide, { mimeType: 'image/jpeg' });
		const { items } = await estimateCost(
			{ operation: 'edit', model: 'gpt-image-1.5', size: 'sameAsInput' },
			[{ json: {}, binary: { data } }],
		);
		// 1536x1024; standing, it would be 1584.
		expect(estimateOf(items[0]).tokens).toMatchObject({ imageOutput: 1568 });
	});
});

describe('the budget', () => {
	const three = [{ json: {} }, { json: {} }, { json: {} }];

	it('holds for all items together, to the digit', async () => {
		const within = await estimateCost({ budget: 0.15816 }, three);
		const over = await estimateCost({ budget: 0.15815 }, three);
		expect(within.items.map((item) => estimateOf(item).withinBudget)).toEqual([true, true, true]);
		expect(over.items.map((item) => estimateOf(item).withinBudget)).toEqual([false, false, false]);
		expect(over.items.map((item) => estimateOf(item).runUsd)).toEqual([0.15816, 0.15816, 0.15816]);
	});

	it('of 0 lets nothing through', async () => {
		const { items } = await estimateCost({ budget: 0 });
		expect(estimateOf(items[0]).withinBudget).toBe(false);
	});

	it('may come from a sheet as text', async () => {
		const { items } = await estimateCost({ budget: '={{ $json.limit }}' }, [
			{ json: { limit: ' 0.05 ' } },
		]);
		expect(estimateOf(items[0]).withinBudget).toBe(false);
	});

	it('stops the run with the sum, the limit and the dearest items', async () => {
		const { status, items, error } = await estimateCost(
			{ budget: 0.1, onOverBudget: 'stop', quality: '={{ $json.quality }}' },
			[{ json: { quality: 'low' } }, { json: { quality: 'high' } }],
		);
		expect(status).toBe('error');
		expect(items).toEqual([]);
		expect(error?.message).toBe(
			"The run of 2 rows costs $0.21668, more than 'Budget' $0.10 [item 0]",
		);
		expect(error?.description).toContain('Dearest: item 1 ($0.21076), item 0 ($0.00592)');
	});

	it('lets the run go on where it holds', async () => {
		const { status, items } = await estimateCost({ budget: 0.2, onOverBudget: 'stop' }, three);
		expect(status).toBe('success');
		expect(items).toHaveLength(3);
	});

	it('passes on nothing that could be paid for where the node continues on errors', async () => {
		const { items } = await estimateCost({ budget: 0.1, onOverBudget: 'stop' }, three, CONTINUE);
		expect(items.map(({ json }) => Object.keys(json))).toEqual(Array(3).fill(['error', 'details']));
		expect((items[0].json.details as IDataObject).kind).toBe('budget');
	});

	it.each([
		[-1, "'Budget' cannot be '-1'"],
		['a lot', "'Budget' cannot be 'a lot'"],
		['$12', "'Budget' cannot be '$12'"],
		['={{ $json.limit }}', "'Budget' is empty"],
	])('of %j is refused', async (budget, words) => {
		const { error } = await estimateCost({ budget });
		expect(error?.message).toBe(`${words} [item 0]`);
	});
});

describe('bad input', () => {
	it('an unknown model gets a range, a clear note, and no promise to hold a budget', async () => {
		const { status, items } = await estimateCost({ model: 'our-images', budget: 1000 });
		expect(status).toBe('success');
		expect(estimateOf(items[0])).toMatchObject({
			usd: expect.any(Number),
			exact: false,
			modelKnown: false,
			withinBudget: false,
			notes: [expect.stringMatching(/^Nothing is known of the model 'our-images'/)],
		});
	});

	it('unless its pricing says which model it is', async () => {
		const pricing = '{"our-images": {"sameAs": "gpt-image-2", "imageOutput": 60}}';
		const { items } = await estimateCost({ model: 'our-images', pricing });
		expect(estimateOf(items[0])).toMatchObject({ usd: 0.1054, exact: true, withinBudget: true });
	});

	it('a model that OpenAI has shut down is named as such', async () => {
		const { items } = await estimateCost({ model: 'gpt-image-1' });
		expect((estimateOf(items[0]).notes as string[])[0]).toMatch(
			/^OpenAI shut down gpt-image-1 on 2026-10-23; its successor is/,
		);
	});

	it.each([
		['pricing', '[5, 8, 30]', /^'Pricing' must be a JSON object/],
		['pricing', '{"imageOutput": -1}', /^'Pricing' has -1 for 'imageOutput'/],
		['prompt', '={{ $json.none }}', /^'Prompt' is empty/],
		['size', '1000x1000', /^'Size' 1000x1000 does not work with gpt-image-2/],
		['quality', 'max', /^'Quality' max does not work with gpt-image-2/],
		['n', 11, /^'Number of Images' cannot be '11'/],
		['operation', 'paint', /^'Operation' cannot be 'paint'/],
		['batch', 'maybe', /^'Batch' cannot be 'maybe'/],
		['onOverBudget', 'panic', /^'On Over Budget' cannot be 'panic'/],
	])('%s %j is refused in words', async (name, value, words) => {
		const { error } = await estimateCost({ [name]: value });
		expect(error?.message).toMatch(words);
	});

	it('dimensions that are none are refused', async () => {
		const typed = { inputImages: 'dimensions', dimensions: '1024x1024, large' };
		expect(await imageTokens(typed, {})).toBe("'Dimensions' cannot be 'large' [item 0]");
	});

	it('an input image that cannot be read is named', async () => {
		const data = await storeBinary(Buffer.from('%PDF-1.7 and so on'), { mimeType: 'image/png' });
		expect(await imageTokens({}, { data })).toMatch(/^The binary field 'data' holds a PDF/);
	});

	it('a binary field that is not there is named', async () => {
		expect(await imageTokens({ binaryFields: 'photo' }, { data: await image(64, 64) })).toBe(
			"The input item has no binary field 'photo' [item 0]",
		);
	});

	it('an item without any image says so', async () => {
		expect(await imageTokens({ inputImages: 'allBinaries' }, {})).toBe(
			'There is no image to edit [item 0]',
		);
	});

	it('one item that fails does not take the others with it', async () => {
		const { items } = await estimateCost(
			{ prompt: '={{ $json.prompt }}' },
			[{ json: { prompt: 'a cat' } }, { json: {} }, { json: { prompt: 'a dog' } }],
			CONTINUE,
		);
		expect(items.map(({ json }) => json.error)).toEqual([
			undefined,
			"'Prompt' is empty",
			undefined,
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		expect(estimateOf(items[2]).runUsd).toBe(0.10544);
	});
});
