import { findModel, IMAGE_MODELS, type ImageModel } from '../models/models';
import { findPrices, type Prices } from '../models/prices';

/** What a builder sets for a model: prices in USD per million tokens, and the model it is. */
export interface PriceOverride extends Partial<Prices> {
	/** Counted, and where no price is given, priced like this model. */
	readonly sameAs?: string;
}

/** The `pricing` parameter, checked. */
export interface Pricing {
	/** For every model. */
	readonly any?: PriceOverride;
	/** For one model id or deployment name. */
	readonly byModel: ReadonlyMap<string, PriceOverride>;
}

const PRICE_KEYS = ['textInput', 'imageInput', 'imageOutput', 'textOutput'] as const;
const KEYS: readonly string[] = [...PRICE_KEYS, 'sameAs'];
const MAX_PRICE = 1_000_000;

type ParsedPricing = { readonly pricing: Pricing } | { readonly problem: string };

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function problemOf(entries: ReadonlyArray<[string, unknown]>): string | undefined {
	for (const [key, value] of entries) {
		if (!KEYS.includes(key)) return `has the unknown key '${key}'; it takes ${KEYS.join(', ')}`;
		if (key === 'sameAs') {
			if (typeof value !== 'string' || !findModel(value))
				return `has the unknown model ${JSON.stringify(value)} in 'sameAs'; use one of ${IMAGE_MODELS.map(({ id }) => id).join(', ')}`;
		} else if (typeof value !== 'number' || !(value >= 0 && value <= MAX_PRICE)) {
			return `has ${JSON.stringify(value)} for '${key}'; use USD per million tokens, a number from 0 to ${MAX_PRICE.toLocaleString('en-US')}`;
		}
	}
	return undefined;
}

/**
 * Reads the `pricing` parameter: `{ "imageOutput": 27 }` for every model, or
 * `{ "my-deployment": { "sameAs": "gpt-image-2", "imageOutput": 27 } }` for each by its name.
 * @param value an object, or its JSON; empty for none
 * @returns `problem`: the second half of a sentence that begins with the parameter's name
 */
export function parsePricing(value: unknown): ParsedPricing {
	if (value === undefined || value === null || value === '')
		return { pricing: { byModel: new Map() } };
	const object = typeof value === 'string' ? parseJson(value) : value;
	if (!isObject(object))
		return { problem: 'must be a JSON object, such as {"textInput": 5, "imageOutput": 30}' };

	const entries = Object.entries(object);
	if (!entries.some(([, entry]) => isObject(entry))) {
		const problem = problemOf(entries);
		return problem ? { problem } : { pricing: { any: object, byModel: new Map() } };
	}
	const byModel = new Map<string, PriceOverride>();
	for (const [model, entry] of entries) {
		if (!isObject(entry))
			return { problem: `mixes prices and models: '${model}' needs an object of its own` };
		const problem = problemOf(Object.entries(entry));
		if (problem) return { problem: `for '${model}' ${problem}` };
		byModel.set(model, entry);
	}
	return { pricing: { byModel } };
}

/** A model with what its tokens cost. */
export interface PricedModel {
	readonly model: ImageModel;
	/** USD per million tokens. */
	readonly prices: Prices;
	/** In words, with the date. */
	readonly source: string;
}

export interface Priced {
	/** One where it is known which model it is, else all that it could be. */
	readonly candidates: readonly PricedModel[];
	/** Whether it is known which model it is. */
	readonly modelKnown: boolean;
	/** Whether every price is known. */
	readonly pricesKnown: boolean;
}

/** The rules and prices of a model id; of every model where the id says nothing. */
export function priceModel(modelId: string, pricing?: Pricing): Priced {
	const { sameAs, ...override } =
		pricing?.byModel.get(modelId) ??
		pricing?.byModel.get(findModel(modelId)?.id ?? '') ??
		pricing?.any ??
		({} as PriceOverride);
	const found = findModel(sameAs ?? modelId);
	const given = PRICE_KEYS.filter((key) => override[key] !== undefined);
	const complete = PRICE_KEYS.every((key) => key === 'textOutput' || given.includes(key));

	const candidates = (found ? [found] : IMAGE_MODELS).flatMap((model) => {
		const list = findPrices(model.id);
		if (!list) return [];
		const listed = found
			? `${list.source}, ${list.date}`
			: `the dearest known price, as none is known for '${modelId}'`;
		const source = complete
			? "the 'pricing' parameter"
			: given.length
				? `the 'pricing' parameter for ${given.join(', ')}; else ${listed}`
				: listed;
		return [{ model, prices: { ...list.prices, ...override }, source }];
	});
	return { candidates, modelKnown: found !== undefined, pricesKnown: !!found || complete };
}
