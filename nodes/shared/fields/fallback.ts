import { invalidInput } from '../api/errors';
import { findModel } from '../models/models';
import { brokenSizeRule, parseSize } from '../models/sizes';

/**
 * Fails where the fallback model could not make what is asked for; it is needed only for a
 * transparent background. Nothing is known, and so refused, of a model that is not in the list.
 */
export function assertFallbackFits(
	fallbackModel: string,
	asked: { readonly size: string; readonly quality: string; readonly background?: string },
): void {
	const model = findModel(fallbackModel);
	if (!model || asked.background !== 'transparent') return;
	const size = parseSize(asked.size);
	const rule = size && brokenSizeRule(size, model);
	const lacksQuality = !model.qualities.some((quality) => quality === asked.quality);
	if (!rule && !lacksQuality) return;
	throw invalidInput(
		rule
			? `'Fallback Model' ${fallbackModel} does not make the size ${asked.size}: ${rule}`
			: `'Fallback Model' ${fallbackModel} does not have the quality ${asked.quality}`,
		"Set 'Fallback Model' to one that does, such as gpt-image-2.5-flare, or change the size or quality.",
		'fallbackModel',
	);
}
