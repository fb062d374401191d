/** Input images and masks of edits: uploaded in a form, or referred to in JSON. */
const errors = require('./errors');
const sharp = require('./sharp');
const { withArticle } = require('./values');

/** @typedef {import('./tokens').Dimensions} Dimensions */
/** @typedef {{ bytes: Buffer } & Dimensions} InputImage upright, as its EXIF orientation says */
/** @typedef {Record<string, Buffer>} Files what file ids and image URLs lead to */

const MEGABYTE = 1024 * 1024;
const MAX_IMAGES = 16;
const MAX_IMAGE_BYTES = 50 * MEGABYTE;
const MAX_MASK_BYTES = 4 * MEGABYTE;
const MAX_DATA_URL_LENGTH = 20_971_520;
const FILE_TYPES = ['image/jpeg', 'image/png', 'image/webp'];

/**
 * @param {import('./body').Form} form
 * @returns {Promise<InputImage[]>}
 */
async function uploadedImages({ fields, files }) {
	if (fields.image || fields['image[]']) {
		throw errors.wrongType('image', 'one of an array of files or file', 'a string');
	}
	const images = files.filter(({ field }) => field === 'image' || field === 'image[]');
	if (images.length === 0) throw errors.missing('image');
	if (images.filter(({ field }) => field === 'image').length > 1) {
		throw errors.duplicateParameter('image');
	}
	if (images.length > MAX_IMAGES) throw errors.arrayTooLong('image', images.length, MAX_IMAGES);
	images.forEach(({ field, contentType, bytes }, index) => {
		const param = field === 'image' ? 'image' : `image[${index}]`;
		if (!FILE_TYPES.includes(contentType)) throw errors.unsupportedFile(param, contentType);
		if (bytes.length >= MAX_IMAGE_BYTES) throw errors.fileTooLarge(param);
	});
	return Promise.all(images.map(({ bytes }, index) => readImage(bytes, index + 1)));
}

/** @param {import('./body').Form} form */
function uploadedMask({ fields, files }) {
	if (fields.mask) throw errors.wrongType('mask', 'a file', 'a string');
	const [mask, second] = files.filter(({ field }) => field === 'mask');
	if (second) throw errors.duplicateParameter('mask');
	return mask?.bytes;
}

/**
 * @param {unknown} references
 * @param {Files} files
 * @returns {Promise<InputImage[]>}
 */
async function referencedImages(references, files) {
	if (references == null) throw errors.missing('images');
	if (!Array.isArray(references)) {
		throw errors.wrongType('images', 'an array of objects', withArticle(references));
	}
	if (references.length === 0) {
		throw errors.badRequest(
			"Invalid 'images': empty array. Expected an array with minimum length 1, but got an empty array instead.",
			{ param: 'images', code: 'empty_array' },
		);
	}
	if (references.length > MAX_IMAGES) {
		throw errors.arrayTooLong('images', references.length, MAX_IMAGES);
	}
	const contents = references.map((one, index) => referencedFile(one, `images[${index}]`, files));
	return Promise.all(contents.map((bytes, index) => readImage(bytes, index + 1)));
}

/**
 * @param {unknown} reference `{ image_url }` or `{ file_id }`
 * @param {string} param
 * @param {Files} files
 */
function referencedFile(reference, param, files) {
	if (typeof reference !== 'object' || reference === null) {
		throw errors.wrongType(param, 'an object', withArticle(reference));
	}
	const { image_url: url, file_id: id } = /** @type {Record<string, unknown>} */ (reference);
	if ((url === undefined) === (id === undefined)) {
		throw errors.invalidValue(param, `Provide exactly one of 'image_url' or 'file_id'.`);
	}
	const address = url ?? id;
	const name = url === undefined ? `${param}.file_id` : `${param}.image_url`;
	if (typeof address !== 'string') throw errors.wrongType(name, 'a string', withArticle(address));
	if (address.length > MAX_DATA_URL_LENGTH) {
		throw errors.stringTooLong(name, address.length, MAX_DATA_URL_LENGTH);
	}
	const data = /^data:([^;,]*);base64,/.exec(address);
	if (!data) {
		if (files[address]) return files[address];
		throw errors.unreachableFile(name);
	}
	if (!FILE_TYPES.includes(data[1])) throw errors.unsupportedFile(name, data[1]);
	return Buffer.from(address.slice(data[0].length), 'base64');
}

/**
 * @param {Buffer} bytes
 * @param {number} position from 1
 * @returns {Promise<InputImage>}
 */
async function readImage(bytes, position) {
	const header = await headerOf(bytes);
	if (!header || !['png', 'jpeg', 'webp'].includes(header.format)) {
		throw errors.brokenImage(position);
	}
	return { bytes, ...header.autoOrient };
}

/**
 * @param {Buffer} bytes
 * @param {Dimensions} image the first input image
 * @returns {Promise<InputImage>}
 */
async function readMask(bytes, image) {
	if (bytes.length >= MAX_MASK_BYTES) throw errors.invalidMask('mask must be less than 4 MB');
	const header = await headerOf(bytes);
	if (header?.format !== 'png') throw errors.invalidMask('mask must be a PNG file');
	const { width, height } = header.autoOrient;
	if (width !== image.width || height !== image.height) {
		throw errors.invalidMask('mask size does not match image size');
	}
	if (!header.hasAlpha) throw errors.invalidMask('mask is missing an alpha channel');
	return { bytes, width, height };
}

/** @param {Buffer} bytes */
const headerOf = (bytes) =>
	sharp(bytes)
		.metadata()
		.catch(() => undefined);

module.exports = { readMask, referencedFile, referencedImages, uploadedImages, uploadedMask };
