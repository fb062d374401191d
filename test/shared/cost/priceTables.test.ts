import { billOf } from '../../../nodes/shared/cost/bill';
import { estimateRequest } from '../../../nodes/shared/cost/estimate';
import { outputTokens } from '../../../nodes/shared/cost/outputTokens';
import { findModel, IMAGE_MODELS, type ImageModel } from '../../../nodes/shared/models/models';
import { findPrices, PRICE_LISTS, type PriceList } from '../../../nodes/shared/models/prices';
import { request } from './requests';

const SIZES = ['1024x1024', '1024x1536', '1536x1024'];
const QUALITIES = ['low', 'medium', 'high'];

/** USD an image as OpenAI's image generation guide prints them, by quality and size. */
const PRINTED: Record<string, string[][]> = {
	'gpt-image-2': [
		['.006', '.005', '.005'],
		['.053', '.041', '.041'],
		['.211', '.165', '.165'],
	],
	'gpt-image-1.5': [
		['.009', '.013', '.013'],
		['.034', '.05', '.05'],
		['.133', '.2', '.2'],
	],
	// The guide prints .167 for a square at high, but 4,160 tokens at its own $40 are .1664.
	'gpt-image-1': [
		['.011', '.016', '.016'],
		['.042', '.063', '.063'],
		['.166', '.25', '.25'],
	],
};

/**
 * The guide prints about a quarter of a cent more for gpt-image-1-mini than its own token price
 * makes (.005, .011, .036 for a square). A real bill followed the tokens: $0.002176.
 */
const MINI_BY_TOKENS: string[][] = [
	['.0022', '.0033', '.0032'],
	['.0084', '.0127', '.0125'],
	['.0333', '.0499', '.0497'],
];

function usdOfImage(modelId: string, size: string, quality: string): number {
	const model = findModel(modelId) as ImageModel;
	const { prices } = findPrices(modelId) as PriceList;
	const imageOutput = outputTokens(model, size, quality, 1).max;
	return billOf({ textInput: 0, imageInput: 0, imageOutput }, prices, false).usd;
}

const tables = { ...PRINTED, 'gpt-image-1-mini': MINI_BY_TOKENS };
const figures = Object.entries(tables).flatMap(([model, rows]) =>
	rows.flatMap((row, quality) =>
		row.map((printed, size) => ({
			model,
			quality: QUALITIES[quality],
			size: SIZES[size],
			printed,
		})),
	),
);

it.each(figures)('$model $quality $size costs $printed', ({ model, quality, size, printed }) => {
	const digits = printed.length - 1;
	expect(usdOfImage(model, size, quality).toFixed(digits)).toBe(Number(printed).toFixed(digits));
});

/** Points of the calculator on OpenAI's pricing page, gpt-image-2 at high. */
it.each([
	['1024x1024', 7024],
	['1536x1024', 5488],
	['1024x640', 3824],
	['3072x1024', 3952],
	['2560x1440', 7370],
	['3840x1280', 5311],
	['2048x2048', 14272],
	['3840x2160', 13342],
])('%s takes %i output tokens', (size, tokens) => {
	expect(estimateRequest(request({ size, quality: 'high' })).tokens.imageOutput).toBe(tokens);
});

it('a real bill of gpt-image-1-mini follows the tokens, not the printed table', () => {
	expect(usdOfImage('gpt-image-1-mini', '1024x1024', 'low')).toBe(0.002176);
});

it('every model has one price list, with the day it was read', () => {
	const priced = PRICE_LISTS.flatMap(({ models }) => models);
	expect([...priced].sort()).toEqual(IMAGE_MODELS.map(({ id }) => id).sort());
	for (const { date, source } of PRICE_LISTS) {
		expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
		expect(source).not.toBe('');
	}
});

it('a dated snapshot costs what its model costs', () => {
	expect(findPrices('gpt-image-2-2026-04-21')).toBe(findPrices('gpt-image-2'));
	expect(findPrices('my-deployment')).toBeUndefined();
});
