import fc from 'fast-check';
import { formulaTokens, outputTokens } from '../../../nodes/shared/cost/outputTokens';
import { findModel, type ImageModel } from '../../../nodes/shared/models/models';
import { anyRequest } from './requests';

const model = (id: string) => findModel(id) as ImageModel;
const square = { width: 1024, height: 1024 };

it.each([
	[1, 196],
	[2, 391],
	[3, 586],
	[4, 781],
	[8, 1561],
	[10, 1952],
])('%i images are rounded up once: %i tokens', (n, tokens) => {
	expect(formulaTokens(16, square, n)).toEqual({ min: tokens, max: tokens, notes: [] });
});

it('where the sources round differently, the larger value is the upper bound', () => {
	expect(outputTokens(model('gpt-image-2'), '1024x672', 'low', 1)).toMatchObject({
		min: 108,
		max: 119,
		notes: [expect.stringContaining('1024x672')],
	});
	expect(formulaTokens(16, { width: 1536, height: 816 }, 1)).toMatchObject({ min: 105, max: 118 });
	// 16 · 800 / 1024 is 12.5 as well, and even lies below.
	expect(formulaTokens(16, { width: 1024, height: 800 }, 1)).toMatchObject({ min: 136, max: 147 });
});

it('a half that both ways round up is exact', () => {
	// 16 · 736 / 1024 = 11.5: up and to even are both 12.
	const { min, max } = formulaTokens(16, { width: 1024, height: 736 }, 1);
	expect(min).toBe(max);
});

it('several images cost between the bounds that the ceilings allow', () => {
	fc.assert(
		fc.property(anyRequest, ({ model: id, size, quality, n }) => {
			const one = outputTokens(model(id), size, quality, 1);
			const all = outputTokens(model(id), size, quality, n);
			expect(all.max).toBeLessThanOrEqual(n * one.max);
			expect(all.max).toBeGreaterThan(n * (one.max - 1));
			expect(all.min).toBeLessThanOrEqual(n * one.min);
			expect(all.min).toBeGreaterThan(n * (one.min - 1));
		}),
	);
});

describe('what the model chooses', () => {
	it.each([
		['gpt-image-2', '1122x1402'],
		['gpt-image-2', '1254x1254'],
		['gpt-image-2.5-flare', '1672x941'],
		['gpt-image-1.5', '1024x1536'],
	])("the range of size 'auto' on %s covers %s", (id, seen) => {
		const auto = outputTokens(model(id), 'auto', 'low', 2);
		const one = outputTokens(model(id), seen, 'low', 2);
		expect(auto.min).toBeLessThan(one.min);
		expect(auto.max).toBeGreaterThanOrEqual(one.max);
		expect(auto.notes.join()).toContain("Size 'auto'");
	});

	it("the range of quality 'auto' goes from the lowest to the highest", () => {
		const low = outputTokens(model('gpt-image-2.5-flare'), '1024x1024', 'low', 3);
		const max = outputTokens(model('gpt-image-2.5-flare'), '1024x1024', 'max', 3);
		expect(outputTokens(model('gpt-image-2.5-flare'), '1024x1024', 'auto', 3)).toEqual({
			min: low.min,
			max: max.max,
			notes: ["Quality 'auto': the model chooses; the range covers low to max"],
		});
	});

	it('a quality that the model lacks counts as any', () => {
		const { notes } = outputTokens(model('gpt-image-2'), '1024x1024', 'max', 1);
		expect(notes).toHaveLength(1);
	});

	it('2.6 is a range, never a number', () => {
		for (const quality of ['low', 'medium', 'high', 'xhigh', 'max']) {
			const { min, max, notes } = outputTokens(
				model('gpt-image-2.6-sunburst'),
				'1024x1024',
				quality,
				1,
			);
			expect(min).toBeLessThan(max);
			expect(notes.join()).toContain('OpenAI publishes no output tokens');
		}
	});
});
