/** The numbers behind `tokens.js`, each with its public source. */

/**
 * Side, in patches, of the square canvas that a quality stands for.
 * Source: cost calculator of OpenAI's image generation guide (2026).
 *
 * @type {Record<'gpt-image-2' | 'gpt-image-2.5', Record<string, number>>}
 */
const PATCHES_PER_SIDE = {
	'gpt-image-2': { low: 16, medium: 48, high: 96 },
	'gpt-image-2.5': { low: 16, medium: 24, high: 48, xhigh: 64, max: 96 },
};

/**
 * Nothing is published for 2.6. Resellers report about four times the tokens of 2.5 at low, three
 * times at medium and the same above (November 2026): enough to differ from any 2.5 estimate.
 *
 * @type {Record<string, number>}
 */
const TIMES_2_5 = { low: 4, medium: 3, high: 1, xhigh: 1, max: 1 };

/**
 * Image tokens of the older models. Source: OpenAI's image generation guide.
 *
 * @type {Record<string, Record<string, number>>}
 */
const FIXED_IMAGE_TOKENS = {
	low: { '1024x1024': 272, '1024x1536': 408, '1536x1024': 400 },
	medium: { '1024x1024': 1056, '1024x1536': 1584, '1536x1024': 1568 },
	high: { '1024x1024': 4160, '1024x1536': 6240, '1536x1024': 6208 },
};

/**
 * Text that gpt-image-1.5 writes and bills besides the image. Real bills: 446 at medium, 341 at
 * high; nobody has published one at low.
 *
 * @type {Record<string, number>}
 */
const TEXT_WRITTEN_BY_1_5 = { low: 341, medium: 446, high: 341 };

/** Input images, gpt-image-2 and later. Measured, July to September 2026. */
const INPUT_PATCHES = { side: 32, budget: 1536, enlargeTo: 1024, maxEnlargement: 2, maxAspect: 3 };

/** Input images, older models. Source: OpenAI's images and vision guide. */
const INPUT_TILES = {
	shortestSide: 512,
	side: 512,
	base: 65,
	perTile: 129,
	highFidelitySquare: 4160,
	highFidelityOther: 6240,
};

/** Tokens around a prompt. Measured, September 2026. */
const PROMPT_OVERHEAD = { perRequest: 6, perEditImageOf25: 10 };

module.exports = {
	FIXED_IMAGE_TOKENS,
	INPUT_PATCHES,
	INPUT_TILES,
	PATCHES_PER_SIDE,
	PROMPT_OVERHEAD,
	TEXT_WRITTEN_BY_1_5,
	TIMES_2_5,
};
