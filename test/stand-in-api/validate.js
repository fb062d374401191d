/** From a request's body to an order the API accepts, or the error it answers. */
const sharp = require('./sharp');
const errors = require('./errors');
const { mediaType } = require('./body');
const { GONE_MODELS, PRESET_SIZES, image2, knownModel } = require('./models');

/** @typedef {import('./models').Capabilities} Capabilities */
/** @typedef {import('./models').ListedModel} ListedModel */
/** @typedef {import('./tokens').Dimensions} Dimensions */
/** @typedef {{ bytes: Buffer } & Dimensions} InputImage */
/** @typedef {'png' | 'jpeg' | 'webp'} OutputFormat */

/**
 * @typedef {object} Order what is to be made
 * @property {string} model
 * @property {Capabilities} image
 * @property {string} prompt
 * @property {number} n
 * @property {Dimensions} size
 * @property {string} quality
 * @property {OutputFormat} outputFormat
 * @property {number} compression 0 to 100
 * @property {boolean} transparent
 * @property {boolean} highFidelity
 * @property {string | undefined} safetyIdentifier
 * @property {InputImage[]} inputs
 * @property {InputImage | undefined} mask
 */

/**
 * @typedef {object} Account what the account and the server allow
 * @property {readonly ListedModel[]} models
 * @property {boolean} azure
 * @property {boolean} transparentPreview transparent backgrounds on gpt-image-2
 * @property {string | undefined} autoQuality what `auto` becomes, if not the model's own default
 * @property {Record<string, Buffer>} files what file ids and image URLs lead to
 */

const MEGABYTE = 1024 * 1024;
const MAX_IMAGES = 16;
const MAX_IMAGE_BYTES = 50 * MEGABYTE;
const MAX_MASK_BYTES = 4 * MEGABYTE;
const MAX_DATA_URL_LENGTH = 20_971_520;
const MAX_PROMPT_LENGTH = 32_000;
const EDIT_FILE_TYPES = ['image/jpeg', 'image/png', 'image/webp'];

const COMMON = [
	'prompt',
	'model',
	'n',
	'size',
	'quality',
	'background',
	'output_format',
	'output_compression',
	'complexity',
	'stream',
	'partial_images',
	'safety_identifier',
	'user',
];
const PARAMETERS = {
	generations: [...COMMON, 'moderation'],
	editsJson: [...COMMON, 'moderation', 'images', 'mask', 'input_fidelity'],
	// `moderation` is in the API reference's JSON schema of edits, not in the multipart one.
	editsForm: [...COMMON, 'image', 'image[]', 'mask', 'markup', 'input_fidelity'],
};

/**
 * @param {import('./server').LoggedRequest} request
 * @param {Account} account
 * @returns {Promise<Order>}
 */
async function readGeneration({ headers, json }, account) {
	if (json === undefined) throw wrongContentType(headers, "'application/json'");
	const values = jsonValues(json, PARAMETERS.generations);
	return order(values, account, () => Promise.resolve([]));
}

/**
 * @param {import('./server').LoggedRequest} request
 * @param {Account} account
 * @returns {Promise<Order>}
 */
async function readEdit({ headers, json, form }, account) {
	if (form) {
		const values = formValues(form, PARAMETERS.editsForm);
		return order(values, account, () => uploadedImages(form), uploadedMask(form));
	}
	if (json === undefined) {
		throw wrongContentType(headers, "'multipart/form-data' and 'application/json'");
	}
	const values = jsonValues(json, PARAMETERS.editsJson);
	const { images, mask } = /** @type {{ images?: unknown, mask?: unknown }} */ (json);
	return order(
		values,
		account,
		() => referencedImages(images, account),
		mask == null ? undefined : referencedFile(mask, 'mask', account),
	);
}

/**
 * @param {import('./body').Headers} headers
 * @param {string} accepted
 */
const wrongContentType = (headers, accepted) =>
	errors.unsupportedContentType(mediaType(headers) || 'none', accepted);

/**
 * @param {Values} values
 * @param {Account} account
 * @param {() => Promise<InputImage[]>} readInputs
 * @param {Buffer} [maskBytes]
 * @returns {Promise<Order>}
 */
