/** Reads a request's body: JSON or a multipart form. */
const { Busboy } = require('@fastify/busboy');
const errors = require('./errors');

/** @typedef {import('node:http').IncomingHttpHeaders} Headers */
/** @typedef {{ field: string, fileName: string, contentType: string, bytes: Buffer }} FormFile */
/** @typedef {{ fields: Record<string, string[]>, files: FormFile[] }} Form */

/**
 * @typedef {object} Body
 * @property {unknown} [json]
 * @property {Form} [form]
 * @property {errors.ApiError} [broken] why it is neither, though its content type says so
 */

/**
 * @param {Headers} headers
 * @param {Buffer} body
 * @returns {Promise<Body>} empty if the body is neither
 */
async function parseBody(headers, body) {
	const type = mediaType(headers);
	try {
		if (type === 'application/json') return { json: JSON.parse(body.toString()) };
		if (type === 'multipart/form-data') return { form: await parseForm(headers, body) };
		return {};
	} catch {
		const isJson = type === 'application/json';
		return { broken: isJson ? errors.brokenJson() : errors.brokenMultipart() };
	}
}

/** @param {Headers} headers */
const mediaType = (headers) => (headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();

/**
 * @param {Headers} headers
 * @param {Buffer} body
 * @returns {Promise<Form>}
 */
function parseForm(headers, body) {
	/** @type {Form} */
	const form = { fields: {}, files: [] };
	return new Promise((resolve, reject) => {
		const parser = new Busboy({
			headers: { ...headers, 'content-type': headers['content-type'] ?? '' },
			limits: { fieldSize: Infinity },
		});
		parser.on('field', (name, value) => (form.fields[name] ??= []).push(value));
		parser.on('file', (field, stream, fileName, _encoding, contentType) => {
			const file = { field, fileName, contentType, bytes: Buffer.alloc(0) };
			form.files.push(file);
			/** @type {Buffer[]} */
			const parts = [];
			stream.on('data', (part) => parts.push(part));
			stream.on('end', () => (file.bytes = Buffer.concat(parts)));
		});
		parser.on('finish', () => resolve(form));
		parser.on('error', reject);
		parser.end(body);
	});
}

module.exports = { mediaType, parseBody };
