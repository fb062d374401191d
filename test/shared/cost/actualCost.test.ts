import { actualCost, type Usage } from '../../../nodes/shared/cost/actualCost';
import { estimateRequest } from '../../../nodes/shared/cost/estimate';
import { parsePricing, type Pricing } from '../../../nodes/shared/cost/pricing';
import { request } from './requests';

const usage = (text: number, image: number, output: number, written = 0): Usage => ({
	input_tokens: text + image,
	input_tokens_details: { text_tokens: text, image_tokens: image },
	output_tokens: output + written,
	output_tokens_details: { image_tokens: output, text_tokens: written },
	total_tokens: text + image + output + written,
});

function pricing(value: unknown): Pricing {
	const parsed = parsePricing(value);
	if ('problem' in parsed) throw new Error(parsed.problem);
	return parsed.pricing;
}

const edit = request({ operation: 'edit', inputImages: [{ width: 1024, height: 1024 }] });

it('equals the estimate to the digit where the estimate is exact', () => {
	const estimate = estimateRequest({ ...edit, n: 7 });
	const { textInput, imageInput, imageOutput } = estimate.tokens;
	const cost = actualCost(usage(textInput, imageInput, imageOutput), { ...edit, n: 7 });
	expect(estimate.exact).toBe(true);
	expect(cost.requestUsd).toBe(estimate.usd);
	expect(cost.breakdown).toEqual(estimate.breakdown);
	expect(cost.priceSource).toBe(estimate.priceSource);
	expect(cost.exact).toBe(true);
});

it('a real bill of $0.00705', () => {
	// 36 text tokens and 229 image tokens on gpt-image-2.
	const { requestUsd, breakdown } = actualCost(usage(36, 0, 229), request());
	expect(requestUsd).toBe(0.00705);
	expect(breakdown).toEqual({ textInput: 0.00018, imageInput: 0, imageOutput: 0.00687 });
});

it('text written by gpt-image-1.5 is billed at its own price', () => {
	const model = 'gpt-image-1.5';
	const { breakdown } = actualCost(usage(25, 0, 1056, 446), request({ model }));
	expect(breakdown).toEqual({
		textInput: 0.000125,
		imageInput: 0,
		imageOutput: 0.033792,
		textOutput: 0.00446,
	});
});

it('batch is billed at half', () => {
	const whole = actualCost(usage(8, 0, 1756), request());
	const half = actualCost(usage(8, 0, 1756), request({ batch: true }));
	expect(2 * half.requestUsd).toBe(whole.requestUsd);
	expect(half.priceSource).toContain('half for batch');
});

describe('an answer without usage', () => {
	it.each<[string, Usage | null | undefined]>([
		['none', undefined],
		['null', null],
		['empty', {}],
		['all zero', usage(0, 0, 0)],
		['only a total', { total_tokens: 1764 }],
		['negative', { input_tokens: -1, output_tokens: 1756 }],
	])('%s: the estimate, marked as one', (_, reported) => {
		const cost = actualCost(reported, request());
		expect(cost.requestUsd).toBe(estimateRequest(request()).usd);
		expect(cost.exact).toBe(false);
		expect(cost.priceSource).toMatch(/^estimate by developers/);
		expect(cost.notes[0]).toContain('reports no tokens');
	});

	it('text for numbers, as some servers send it, is no usage', () => {
		const reported = JSON.parse('{"input_tokens":"8","output_tokens":"1756"}') as Usage;
		expect(actualCost(reported, request()).exact).toBe(false);
	});
});

describe('usage in part', () => {
	it('totals of a generation are divided for certain', () => {
		const cost = actualCost({ input_tokens: 8, output_tokens: 1756 }, request());
		expect(cost).toEqual(actualCost(usage(8, 0, 1756), request()));
	});

	it('totals of an edit count as images, the dearer kind, and say so', () => {
		const cost = actualCost({ input_tokens: 1051, output_tokens: 196 }, edit);
		expect(cost.breakdown).toEqual({ textInput: 0, imageInput: 0.008408, imageOutput: 0.00588 });
		expect(cost.exact).toBe(false);
		expect(cost.notes).toEqual([expect.stringContaining('does not divide the input tokens')]);
	});

	it('one half of a division gives the other', () => {
		const cost = actualCost(
			{ input_tokens: 1051, input_tokens_details: { text_tokens: 27 }, output_tokens: 196 },
			edit,
		);
		expect(cost).toEqual(actualCost(usage(27, 1024, 196), edit));
	});

	it('a missing sum follows from the total', () => {
		const cost = actualCost({ input_tokens: 8, total_tokens: 1764 }, request());
		expect(cost).toEqual(actualCost(usage(8, 0, 1756), request()));
	});

	it('undivided output of a model that writes text counts as images, and says so', () => {
		const model = 'gpt-image-1.5';
		const cost = actualCost({ input_tokens: 25, output_tokens: 1502 }, request({ model }));
		expect(cost.breakdown.imageOutput).toBe(0.048064);
		expect(cost.exact).toBe(false);
	});

	it('null for details is no division', () => {
		const reported: Usage = {
			input_tokens: 8,
			input_tokens_details: null,
			output_tokens: 1756,
			output_tokens_details: null,
		};
		expect(actualCost(reported, request()).exact).toBe(true);
	});
});

describe('an unknown model', () => {
	it('counts at the dearest known price, and says so', () => {
		const cost = actualCost(usage(8, 0, 1756), request({ model: 'our-images' }));
		expect(cost.requestUsd).toBe(0.07028);
		expect(cost.exact).toBe(false);
		expect(cost.priceSource).toContain("none is known for 'our-images'");
		expect(cost.notes).toEqual([expect.stringContaining("set 'Pricing'")]);
	});

	it('with its prices given, is exact', () => {
		const override = pricing({ textInput: 5, imageInput: 8, imageOutput: 30 });
		const cost = actualCost(usage(8, 0, 1756), request({ model: 'our-images', pricing: override }));
		expect(cost).toMatchObject({ requestUsd: 0.05272, exact: true });
		expect(cost.priceSource).toBe("the 'pricing' parameter");
	});
});