async function order(values, account, readInputs, maskBytes) {
	const prompt = readPrompt(values);
	const { model, image } = readModel(values, account);
	const quality = values.oneOf('quality', [...image.qualities, 'auto']) ?? 'auto';
	const requested = readSize(values, image);
	const outputFormat = /** @type {OutputFormat} */ (
		values.oneOf('output_format', ['png', 'jpeg', 'webp']) ?? 'png'
	);
	const compression = values.integer('output_compression', 0, 100) ?? 100;
	if (outputFormat === 'png' && compression < 100) {
		throw errors.imageUserError(
			'Compression less than 100 is not supported for PNG output format.',
			{ param: 'output_compression', code: 'invalid_png_output_compression' },
		);
	}
	const transparent = readTransparent(values, model, image, outputFormat, account);
	const n = values.integer('n', 1, 10) ?? 1;
	values.oneOf('moderation', ['low', 'auto']);
	values.oneOf('complexity', ['low', 'medium', 'high']);
	refuseStreaming(values);
	const highFidelity = readInputFidelity(values, model, image) === 'high';
	const safetyIdentifier = values.text('safety_identifier') || values.text('user');
	if (values.has('markup') && !image.markup) {
		throw errors.invalidValue('markup', `The model '${model}' does not support 'markup'.`);
	}

	const inputs = await readInputs();
	const mask = maskBytes && (await readMask(maskBytes, inputs[0]));
	return {
		model,
		image,
		prompt,
		n,
		size: requested ?? automaticSize(image, inputs[0]),
		quality: quality === 'auto' ? (account.autoQuality ?? image.autoQuality) : quality,
		outputFormat,
		compression,
		transparent,
		highFidelity,
		safetyIdentifier,
		inputs,
		mask,
	};
}

/** @param {Values} values */
function readPrompt(values) {
	const prompt = values.text('prompt');
	if (prompt === undefined) throw errors.missing('prompt');
	if (prompt === '') throw errors.emptyString('prompt');
	const length = [...prompt].length;
	if (length > MAX_PROMPT_LENGTH) throw errors.stringTooLong('prompt', length, MAX_PROMPT_LENGTH);
	return prompt;
}

/**
 * @param {Values} values
 * @param {Account} account
 * @returns {{ model: string, image: Capabilities }}
 */
function readModel(values, { models, azure }) {
	const model = values.text('model');
	if (!model) throw errors.missing('model');
	const listed = models.find(({ id }) => id === model);
	if (!listed) {
		if (azure) throw errors.azureNoDeployment();
		throw GONE_MODELS.includes(model) ? errors.modelGone(model) : errors.noSuchModel(model);
	}
	const known = knownModel(listed.behavesAs ?? model);
	if (known && !known.image) throw errors.noImageModel(model);
	return { model, image: known?.image ?? image2 };
}

/**
 * Size rules: OpenAI's image generation guide (2026).
 *
 * @param {Values} values
 * @param {Capabilities} image
 * @returns {Dimensions | undefined} undefined: `auto`
 */
function readSize(values, image) {
	const size = values.text('size') ?? 'auto';
	if (size === 'auto') return undefined;
	const [, width, height] = (/^(\d+)x(\d+)$/.exec(size) ?? []).map(Number);
	if (!PRESET_SIZES.includes(size)) {
		if (!image.anySize || !width || !height) {
			throw errors.unsupportedValue('size', size, [...PRESET_SIZES, 'auto']);
		}
		const broken = brokenSizeRule(width, height);
		if (broken) throw errors.invalidValue('size', `Invalid size '${size}'. ${broken}`);
	}
	return { width, height };
}

/**
 * @param {number} width
 * @param {number} height
 * @returns {string | undefined}
 */
function brokenSizeRule(width, height) {
	const long = Math.max(width, height);
	const short = Math.min(width, height);
	if (width % 16 || height % 16) return 'Width and height must both be divisible by 16.';
	if (long > 3840) return 'The longest edge must be less than or equal to 3840.';
	if (long > 3 * short) return 'The aspect ratio must be between 1:3 and 3:1.';
	if (width * height < 655_360) {
		return 'Requested resolution is below the current minimum pixel budget.';
	}
	if (width * height > 8_294_400) return 'Requested resolution exceeds the current pixel budget.';
	return undefined;
}

/**
 * `auto` keeps the first input's aspect at about 1.57 megapixels, off the grid of 16 that a
 * request must keep. Measured, September 2026.
 *
 * @param {Capabilities} image
 * @param {Dimensions} [firstInput]
 * @returns {Dimensions}
 */
function automaticSize(image, firstInput) {
	const [width, height] = image.autoSize.split('x').map(Number);
	if (!firstInput) return { width, height };
	const aspect = firstInput.width / firstInput.height;
	if (!image.anySize) return nearestPreset(aspect);
	const pixels = 1_572_864;
	const within = Math.min(3, Math.max(1 / 3, aspect));
	return {
		width: Math.round(Math.sqrt(pixels * within)),
		height: Math.round(Math.sqrt(pixels / within)),
	};
}

/**
 * @param {number} aspect
 * @returns {Dimensions}
 */
function nearestPreset(aspect) {
	if (aspect > 1.25) return { width: 1536, height: 1024 };
	return aspect < 0.8 ? { width: 1024, height: 1536 } : { width: 1024, height: 1024 };
}

/**
 * @param {Values} values
 * @param {string} model
 * @param {Capabilities} image
 * @param {OutputFormat} outputFormat
 * @param {Account} account
 */
