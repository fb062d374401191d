/**
 * The bill, counted apart from the nodes' own estimate: the tests hold one against the other, so
 * neither may borrow from the other.
 */
const { countTokens } = require('gpt-tokenizer');
const tables = require('./token-tables');

/** @typedef {import('./models').TokenFamily} TokenFamily */
/** @typedef {{ width: number, height: number }} Dimensions in pixels */

/**
 * @typedef {object} Usage
 * @property {number} input_tokens
 * @property {{ text_tokens: number, image_tokens: number }} input_tokens_details
 * @property {number} output_tokens
 * @property {{ text_tokens: number, image_tokens: number }} output_tokens_details
 * @property {number} total_tokens
 */

/**
 * @typedef {object} Billed
 * @property {string} model
 * @property {TokenFamily} family
 * @property {string} prompt
 * @property {string} quality never `auto`
 * @property {Dimensions} size of each output image
 * @property {number} n
 * @property {readonly Dimensions[]} inputs input images; none on generations
 * @property {boolean} highFidelity
 */

/**
 * @param {Billed} request
 * @returns {Usage}
 */
function usageOf(request) {
	const { n, inputs, family, highFidelity } = request;
	const textIn = n * promptTokens(request.prompt, family, inputs.length);
	const imageIn =
		n * inputs.reduce((sum, input) => sum + inputImageTokens(family, input, highFidelity), 0);
	const imageOut = outputImageTokens(request);
	const textOut = writtenTextTokens(request);
	return {
		input_tokens: textIn + imageIn,
		input_tokens_details: { text_tokens: textIn, image_tokens: imageIn },
		output_tokens: imageOut + textOut,
		output_tokens_details: { text_tokens: textOut, image_tokens: imageOut },
		total_tokens: textIn + imageIn + imageOut + textOut,
	};
}

/**
 * Tokens of all n output images. gpt-image-2 and 2.5: cost calculator of OpenAI's image generation
 * guide; one rounding up over all images (measured: n=2 at low 1024x1024 is 391, not 392).
 *
 * @param {Pick<Billed, 'family' | 'quality' | 'size' | 'n'>} request
 */
function outputImageTokens({ family, quality, size: { width, height }, n }) {
	if (family === 'gpt-image-1') {
		return n * tables.FIXED_IMAGE_TOKENS[quality][`${width}x${height}`];
	}
	const like = family === 'gpt-image-2.6' ? 'gpt-image-2.5' : family;
	const long = tables.PATCHES_PER_SIDE[like][quality];
	const short = divideToEven(long * Math.min(width, height), Math.max(width, height));
	const times = family === 'gpt-image-2.6' ? tables.TIMES_2_5[quality] : 1;
	return divideUp(times * n * long * short * (2_000_000 + width * height), 4_000_000);
}

/**
 * o200k_base tokens and what surrounds them. Measured, September 2026.
 *
 * @param {string} prompt
 * @param {TokenFamily} family
 * @param {number} inputImages
 */
function promptTokens(prompt, family, inputImages) {
	const { perRequest, perEditImageOf25 } = tables.PROMPT_OVERHEAD;
	const perImage = family === 'gpt-image-2.5' || family === 'gpt-image-2.6' ? perEditImageOf25 : 0;
	const anythingIsText = { disallowedSpecial: new Set() };
	return countTokens(prompt, anythingIsText) + perRequest + perImage * inputImages;
}

/**
 * @param {TokenFamily} family
 * @param {Dimensions} input
 * @param {boolean} highFidelity
 */
function inputImageTokens(family, input, highFidelity) {
	return family === 'gpt-image-1' ? tileTokens(input, highFidelity) : patchTokens(input);
}

/**
 * 32-pixel patches, at most 1536 of them. Measured, July to September 2026.
 *
 * @param {Dimensions} input
 */
function patchTokens({ width, height }) {
	const { side, budget, enlargeTo, maxEnlargement, maxAspect } = tables.INPUT_PATCHES;
	const enlarge = Math.min(maxEnlargement, Math.max(1, enlargeTo / Math.max(width, height)));
	const long = (enlarge * Math.max(width, height)) / side;
	const short = Math.max((enlarge * Math.min(width, height)) / side, long / maxAspect);

	const patches = ceil(long) * ceil(short);
	if (patches <= budget) return patches;
	const shrink = Math.sqrt(budget / (long * short));
	return floor(long * shrink) * floor(short * shrink);
}

/**
 * 512-pixel tiles. Source: OpenAI's images and vision guide, for gpt-image-1; assumed for 1.5.
 *
 * @param {Dimensions} input
 * @param {boolean} highFidelity
 */
function tileTokens({ width, height }, highFidelity) {
	const rule = tables.INPUT_TILES;
	const scale = rule.shortestSide / Math.min(width, height);
	const tiles = ceil((width * scale) / rule.side) * ceil((height * scale) / rule.side);
	const low = rule.base + rule.perTile * tiles;
	if (!highFidelity) return low;
	return low + (width === height ? rule.highFidelitySquare : rule.highFidelityOther);
}

/** @param {Pick<Billed, 'model' | 'quality' | 'n'>} request */
function writtenTextTokens({ model, quality, n }) {
	return model.startsWith('gpt-image-1.5') ? n * tables.TEXT_WRITTEN_BY_1_5[quality] : 0;
}

// Scaled edges land a hair beside whole patches.
const HAIR = 1e-9;
/** @param {number} value */
const ceil = (value) => Math.ceil(value - HAIR);
/** @param {number} value */
const floor = (value) => Math.floor(value + HAIR);

/**
 * Whole numbers only, so that no rounding error decides a bill.
 *
 * @param {number} dividend
 * @param {number} divisor
 */
const divideUp = (dividend, divisor) => Math.floor((dividend + divisor - 1) / divisor);

/**
 * Halves go to the even neighbour, as in the guide's calculator.
 *
 * @param {number} dividend
 * @param {number} divisor
 */
function divideToEven(dividend, divisor) {
	const whole = Math.floor(dividend / divisor);
	const twice = 2 * (dividend - whole * divisor);
	if (twice === divisor) return whole + (whole % 2);
	return twice > divisor ? whole + 1 : whole;
}

module.exports = { inputImageTokens, outputImageTokens, promptTokens, usageOf };
