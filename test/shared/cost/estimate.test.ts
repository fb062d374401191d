import fc from 'fast-check';
import { estimateRequest } from '../../../nodes/shared/cost/estimate';
import { findModel, IMAGE_MODELS } from '../../../nodes/shared/models/models';
import { anyRequest, inputSize, request } from './requests';

it('an exact estimate has one number and nothing to explain', () => {
	expect(estimateRequest(request())).toEqual({
		usd: 0.05272,
		usdMin: 0.05272,
		usdMax: 0.05272,
		exact: true,
		modelKnown: true,
		tokens: { textInput: 8, imageInput: 0, imageOutput: 1756 },
		breakdown: { textInput: 0.00004, imageInput: 0, imageOutput: 0.05268 },
		priceSource: 'developers.openai.com/api/docs/pricing, 2026-10-06',
		notes: [],
	});
});

it('input is billed once for each output image', () => {
	const inputImages = [
		{ width: 1024, height: 1024 },
		{ width: 550, height: 368 },
	];
	const { tokens, exact } = estimateRequest(
		request({ operation: 'edit', quality: 'low', n: 2, inputImages }),
	);
	expect(exact).toBe(true);
	expect(tokens).toEqual({ textInput: 16, imageInput: 2 * (1024 + 704), imageOutput: 391 });
});

it('input images do not count on generations', () => {
	const inputImages = [{ width: 1024, height: 1024 }];
	expect(estimateRequest(request({ inputImages }))).toEqual(estimateRequest(request()));
});

it('batch costs half of everything', () => {
	const whole = estimateRequest(request({ n: 3 }));
	const half = estimateRequest(request({ n: 3, batch: true }));
	expect(2 * half.usd).toBe(whole.usd);
	expect(half.tokens).toEqual(whole.tokens);
	expect(half.priceSource).toContain('half for batch');
});

describe('cost never falls', () => {
	const usdOf = (changes: Parameters<typeof estimateRequest>[0]) => {
		const { usd, usdMin } = estimateRequest(changes);
		return [usd, usdMin] as const;
	};

	it('when more images are asked for', () => {
		fc.assert(
			fc.property(anyRequest, (one) => {
				const [usd, usdMin] = usdOf(one);
				const [usdMore, usdMinMore] = usdOf({ ...one, n: one.n + 1 });
				expect(usdMore).toBeGreaterThan(usd);
				expect(usdMinMore).toBeGreaterThan(usdMin);
			}),
		);
	});

	it('when the quality rises', () => {
		fc.assert(
			fc.property(anyRequest, (one) => {
				const steps = (findModel(one.model)?.qualities ?? []).filter((step) => step !== 'auto');
				const costs = steps.map((quality) => usdOf({ ...one, quality }));
				costs.reduce((below, above) => {
					expect(above[0]).toBeGreaterThan(below[0]);
					expect(above[1]).toBeGreaterThan(below[1]);
					return above;
				});
			}),
		);
	});

	it('when there are more input images', () => {
		fc.assert(
			fc.property(anyRequest, inputSize, (any, another) => {
				const one = { ...any, operation: 'edit' as const };
				const more = { ...one, inputImages: [...(one.inputImages ?? []), another] };
				const [usd, usdMin] = usdOf(one);
				const [usdMore, usdMinMore] = usdOf(more);
				expect(usdMore).toBeGreaterThan(usd);
				expect(usdMinMore).toBeGreaterThan(usdMin);
			}),
		);
	});
});

it('swapping width and height changes nothing where the model takes any size', () => {
	fc.assert(
		fc.property(anyRequest, (one) => {
			fc.pre(!Array.isArray(findModel(one.model)?.sizes));
			const swapped = {
				...one,
				size: one.size.split('x').reverse().join('x'),
				inputImages: one.inputImages?.map((image) => ({
					width: image?.height ?? 0,
					height: image?.width ?? 0,
				})),
			};
			// The notes name the size.
			const estimate = { ...estimateRequest(one), notes: [] };
			expect({ ...estimateRequest(swapped), notes: [] }).toEqual(estimate);
		}),
	);
});

it('an estimate is exact where its bounds meet, and says why where they do not', () => {
	fc.assert(
		fc.property(anyRequest, (one) => {
			const { usd, usdMin, usdMax, exact, notes } = estimateRequest(one);
			expect(usd).toBe(usdMax);
			expect(usdMin).toBeLessThanOrEqual(usdMax);
			if (exact) expect(usdMin).toBe(usdMax);
			expect(notes.length === 0).toBe(exact);
		}),
	);
});

describe('what nobody can know beforehand', () => {
	it.each([
		['size', request({ size: 'auto' }), "Size 'auto'"],
		['quality', request({ quality: 'auto' }), "Quality 'auto'"],
		['images by URL', request({ operation: 'edit', inputImages: [undefined] }), 'dimensions'],
		['no images named', request({ operation: 'edit' }), 'dimensions'],
		['2.6', request({ model: 'gpt-image-2.6-flare' }), 'publishes no output tokens'],
		['1.5', request({ model: 'gpt-image-1.5' }), 'also writes text'],
		['1-mini', request({ model: 'gpt-image-1-mini' }), 'what the API adds to the prompt'],
	])('%s gives a range and a reason', (_, one, reason) => {
		const { usd, usdMin, usdMax, exact, notes } = estimateRequest(one);
		expect(exact).toBe(false);
		expect(usdMin).toBeLessThan(usdMax);
		expect(usd).toBe(usdMax);
		expect(notes.join(' ')).toContain(reason);
		expect(notes.at(-1)).toBe("'usd' is the most it can be");
	});

	it('the same reason is given once', () => {
		const image = { width: 4032, height: 3024 };
		const { notes } = estimateRequest(
			request({ operation: 'edit', inputImages: [image, image, image] }),
		);
		expect(notes).toHaveLength(2);
	});
});

describe('an unknown model', () => {
	const unknown = (changes = {}) => estimateRequest(request({ model: 'our-images', ...changes }));

	it('gives the range of all known models, a number for limits, and a clear note', () => {
		const { usd, usdMin, usdMax, exact, modelKnown, notes } = unknown();
		const known = IMAGE_MODELS.map(({ id }) => estimateRequest(request({ model: id })));
		expect({ exact, modelKnown }).toEqual({ exact: false, modelKnown: false });
		expect(usd).toBe(usdMax);
		expect(usdMax).toBe(Math.max(...known.map((one) => one.usdMax)));
		expect(usdMin).toBe(Math.min(...known.map((one) => one.usdMin)));
		expect(notes).toHaveLength(1);
		expect(notes[0]).toMatch(/Nothing is known of the model 'our-images'.*sameAs/);
	});

	it('does not fail on anything that known models refuse', () => {
		expect(unknown({ size: '1x9999', quality: 'ultra', operation: 'edit' }).usd).toBeGreaterThan(0);
		expect(unknown({ size: 'auto', quality: 'auto', prompt: '' }).usd).toBeGreaterThan(0);
	});
});
