import fc from 'fast-check';
import { actualCost } from '../../../nodes/shared/cost/actualCost';
import { estimateRequest } from '../../../nodes/shared/cost/estimate';
import { parseSize } from '../../../nodes/shared/models/sizes';
import { usageOf } from '../../stand-in-api/tokens';
import { anyRequest } from './requests';

/** The stand-in API counts apart from the estimate, from the same public sources. */
const FAMILIES = [
	['gpt-image-2.6', /^gpt-image-2\.6/],
	['gpt-image-2.5', /^gpt-image-2\.5/],
	['gpt-image-2', /^gpt-image-2$/],
	['gpt-image-1', /./],
] as const;

it('the bill of the stand-in API lies within every estimate, and equals the exact ones', () => {
	let exactOnes = 0;
	fc.assert(
		fc.property(anyRequest, (one) => {
			const [family] = FAMILIES.find(([, pattern]) => pattern.test(one.model)) ?? ['gpt-image-1'];
			const inputs = one.operation === 'edit' ? (one.inputImages ?? []) : [];
			const usage = usageOf({
				model: one.model,
				family,
				prompt: one.prompt,
				quality: one.quality,
				size: parseSize(one.size) ?? { width: 0, height: 0 },
				n: one.n,
				inputs: inputs.map((input) => input ?? { width: 0, height: 0 }),
				highFidelity: false,
			});
			const { usd, usdMin, usdMax, exact, tokens } = estimateRequest(one);
			const { requestUsd } = actualCost(usage, one);
			expect(requestUsd).toBeLessThanOrEqual(usdMax);
			expect(requestUsd).toBeGreaterThanOrEqual(usdMin);
			if (!exact) return;
			exactOnes++;
			expect(requestUsd).toBe(usd);
			expect(tokens).toEqual({
				textInput: usage.input_tokens_details.text_tokens,
				imageInput: usage.input_tokens_details.image_tokens,
				imageOutput: usage.output_tokens_details.image_tokens,
			});
		}),
		{ numRuns: 500 },
	);
	expect(exactOnes).toBeGreaterThan(50);
});
