/**
 * Every error body of the API in one place. Shapes and codes as in OpenAI's API reference and
 * error guide; wordings as seen in public bug reports (2025 and 2026).
 */

/**
 * @typedef {{ message: string, type: string, param: string | null, code: string | null }} ErrorFields
 */

class ApiError extends Error {
	/**
	 * @param {number} status HTTP status
	 * @param {Record<string, unknown>} fields what `error` in the body holds
	 * @param {Record<string, string>} [headers]
	 */
	constructor(status, fields, headers = {}) {
		super(String(fields.message));
		this.status = status;
		this.body = { error: fields };
		this.headers = headers;
	}
}

/**
 * @param {string} message
 * @param {Partial<ErrorFields> & { status?: number }} [fields]
 */
function badRequest(message, { status = 400, ...fields } = {}) {
	const type = 'invalid_request_error';
	return new ApiError(status, { message, type, param: null, code: null, ...fields });
}

/**
 * What the image models refuse, as opposed to what the API's own schema refuses.
 *
 * @param {string} message
 * @param {Record<string, unknown>} fields
 */
function imageUserError(message, fields) {
	const type = 'image_generation_user_error';
	return new ApiError(400, { message, type, param: null, code: null, ...fields });
}

const missingKey = () =>
	badRequest(
		"You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from https://platform.openai.com/account/api-keys.",
		{ status: 401 },
	);

/** @param {string} key */
const wrongKey = (key) =>
	badRequest(
		`Incorrect API key provided: ${masked(key)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
		{ status: 401, code: 'invalid_api_key' },
	);

/**
 * The API shows the first and last characters of a key.
 *
 * @param {string} key
 */
function masked(key) {
	if (key.length < 16) return `${key.slice(0, 2)}${'*'.repeat(Math.max(key.length - 2, 0))}`;
	return `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`;
}

const azureWrongKey = () =>
	new ApiError(401, {
		code: '401',
		message:
			'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
	});

const azureNoDeployment = () =>
	new ApiError(404, {
		code: 'DeploymentNotFound',
		message:
			'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
	});

/**
 * @param {string} method
 * @param {string} path
 */
const unknownUrl = (method, path) => badRequest(`Invalid URL (${method} ${path})`, { status: 404 });

/**
 * @param {string} method
 * @param {string} path
 */
const wrongMethod = (method, path) =>
	badRequest(
		`Not allowed to ${method} on ${path}. (HINT: Perhaps you meant to use a different HTTP method?)`,
		{ status: 405, code: 'method_not_supported' },
	);

/**
 * @param {string} contentType
 * @param {string} accepted
 */
const unsupportedContentType = (contentType, accepted) =>
	badRequest(
		`Unsupported content type: '${contentType}'. This API method only accepts ${accepted} requests, but you specified the header 'Content-Type: ${contentType}'. Please try again with a supported content type.`,
		{ code: 'unsupported_content_type' },
	);

const brokenJson = () =>
	badRequest(
		"We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)",
	);

const brokenMultipart = () =>
	badRequest('Could not parse multipart form', { code: 'invalid_multipart_form' });

/** @param {string} param */
const missing = (param) =>
	badRequest(`Missing required parameter: '${param}'.`, {
		param,
		code: 'missing_required_parameter',
	});

/** @param {string} param */
const unknownParameter = (param) =>
	badRequest(`Unknown parameter: '${param}'.`, { param, code: 'unknown_parameter' });

/** @param {string} param */
const duplicateParameter = (param) =>
	badRequest(
		`Duplicate parameter: '${param}'. You provided multiple values for this parameter, whereas only one is allowed. If you are trying to provide a list of values, use the array syntax instead e.g. '${param}[]=<value>'.`,
		{ param, code: 'duplicate_parameter' },
	);

/**
 * @param {string} param
 * @param {string} expected with its article: "an integer"
 * @param {string} got with its article: "a string"
 */
const wrongType = (param, expected, got) =>
	badRequest(`Invalid type for '${param}': expected ${expected}, but got ${got} instead.`, {
		param,
		code: 'invalid_type',
	});

/**
 * @param {string} param
 * @param {string} value
 * @param {readonly string[]} supported
 */
function unsupportedValue(param, value, supported) {
	const quoted = supported.map((one) => `'${one}'`);
	const list =
		quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}` : quoted[0];
	return badRequest(`Invalid value: '${value}'. Supported values are: ${list}.`, {
		param,
		code: 'invalid_value',
	});
}

/**
 * @param {string} param
 * @param {number} value
 * @param {number} min
 * @param {number} max
 */
function outOfRange(param, value, min, max) {
	const below = value < min;
	return badRequest(
		`Invalid '${param}': integer ${below ? 'below minimum' : 'above maximum'} value. Expected a value ${below ? `>= ${min}` : `<= ${max}`}, but got ${value} instead.`,
		{ param, code: below ? 'integer_below_min_value' : 'integer_above_max_value' },
	);
}

/** @param {string} param */
const emptyString = (param) =>
	badRequest(
		`Invalid '${param}': empty string. Expected a string with minimum length 1, but got an empty string instead.`,
		{ param, code: 'empty_string' },
	);

