import type { ImageModel } from '../models/models';
import { formatSize, type Size } from '../models/sizes';
import { anyOf, between, exactly, type TokenCount } from './tokenCount';

/** How closely an edit follows its input images, where the model lets one choose. */
export type InputFidelity = 'low' | 'high';

/** Scaled edges land a hair beside whole patches. */
const HAIR = 1e-9;
const ceil = (value: number) => Math.ceil(value - HAIR);
const floor = (value: number) => Math.floor(value + HAIR);

const PATCH = 32;
const MAX_PATCHES = 1536;
const ENLARGED_EDGE = 1024;
const MAX_ENLARGEMENT = 2;
const MAX_RATIO = 3;

/**
 * Patches of 32x32 pixels, at most 1,536 of them: gpt-image-2 and 2.5. OpenAI states no rule; this
 * one fits all 36 known bills (64x64 to 6000x4000; community.openai.com/t/1382940):
 *
 * - an image with no edge of 1024 is enlarged to one, at most twice;
 * - the short edge counts as at least a third of the long one;
 * - above 1,536 patches it is shrunk to that area. How the patches are then cut off is known in
 *   two ways (whole patches only, or OpenAI's vision guide), up to 3.4 % apart; both are given.
 * @param size pixels
 */
export function patchTokens({ width, height }: Size): TokenCount {
	const longEdge = Math.max(width, height);
	const scale = Math.min(MAX_ENLARGEMENT, Math.max(1, ENLARGED_EDGE / longEdge));
	const long = (longEdge * scale) / PATCH;
	const short = Math.max((Math.min(width, height) * scale) / PATCH, long / MAX_RATIO);

	const patches = ceil(long) * ceil(short);
	if (patches <= MAX_PATCHES) return exactly(patches);

	const shrink = Math.sqrt(MAX_PATCHES / (long * short));
	const shrunk = { long: long * shrink, short: short * shrink };
	const whole = { long: floor(shrunk.long), short: floor(shrunk.short) };
	const most = whole.long * whole.short;
	const further = Math.min(whole.long / shrunk.long, whole.short / shrunk.short);
	const least = ceil(shrunk.long * further) * ceil(shrunk.short * further);
	if (least === most) return exactly(most);
	return between(
		least,
		most,
		`Input image of ${formatSize({ width, height })}: two known ways of shrinking give ${least} or ${most} tokens`,
	);
}

const TILE = 512;
const TILE_BASE = 65;
const PER_TILE = 129;
/** The longest image that counts before it is scaled: 2048x512. */
const MAX_TILES = 4;
/** What high fidelity adds to a square and to any other image; older copies of the guide say less. */
const HIGH_FIDELITY = { square: [4096, 4160], other: [6144, 6240] } as const;

/**
 * Tiles of 512 pixels after the short edge is scaled to 512: gpt-image-1 (OpenAI images and vision
 * guide). 1024x1024 is one tile, 194 tokens.
 * @param size pixels
 */
export function tileTokens({ width, height }: Size, fidelity: InputFidelity = 'low'): TokenCount {
	const tiles = ceil(Math.max(width, height) / Math.min(width, height));
	const low = TILE_BASE + PER_TILE * tiles;
	if (fidelity === 'low') return exactly(low);
	const [least, most] = width === height ? HIGH_FIDELITY.square : HIGH_FIDELITY.other;
	return between(
		low + least,
		low + most,
		`Input image at high fidelity: editions of OpenAI's guide say ${low + least} or ${low + most} tokens`,
	);
}

const ANY_PATCHES = between(1, MAX_PATCHES);
const anyTiles = (fidelity?: InputFidelity) =>
	anyOf([
		tileTokens({ width: TILE, height: TILE }, fidelity),
		tileTokens({ width: TILE * MAX_TILES, height: TILE }, fidelity),
	]);

function tilesOf(model: ImageModel, size?: Size, fidelity?: InputFidelity): TokenCount {
	if (!fidelity && model.inputFidelity.includes('high'))
		return anyOf(
			[tilesOf(model, size, 'low'), tilesOf(model, size, 'high')],
			'Input image: its fidelity is not known, so low or high',
		);
	return size ? tileTokens(size, fidelity) : anyTiles(fidelity);
}

/**
 * Image tokens of one input image, for one output image. A mask costs none.
 * @param size pixels; undefined where nobody can know, as for a URL or a file ID
 * @param fidelity undefined where it is not known: then either, if the model has both
 */
export function inputImageTokens(
	model: ImageModel,
	size: Size | undefined,
	fidelity?: InputFidelity,
): TokenCount {
	const patches = size ? patchTokens(size) : ANY_PATCHES;
	const tiles = tilesOf(model, size, fidelity);
	const unknown = size
		? []
		: ['Input image: its dimensions are not known, so it can be of any size'];
	switch (model.inputImageTokens) {
		case 'patches':
			return { ...patches, notes: [...patches.notes, ...unknown] };
		case 'tiles':
			return { ...tiles, notes: [...tiles.notes, ...unknown] };
		case 'unpublished':
			return anyOf(
				[patches, tiles],
				`Input image: OpenAI publishes no tokens for ${model.id}, so those of its other models`,
			);
	}
}
