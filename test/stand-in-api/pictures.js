/** Input images and masks for tests. */
const sharp = require('./sharp');

/**
 * @param {number} width
 * @param {number} height
 * @param {'png' | 'jpeg' | 'webp'} [format]
 */
const picture = (width, height, format = 'png') =>
	sharp({ create: { width, height, channels: 3, background: '#c04020' } })
		.toFormat(format)
		.toBuffer();

/**
 * Transparent, to be edited, in its left half.
 *
 * @param {number} width
 * @param {number} height
 */
function mask(width, height) {
	const keep = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
		<rect x="50%" width="50%" height="100%"/>
	</svg>`;
	return sharp(Buffer.from(keep)).png().toBuffer();
}

module.exports = { mask, picture };
