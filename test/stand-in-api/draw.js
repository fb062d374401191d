/** Real images that show what was asked for: the prompt as text, the size, the number. */
const path = require('node:path');
const sharp = require('./sharp');

/** @typedef {import('./validate').Order} Order */
/** @typedef {import('./tokens').Dimensions} Dimensions */
/** @typedef {{ left: number, top: number } & Dimensions} Box */

// Text must look the same on machines without any font.
const FONT_FILE = path.join(
	path.dirname(require.resolve('dejavu-fonts-ttf/package.json')),
	'ttf',
	'DejaVuSans-Bold.ttf',
);
const FONT = 'DejaVu Sans Bold';
const LONGEST_TEXT = 400;

/**
 * @param {Order} order
 * @param {number} index which of the order's images, from 0
 * @returns {Promise<Buffer>} the file
 */
async function drawImage(order, index) {
	const { width, height } = order.size;
	const [input] = order.inputs;
	const [top, bottom] = input ? [0.42, 0.42] : [0.1, 0.74];
	const caption = `${width}x${height} · ${order.quality} · ${index + 1} of ${order.n}`;
	const layers = await Promise.all([
		input ? thumbnail(order, box(order.size, 0.06, 0.32)) : [],
		text(shortened(order.prompt), box(order.size, top, bottom)),
		text(caption, box(order.size, 0.88, 0.06)),
	]);
	const canvas = sharp(Buffer.from(backdrop(order, index)));
	return encode(canvas.composite(layers.flat()), order);
}

/** @type {Map<string, Promise<Buffer>>} */
const plainImages = new Map();

/**
 * One colour and no text: drawn once for all requests that ask for the same file, so that
 * thousands of requests cost little.
 *
 * @param {Order} order
 * @returns {Promise<Buffer>}
 */
function drawPlainImage(order) {
	const { size, outputFormat, compression, transparent } = order;
	const key = JSON.stringify({ size, outputFormat, compression, transparent });
	const drawn =
		plainImages.get(key) ??
		encode(
			sharp({
				create: {
					...size,
					channels: 4,
					background: transparent ? { r: 0, g: 0, b: 0, alpha: 0 } : '#40608f',
				},
			}),
			order,
		);
	plainImages.set(key, drawn);
	return drawn;
}

/**
 * @param {import('sharp').Sharp} image
 * @param {Order} order
 */
function encode(image, { outputFormat, compression, transparent }) {
	const pixels = transparent ? image.ensureAlpha() : image.removeAlpha();
	switch (outputFormat) {
		case 'jpeg':
			return pixels.jpeg({ quality: Math.max(1, compression) }).toBuffer();
		case 'webp':
			return pixels.webp({ quality: Math.max(1, compression), effort: 0 }).toBuffer();
		case 'png':
			return pixels.png({ compressionLevel: 3 }).toBuffer();
	}
}

/**
 * A gradient in the prompt's own colour; on a transparent background, a card with nothing around.
 *
 * @param {Order} order
 * @param {number} index
 */
function backdrop({ prompt, size: { width, height }, transparent }, index) {
	const hue = [...prompt].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
	const card = transparent
		? `x="4%" y="4%" width="92%" height="92%" rx="${Math.min(width, height) / 10}"`
		: 'width="100%" height="100%"';
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
		<defs><linearGradient id="sky" x2="1" y2="1">
			<stop stop-color="hsl(${hue + 25 * index}, 55%, 45%)"/>
			<stop offset="1" stop-color="hsl(${hue + 25 * index + 50}, 60%, 18%)"/>
		</linearGradient></defs>
		<rect ${card} fill="url(#sky)"/>
	</svg>`;
}

/**
 * @param {string} prompt
 */
function shortened(prompt) {
	const letters = [...prompt.replace(/\s+/g, ' ').trim()];
	return letters.length > LONGEST_TEXT
		? `${letters.slice(0, LONGEST_TEXT).join('')}…`
		: letters.join('');
}

/**
 * @param {string} words
 * @param {Box} within
 */
async function text(words, within) {
	// Control characters and broken surrogates are no XML.
	const letters = words.replace(/\p{C}/gu, '');
	const drawn = await sharp({
		text: {
			text: `<span foreground="white">${escapeMarkup(letters)}</span>`,
			font: FONT,
			fontfile: FONT_FILE,
			width: within.width,
			height: within.height,
			align: 'centre',
			wrap: 'word-char',
			rgba: true,
		},
	})
		// A single large letter comes out larger than the box that was asked for.
		.resize({ width: within.width, height: within.height, fit: 'inside', withoutEnlargement: true })
		.png()
		.toBuffer({ resolveWithObject: true })
		.catch(nothingVisible);
	return drawn ? [{ input: drawn.data, ...centred(drawn.info, within) }] : [];
}

/** @param {Error} error */
function nothingVisible(error) {
	if (!/no text to render/.test(error.message)) throw error;
	return undefined;
}

/** @param {string} words */
const escapeMarkup = (words) =>
	words.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/**
 * The first input image, with the region of the mask in red.
 *
 * @param {Order} order
 * @param {Box} within
 */
async function thumbnail({ inputs: [image], mask }, within) {
	const { data, info } = await sharp(image.bytes)
		.autoOrient()
		.resize({ width: within.width, height: within.height, fit: 'inside' })
		.png()
		.toBuffer({ resolveWithObject: true });
	const place = centred(info, within);
	const picture = { input: data, ...place };
	return mask ? [picture, { input: await redRegion(mask.bytes, info), ...place }] : [picture];
}

/**
 * @param {Buffer} mask transparent where the image is to be edited
 * @param {Dimensions} size
 */
async function redRegion(mask, { width, height }) {
	const kept = await sharp(mask).resize({ width, height, fit: 'fill' }).png().toBuffer();
	const red = { r: 255, g: 0, b: 0, alpha: 0.6 };
	return sharp({ create: { width, height, channels: 4, background: red } })
		.composite([{ input: kept, blend: 'dest-out' }])
		.png()
		.toBuffer();
}

/**
 * @param {Dimensions} canvas
 * @param {number} top share of the canvas' height
 * @param {number} height share of the canvas' height
 * @returns {Box}
 */
const box = (canvas, top, height) => ({
	left: Math.round(canvas.width * 0.1),
	top: Math.round(canvas.height * top),
	width: Math.round(canvas.width * 0.8),
	height: Math.round(canvas.height * height),
});

/**
 * @param {Dimensions} size
 * @param {Box} within
 */
const centred = (size, within) => ({
	left: within.left + Math.max(0, Math.floor((within.width - size.width) / 2)),
	top: within.top + Math.max(0, Math.floor((within.height - size.height) / 2)),
});

module.exports = { drawImage, drawPlainImage };
