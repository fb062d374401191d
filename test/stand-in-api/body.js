/** Reads a request's body: JSON or a multipart form. */
const { Busboy } = require('@fastify/busboy');
const errors = require('./errors');

/** @typedef {import('node:http').IncomingHttpHeaders} Headers */
/** @typedef {{ field: string, fileName: string, contentType: string, bytes: Buffer }} FormFile */
/** @typedef {{ fields: Record<string, string[]>, files: FormFile[] }} Form */
/** @typedef {{ json?: unknown, form?: Form }} Body */

/**
 * @param {Headers} headers
 * @param {Buffer} body
 * @returns {Promise<Body>} empty if the body is neither
 */
async function parseBody(headers, body) {
	const type = mediaType(headers);
	if (type === 'application/json') return { json: parseJson(body) };
	if (type === 'multipart/form-data') return { form: await parseForm(headers, body) };
	return {};
}

/** @param {Headers} headers */
const mediaType = (headers) => (headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();

/** @param {Buffer} body */
function parseJson(body) {
	try {
		return JSON.parse(body.toString());
	} catch {
		throw errors.brokenJson();
	}
}

/**
 * @param {Headers} headers
 * @param {Buffer} body
 * @returns {Promise<Form>}
 */
function parseForm(headers, body) {
	/** @type {Form} */
	const form = { fields: {}, files: [] };
	return new Promise((resolve, reject) => {
		const broken = () => reject(errors.brokenMultipart());
		try {
			const parser = new Busboy({
				headers: { ...headers, 'content-type': headers['content-type'] ?? '' },
				limits: { fieldSize: Infinity },
			});
			parser.on('field', (name, value) => (form.fields[name] ??= []).push(value));
			parser.on('file', (field, stream, fileName, _encoding, contentType) => {
				/** @type {Buffer[]} */
				const parts = [];
				stream.on('data', (part) => parts.push(part));
				stream.on('end', () =>
					form.files.push({ field, fileName, contentType, bytes: Buffer.concat(parts) }),
				);
			});
			parser.on('finish', () => resolve(form));
			parser.on('error', broken);
			parser.end(body);
		} catch {
			broken();
		}
	});
}

module.exports = { mediaType, parseBody };
