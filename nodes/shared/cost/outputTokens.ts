import type { ImageModel, Quality } from '../models/models';
import { formatSize, parseSize, type Size } from '../models/sizes';
import { anyOf, between, exactly, times, type TokenCount } from './tokenCount';

/**
 * Between which shapes `auto` falls: every size seen in real answers has about 1.57 million
 * pixels (1122x1402, 1254x1254, 1672x941), and no shape is longer than 3:1.
 */
const AUTO_SIZES: readonly Size[] = [
	{ width: 1255, height: 1255 },
	{ width: 2172, height: 724 },
];

/**
 * Output tokens by the formula of OpenAI's own calculator (image generation guide, 2026; the same
 * in community.openai.com/t/1382699 and 1395897), checked against 47 kinds of real bills:
 *
 *     long side  = base
 *     short side = round(base · short edge / long edge)
 *     tokens     = ceil(n · long side · short side · (2,000,000 + width · height) / 4,000,000)
 *
 * One ceiling over all n images. Where the short side ends in exactly one half, the sources
 * disagree on rounding up or to even, and no such bill is known: both are given.
 * @param base of the model at a quality
 * @param size pixels
 */
export function formulaTokens(base: number, { width, height }: Size, n: number): TokenCount {
	const long = Math.max(width, height);
	const short = Math.min(width, height);
	const halves = 2 * base * short + long;
	const up = Math.floor(halves / (2 * long));
	const even = halves % (2 * long) === 0 ? up - (up % 2) : up;
	const tokens = (shortSide: number) =>
		Math.ceil((n * base * shortSide * (2_000_000 + width * height)) / 4_000_000);
	if (even === up) return exactly(tokens(up));
	return between(
		tokens(even),
		tokens(up),
		`Output at ${formatSize({ width, height })}: two known ways of rounding give ${tokens(even)} or ${tokens(up)} tokens`,
	);
}

function ofQuality(
	{ outputTokens: rule }: ImageModel,
	size: Size | undefined,
	quality: Quality,
	n: number,
): TokenCount {
	const sizes = size ? [size] : AUTO_SIZES;
	if (rule.kind === 'table') {
		const row = size && rule.bySize[formatSize(size)];
		const rows = row ? [row] : Object.values(rule.bySize);
		return times(n, anyOf(rows.map((tokens) => exactly(tokens[quality] ?? 0))));
	}
	if (rule.kind === 'formula') {
		const counts = sizes.map((one) => formulaTokens(rule.base[quality] ?? 0, one, n));
		return counts.length === 1 ? counts[0] : anyOf(counts);
	}
	const bases = rule.base[quality] ?? [0, 0];
	return anyOf(bases.flatMap((base) => sizes.map((one) => formulaTokens(base, one, n))));
}

/**
 * Image tokens of all n images of a request.
 * @param size `WIDTHxHEIGHT` in pixels or `auto`; anything else counts as `auto`
 * @param quality one of the model's; anything else counts as `auto`
 */
export function outputTokens(
	model: ImageModel,
	size: string,
	quality: string,
	n: number,
): TokenCount {
	const pixels = parseSize(size);
	const steps = model.qualities.filter((step) => step !== 'auto');
	const chosen = steps.find((step) => step === quality);
	const counts = (chosen ? [chosen] : steps).map((step) => ofQuality(model, pixels, step, n));

	const notes = counts.length === 1 ? [...counts[0].notes] : [];
	if (!pixels)
		notes.push(
			`Size '${size}': the model chooses; the range covers the shapes it is known to choose`,
		);
	if (!chosen)
		notes.push(
			`Quality '${quality}': the model chooses; the range covers ${steps[0]} to ${steps.at(-1)}`,
		);
	if (model.outputTokens.kind === 'unpublished')
		notes.push(
			`OpenAI publishes no output tokens for ${model.id}; the range rests on few measurements`,
		);
	return anyOf(counts, ...notes);
}