/**
 * @param {string} param
 * @param {number} length
 * @param {number} max
 */
const stringTooLong = (param, length, max) =>
	badRequest(
		`Invalid '${param}': string too long. Expected a string with maximum length ${max}, but got a string with length ${length} instead.`,
		{ param, code: 'string_above_max_length' },
	);

/**
 * @param {string} param
 * @param {number} length
 * @param {number} max
 */
const arrayTooLong = (param, length, max) =>
	badRequest(
		`Invalid '${param}': array too long. Expected an array with maximum length ${max}, but got an array with length ${length} instead.`,
		{ param, code: 'array_above_max_length' },
	);

/**
 * @param {string} param
 * @param {string} message
 */
const invalidValue = (param, message) => badRequest(message, { param, code: 'invalid_value' });

/** @param {string} model */
const noSuchModel = (model) =>
	badRequest(`The model '${model}' does not exist.`, {
		status: 404,
		param: 'model',
		code: 'model_not_found',
	});

/** @param {string} model */
const modelGone = (model) =>
	badRequest(
		`The model \`${model}\` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations`,
		{ status: 404, param: 'model', code: 'model_not_found' },
	);

/** @param {string} model */
const noImageModel = (model) =>
	badRequest(`The model '${model}' does not support image generation.`, {
		param: 'model',
		code: 'invalid_value',
	});

/**
 * @param {string} param
 * @param {string} mimeType
 */
const unsupportedFile = (param, mimeType) =>
	badRequest(
		`Invalid file '${param}': unsupported mimetype ('${mimeType}'). Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'.`,
		{ param, code: 'unsupported_file_mimetype' },
	);

/**
 * Status and wording are a guess: no answer of the live API to such a file is known.
 *
 * @param {string} param
 */
const fileTooLarge = (param) =>
	badRequest(`Invalid file '${param}': file too large. Images must be less than 50MB.`, {
		status: 413,
		param,
		code: 'file_too_large',
	});

/** @param {number} position from 1 */
const brokenImage = (position) =>
	imageUserError(
		`Invalid image file or mode for image ${position}, please check your image file.`,
		{ param: 'image', code: 'invalid_image_file' },
	);

/** @param {string} why */
const invalidMask = (why) =>
	imageUserError(`Invalid mask image format - ${why}`, {
		param: 'mask',
		code: 'invalid_mask_image_format',
	});

/** @param {string} param */
const unreachableFile = (param) =>
	badRequest('Error while downloading the file. Check that it exists and can be reached.', {
		param,
		code: 'invalid_image_url',
	});

/** @param {string} model */
const noTransparency = (model) =>
	imageUserError(`Transparent background is not supported for this model: '${model}'.`, {
		param: 'background',
		code: 'invalid_value',
	});

/** @param {string} model */
const noInputFidelity = (model) =>
	imageUserError(`The model '${model}' does not support the 'input_fidelity' parameter.`, {
		param: 'input_fidelity',
		code: 'invalid_input_fidelity_model',
	});

/** @param {string} requestId */
const moderationBlocked = (requestId) =>
	imageUserError(
		`Your request was rejected by the safety system. If you believe this is an error, contact us at help.openai.com and include the request ID ${requestId}. safety_violations=[violence].`,
		{
			code: 'moderation_blocked',
			moderation_details: { moderation_stage: 'input', categories: ['violence'] },
		},
	);

/**
 * @param {{ model: string, limit: number, used: number, requested: number, waitMs: number }} state
 * @param {Record<string, string>} [headers]
 */
const imageRateLimit = ({ model, limit, used, requested, waitMs }, headers = {}) =>
	new ApiError(
		429,
		{
			message: `Rate limit reached for ${model} (for limit gpt-image) in organization org-standin on input-images per min: Limit ${limit}, Used ${used}, Requested ${requested}. Please try again in ${waitMs < 1000 ? `${waitMs}ms` : `${Math.round(waitMs / 10) / 100}s`}. Visit https://platform.openai.com/account/rate-limits to learn more.`,
			type: 'input-images',
			param: null,
			code: 'rate_limit_exceeded',
		},
		{
			'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))),
			'retry-after-ms': String(waitMs),
			...headers,
		},
	);

const serverError = () =>
	new ApiError(500, {
		message:
			'The server had an error while processing your request. Sorry about that! You can retry your request, or contact us through our help center at help.openai.com if the error persists.',
		type: 'server_error',
		param: null,
		code: null,
	});

module.exports = {
	ApiError,
	arrayTooLong,
	azureNoDeployment,
	azureWrongKey,
	badRequest,
	brokenImage,
	brokenJson,
	brokenMultipart,
	duplicateParameter,
	emptyString,
	fileTooLarge,
	imageRateLimit,
	imageUserError,
	invalidMask,
	invalidValue,
	missing,
	missingKey,
	modelGone,
	moderationBlocked,
	noImageModel,
	noInputFidelity,
	noSuchModel,
	noTransparency,
	outOfRange,
	serverError,
	stringTooLong,
	unknownParameter,
	unknownUrl,
	unreachableFile,
	unsupportedContentType,
	unsupportedFile,
	unsupportedValue,
	wrongKey,
	wrongMethod,
	wrongType,
};
