/** What each path answers when nothing goes wrong on the way. */
const errors = require('./errors');
const { drawImage, drawPlainImage } = require('./draw');
const { modelAnswer } = require('./models');
const { usageOf } = require('./tokens');
const { readEdit, readGeneration } = require('./validate');

/** @typedef {import('./server').LoggedRequest} LoggedRequest */
/** @typedef {import('./validate').Account} Account */
/** @typedef {import('./validate').Order} Order */

/**
 * @param {LoggedRequest} request
 * @param {Account} account
 * @returns {Promise<{ order: Order } | { body: object }>} images to be made, or an answer at once
 */
async function route(request, account) {
	authorize(request, account);
	// Azure serves the same paths under /openai.
	const path = request.path.replace(/^\/openai(?=\/v1\/)/, '');
	const [, model] = /^\/v1\/models\/(.+)$/.exec(path) ?? [];
	switch (model ? '/v1/models/:id' : path) {
		case '/v1/images/generations':
			expectMethod(request, 'POST');
			return { order: await readGeneration(request, account) };
		case '/v1/images/edits':
			expectMethod(request, 'POST');
			return { order: await readEdit(request, account) };
		case '/v1/models':
			expectMethod(request, 'GET');
			return { body: { object: 'list', data: account.models.map(modelAnswer) } };
		case '/v1/models/:id':
			expectMethod(request, 'GET');
			return { body: modelAnswer(findModel(decodeURIComponent(model), account)) };
		default:
			throw errors.unknownUrl(request.method, path);
	}
}

/**
 * @param {LoggedRequest} request
 * @param {Account} account
 */
function authorize({ headers }, { azure, apiKey }) {
	const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
	const sent = azure ? headers['api-key'] : bearer;
	if (sent && sent === (apiKey ?? sent)) return;
	if (azure) throw errors.azureWrongKey();
	throw sent ? errors.wrongKey(String(sent)) : errors.missingKey();
}

/**
 * @param {LoggedRequest} request
 * @param {string} expected
 */
function expectMethod({ method, path }, expected) {
	if (method !== expected) throw errors.wrongMethod(method, path);
}

/**
 * @param {string} id
 * @param {Account} account
 */
function findModel(id, { models }) {
	const model = models.find((one) => one.id === id);
	if (!model) throw errors.noSuchModel(id);
	return model;
}

/**
 * @param {Order} order
 * @param {{ plainImages?: boolean, usage?: boolean }} options
 */
async function imagesAnswer(order, { plainImages, usage = true }) {
	const images = [];
	for (let index = 0; index < order.n; index++) {
		images.push(await (plainImages ? drawPlainImage(order) : drawImage(order, index)));
	}
	return {
		created: Math.floor(Date.now() / 1000),
		background: order.transparent ? 'transparent' : 'opaque',
		data: images.map((image) => ({ b64_json: image.toString('base64') })),
		output_format: order.outputFormat,
		quality: order.quality,
		...(order.safetyIdentifier ? { safety_identifier: order.safetyIdentifier } : {}),
		size: `${order.size.width}x${order.size.height}`,
		...(usage ? { usage: usageOf({ ...order, family: order.image.tokens }) } : {}),
	};
}

module.exports = { imagesAnswer, route };
