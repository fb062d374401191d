/** From a request's body to an order the API accepts, or the error it answers. */
const errors = require('./errors');
const { mediaType } = require('./body');
const inputImages = require('./input-images');
const { GONE_MODELS, PRESET_SIZES, image2, knownModel } = require('./models');
const { formValues, jsonValues } = require('./values');

/** @typedef {import('./models').Capabilities} Capabilities */
/** @typedef {import('./models').ListedModel} ListedModel */
/** @typedef {import('./tokens').Dimensions} Dimensions */
/** @typedef {import('./input-images').InputImage} InputImage */
/** @typedef {import('./values').Values} Values */
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
 * @property {string | undefined} apiKey the only key accepted, if not any
 * @property {boolean} azure
 * @property {boolean} transparentPreview transparent backgrounds on gpt-image-2
 * @property {string | undefined} autoQuality what `auto` becomes, if not the model's own default
 * @property {import('./input-images').Files} files
 */

const MAX_PROMPT_LENGTH = 32_000;

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
async function readGeneration({ headers, json, broken }, account) {
	if (broken) throw broken;
	if (json === undefined) throw wrongContentType(headers, "'application/json'");
	const values = jsonValues(json, PARAMETERS.generations);
	return order(values, account, () => Promise.resolve([]));
}

/**
 * @param {import('./server').LoggedRequest} request
 * @param {Account} account
 * @returns {Promise<Order>}
 */
async function readEdit({ headers, json, form, broken }, account) {
	if (broken) throw broken;
	if (form) {
		const values = formValues(form, PARAMETERS.editsForm);
		return order(
			values,
			account,
			() => inputImages.uploadedImages(form),
			inputImages.uploadedMask(form),
		);
	}
	if (json === undefined) {
		throw wrongContentType(headers, "'multipart/form-data' and 'application/json'");
	}
	const values = jsonValues(json, PARAMETERS.editsJson);
	const { images, mask } = /** @type {{ images?: unknown, mask?: unknown }} */ (json);
	return order(
		values,
		account,
		() => inputImages.referencedImages(images, account.files),
		mask == null ? undefined : inputImages.referencedFile(mask, 'mask', account.files),
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
	const mask = maskBytes && (await inputImages.readMask(maskBytes, inputs[0]));
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

module.exports = { readEdit, readGeneration };