function readTransparent(values, model, image, outputFormat, account) {
	const background = values.oneOf('background', ['transparent', 'opaque', 'auto']);
	if (background !== 'transparent') return false;
	const refused = image.tokens === 'gpt-image-2' && !account.transparentPreview;
	if (refused || !image.transparent) throw errors.noTransparency(model);
	if (outputFormat === 'jpeg') {
		throw errors.invalidValue(
			'background',
			"Transparent background is not supported for output format 'jpeg'. Use 'png' or 'webp'.",
		);
	}
	return true;
}

/**
 * @param {Values} values
 * @param {string} model
 * @param {Capabilities} image
 */
function readInputFidelity(values, model, image) {
	const value = values.oneOf('input_fidelity', ['high', 'low']);
	if (value === undefined || image.inputFidelity.includes(value)) return value;
	if (image.inputFidelity.length === 0) throw errors.noInputFidelity(model);
	throw errors.unsupportedValue('input_fidelity', value, image.inputFidelity);
}

/** The nodes never stream, so the stand-in does not either. @param {Values} values */
function refuseStreaming(values) {
	if (values.boolean('stream')) {
		throw errors.invalidValue('stream', 'The stand-in API does not stream.');
	}
	values.integer('partial_images', 0, 3);
}

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
		if (!EDIT_FILE_TYPES.includes(contentType)) throw errors.unsupportedFile(param, contentType);
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
 * @param {Account} account
 * @returns {Promise<InputImage[]>}
 */
async function referencedImages(references, account) {
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
	const files = references.map((one, index) => referencedFile(one, `images[${index}]`, account));
	return Promise.all(files.map((bytes, index) => readImage(bytes, index + 1)));
}

/**
 * @param {unknown} reference `{ image_url }` or `{ file_id }`
 * @param {string} param
 * @param {Account} account
 */
function referencedFile(reference, param, { files }) {
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
	if (!EDIT_FILE_TYPES.includes(data[1])) throw errors.unsupportedFile(name, data[1]);
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

/**
 * Parameters of a JSON body or of a form, where everything arrives as text.
 *
 * @typedef {ReturnType<typeof valuesFrom>} Values
 */

/**
 * @param {unknown} json
 * @param {readonly string[]} parameters
 */
function jsonValues(json, parameters) {
	if (typeof json !== 'object' || json === null || Array.isArray(json)) throw errors.brokenJson();
	refuseUnknown(Object.keys(json), parameters);
	return valuesFrom({ .../** @type {Record<string, unknown>} */ (json) }, (value) => value);
}

/**
 * @param {import('./body').Form} form
 * @param {readonly string[]} parameters
 */
function formValues({ fields, files }, parameters) {
	refuseUnknown([...Object.keys(fields), ...files.map(({ field }) => field)], parameters);
	/** @type {Record<string, unknown>} */
	const single = {};
	for (const { field } of files) single[field] = {};
	for (const [name, values] of Object.entries(fields)) {
		if (values.length > 1) throw errors.duplicateParameter(name);
		single[name] = values[0];
	}
	return valuesFrom(single, (text) =>
		/^-?\d+(\.\d+)?$/.test(String(text)) ? Number(text) : (FORM_WORDS.get(text) ?? text),
	);
}

/** @type {Map<unknown, boolean>} */
const FORM_WORDS = new Map([
	['true', true],
	['false', false],
]);

/**
 * @param {readonly string[]} names
 * @param {readonly string[]} known
 */
function refuseUnknown(names, known) {
	const unknown = names.find((name) => !known.includes(name));
	if (unknown !== undefined) throw errors.unknownParameter(unknown);
}

/**
 * @param {Record<string, unknown>} values
 * @param {(value: unknown) => unknown} typed gives a number or boolean for the text of a form field
 */
function valuesFrom(values, typed) {
	/** @param {string} name */
	const has = (name) => values[name] != null;

	/** @param {string} name */
	function text(name) {
		if (!has(name)) return undefined;
		const value = values[name];
		if (typeof value !== 'string') throw errors.wrongType(name, 'a string', withArticle(value));
		return value;
	}

	return {
		has,
		text,

		/**
		 * @param {string} name
		 * @param {readonly string[]} supported
		 */
		oneOf(name, supported) {
			const value = text(name);
			if (value === undefined || supported.includes(value)) return value;
			throw errors.unsupportedValue(name, value, supported);
		},

		/**
		 * @param {string} name
		 * @param {number} min
		 * @param {number} max
		 */
		integer(name, min, max) {
			if (!has(name)) return undefined;
			const value = typed(values[name]);
			if (typeof value !== 'number' || !Number.isInteger(value)) {
				throw errors.wrongType(name, 'an integer', withArticle(value));
			}
			if (value < min || value > max) throw errors.outOfRange(name, value, min, max);
			return value;
		},

		/** @param {string} name */
		boolean(name) {
			if (!has(name)) return undefined;
			const value = typed(values[name]);
			if (typeof value !== 'boolean') {
				throw errors.wrongType(name, 'a boolean', withArticle(value));
			}
			return value;
		},
	};
}

/** @param {unknown} value */
function withArticle(value) {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'an array';
	if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal number';
	return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

module.exports = { readEdit, readGeneration };
