import fc from 'fast-check';
import {
	inputImageTokens,
	patchTokens,
	tileTokens,
} from '../../../nodes/shared/cost/inputImageTokens';
import { findModel, type ImageModel } from '../../../nodes/shared/models/models';
import { inputSize } from './requests';

const model = (id: string) => findModel(id) as ImageModel;

it.each([
	['enlarged twice at most', 240, 600, 416],
	['padded to 3:1', 100, 800, 352],
	['within the budget', 1536, 1024, 1536],
	['shrunk', 1536, 1536, 1521],
	['scaled to whole patches', 600, 525, 896],
	['one pixel', 1, 1, 1],
])('an image that is %s', (_, width, height, tokens) => {
	expect(patchTokens({ width, height })).toEqual({ min: tokens, max: tokens, notes: [] });
});

it.each([
	[4032, 3024, 1452, 1485],
	[3000, 1000, 1452, 1474],
])('%ix%i is shrunk in two known ways', (width, height, min, max) => {
	expect(patchTokens({ width, height })).toEqual({
		min,
		max,
		notes: [expect.stringContaining(`${width}x${height}`)],
	});
});

it('no image takes more than 1,536 tokens, and the two ways are at most 5 % apart', () => {
	fc.assert(
		fc.property(inputSize, (size) => {
			const { min, max } = patchTokens(size);
			expect(max).toBeLessThanOrEqual(1536);
			expect(min).toBeGreaterThan(0);
			expect(min).toBeLessThanOrEqual(max);
			expect(min).toBeGreaterThan(0.95 * max);
		}),
	);
});

it('lying and standing images cost the same', () => {
	fc.assert(
		fc.property(inputSize, ({ width, height }) => {
			expect(patchTokens({ width, height }).max).toBe(
				patchTokens({ width: height, height: width }).max,
			);
			expect(tileTokens({ width, height })).toEqual(tileTokens({ width: height, height: width }));
		}),
	);
});

describe('tiles', () => {
	it('one for a square, two for 2:3', () => {
		expect(tileTokens({ width: 1024, height: 1024 }).max).toBe(194);
		expect(tileTokens({ width: 1024, height: 1536 }).max).toBe(323);
	});

	it('high fidelity adds what the guide says, in both of its editions', () => {
		expect(tileTokens({ width: 900, height: 900 }, 'high')).toMatchObject({
			min: 194 + 4096,
			max: 194 + 4160,
		});
		expect(tileTokens({ width: 1024, height: 1536 }, 'high')).toMatchObject({
			min: 323 + 6144,
			max: 323 + 6240,
		});
	});
});

describe('an image whose dimensions nobody knows', () => {
	it.each(['gpt-image-2', 'gpt-image-2.5-flare', 'gpt-image-2.6-flare', 'gpt-image-1.5'])(
		'on %s counts as anything an image can be',
		(id) => {
			fc.assert(
				fc.property(inputSize, (size) => {
					fc.pre(Math.max(size.width, size.height) <= 4 * Math.min(size.width, size.height));
					const known = inputImageTokens(model(id), size);
					const unknown = inputImageTokens(model(id), undefined);
					expect(unknown.min).toBeLessThanOrEqual(known.min);
					expect(unknown.max).toBeGreaterThanOrEqual(known.max);
					expect(unknown.notes).not.toEqual([]);
				}),
			);
		},
	);
});

it('a model without a published rule gets the range of those that have one', () => {
	const size = { width: 1024, height: 1024 };
	expect(inputImageTokens(model('gpt-image-1.5'), size, 'low')).toMatchObject({
		min: 194,
		max: 1024,
	});
	expect(inputImageTokens(model('gpt-image-1.5'), size, 'high')).toMatchObject({
		min: 1024,
		max: 4354,
	});
});

it('where the fidelity is not known, it may be either', () => {
	const size = { width: 1024, height: 1024 };
	expect(inputImageTokens(model('gpt-image-1.5'), size)).toMatchObject({ min: 194, max: 4354 });
	expect(inputImageTokens(model('gpt-image-1'), size)).toMatchObject({
		min: 194,
		max: 4354,
		notes: [expect.stringContaining('fidelity')],
	});
});
