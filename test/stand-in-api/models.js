/**
 * What each model accepts. Sources: the type declarations of the openai package (7.55.0),
 * OpenAI's image generation guide, API reference and deprecations page; state of November 2026.
 */

/** @typedef {'gpt-image-1' | 'gpt-image-2' | 'gpt-image-2.5' | 'gpt-image-2.6'} TokenFamily */

/**
 * @typedef {object} Capabilities
 * @property {TokenFamily} tokens which table of token counts it follows
 * @property {readonly string[]} qualities without `auto`
 * @property {string} autoQuality what `auto` becomes
 * @property {string} autoSize what `auto` becomes without input images
 * @property {boolean} anySize takes any WxH within the rules, not only the three presets
 * @property {boolean} transparent
 * @property {readonly string[]} inputFidelity values taken; none: the parameter is refused
 * @property {boolean} markup takes a markup overlay on edits
 */

/**
 * @typedef {object} Model
 * @property {string} id
 * @property {string} created YYYY-MM-DD
 * @property {string | null} shutdownDate YYYY-MM-DD, or null if none is announced
 * @property {Capabilities} [image] none: a text model
 */

/**
 * A model as GET /v1/models lists it. `behavesAs` names the image model whose rules a model of
 * another name follows (an Azure deployment, a compatible server's own name); it is not sent.
 *
 * @typedef {object} ListedModel
 * @property {string} id
 * @property {number} [created] unix seconds
 * @property {string} [owned_by]
 * @property {string | null} [shutdown_date] YYYY-MM-DD
 * @property {string} [behavesAs]
 */

const PRESET_SIZES = ['1024x1024', '1536x1024', '1024x1536'];

/** @type {Capabilities} */
const image2 = {
	tokens: 'gpt-image-2',
	qualities: ['low', 'medium', 'high'],
	// Measured, July and September 2026.
	autoQuality: 'low',
	autoSize: '1122x1402',
	anySize: true,
	// A preview that an account may lack: option `transparentPreview`.
	transparent: true,
	inputFidelity: [],
	markup: false,
};

/** @type {Capabilities} */
const image25 = {
	...image2,
	tokens: 'gpt-image-2.5',
	qualities: ['low', 'medium', 'high', 'xhigh', 'max'],
	autoQuality: 'medium',
	autoSize: '1254x1254',
	markup: true,
};

/** @type {Capabilities} */
const image26 = { ...image25, tokens: 'gpt-image-2.6', autoQuality: 'high' };

/** @type {Capabilities} */
const image15 = {
	tokens: 'gpt-image-1',
	qualities: ['low', 'medium', 'high'],
	autoQuality: 'high',
	autoSize: '1024x1024',
	anySize: false,
	transparent: true,
	inputFidelity: ['high', 'low'],
	markup: false,
};

/** @type {Capabilities} */
const mini = { ...image15, autoQuality: 'medium', inputFidelity: ['low'] };

/** @type {readonly Model[]} */
const MODELS = [
	{ id: 'gpt-image-2.6-sunburst', created: '2026-11-04', shutdownDate: null, image: image26 },
	{ id: 'gpt-image-2.6-flare', created: '2026-11-04', shutdownDate: null, image: image26 },
	{ id: 'gpt-image-2.5-sunburst', created: '2026-09-08', shutdownDate: null, image: image25 },
	{
		id: 'gpt-image-2.5-sunburst-2026-09-08',
		created: '2026-09-08',
		shutdownDate: null,
		image: image25,
	},
	{ id: 'gpt-image-2.5-flare', created: '2026-09-08', shutdownDate: null, image: image25 },
	{
		id: 'gpt-image-2.5-flare-2026-09-08',
		created: '2026-09-08',
		shutdownDate: null,
		image: image25,
	},
	{ id: 'gpt-image-2', created: '2026-04-21', shutdownDate: null, image: image2 },
	{ id: 'gpt-image-2-2026-04-21', created: '2026-04-21', shutdownDate: null, image: image2 },
	{ id: 'gpt-image-1.5', created: '2025-12-16', shutdownDate: '2026-12-01', image: image15 },
	{
		id: 'gpt-image-1.5-2025-12-16',
		created: '2025-12-16',
		shutdownDate: '2026-12-01',
		image: image15,
	},
	{
		id: 'chatgpt-image-latest',
		created: '2025-12-16',
		shutdownDate: '2026-12-01',
		image: image15,
	},
	{ id: 'gpt-image-1-mini', created: '2025-10-06', shutdownDate: '2026-12-01', image: mini },
	{ id: 'gpt-5.5', created: '2026-04-23', shutdownDate: null },
	{ id: 'gpt-4o-mini', created: '2024-07-16', shutdownDate: null },
	{ id: 'text-embedding-3-small', created: '2024-01-22', shutdownDate: null },
	{ id: 'whisper-1', created: '2023-02-27', shutdownDate: null },
];

/** Shut down on 2026-10-23 and 2026-05-12 (openai 7.55.0, `ImageModel`). */
const GONE_MODELS = ['gpt-image-1', 'dall-e-2', 'dall-e-3'];

/** @type {readonly ListedModel[]} */
const LISTED_MODELS = MODELS.map(({ id, created, shutdownDate }) => ({
	id,
	created: Date.parse(created) / 1000,
	owned_by: 'system',
	shutdown_date: shutdownDate,
}));

/**
 * @param {string} id
 * @returns {Model | undefined}
 */
const knownModel = (id) => MODELS.find((model) => model.id === id);

/**
 * As GET /v1/models answers it.
 *
 * @param {ListedModel} model
 */
const modelAnswer = ({ id, created = 0, owned_by = 'system', shutdown_date = null }) => ({
	id,
	object: 'model',
	created,
	owned_by,
	shutdown_date,
});

module.exports = { GONE_MODELS, LISTED_MODELS, PRESET_SIZES, image2, knownModel, modelAnswer };
