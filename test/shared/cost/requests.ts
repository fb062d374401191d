import fc from 'fast-check';
import type { CostRequest } from '../../../nodes/shared/cost/estimate';
import { IMAGE_MODELS, type ImageModel } from '../../../nodes/shared/models/models';

/** A request whose cost is known to the token. */
export const request = (changes: Partial<CostRequest> = {}): CostRequest => ({
	model: 'gpt-image-2',
	operation: 'generate',
	prompt: 'a cat',
	size: '1024x1024',
	quality: 'medium',
	n: 1,
	...changes,
});

const edge = fc.integer({ min: 1, max: 8000 });

/** Pixels of any input image. */
export const inputSize = fc.record({ width: edge, height: edge });

const sizeOf = ({ sizes }: ImageModel) =>
	'multiple' in sizes
		? fc
				.tuple(fc.integer({ min: 30, max: 240 }), fc.integer({ min: 30, max: 240 }))
				.map(([width, height]) => `${16 * width}x${16 * height}`)
		: fc.constantFrom(...sizes);

/** Requests for every model, sizes on its grid, every quality but `auto`. */
export const anyRequest: fc.Arbitrary<CostRequest> = fc
	.constantFrom(...IMAGE_MODELS)
	.chain((model) =>
		fc.record({
			model: fc.constant(model.id),
			operation: fc.constantFrom('generate' as const, 'edit' as const),
			prompt: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
			size: sizeOf(model),
			quality: fc.constantFrom(...model.qualities.filter((quality) => quality !== 'auto')),
			n: fc.integer({ min: 1, max: 10 }),
			inputImages: fc.array(inputSize, { minLength: 1, maxLength: 16 }),
			batch: fc.boolean(),
		}),
	);
