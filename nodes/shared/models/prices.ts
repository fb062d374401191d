import { findModel } from './models';

/** What tokens cost, in USD per million. */
export interface Prices {
	readonly textInput: number;
	readonly imageInput: number;
	readonly imageOutput: number;
	/** Only for models that write text beside the image. */
	readonly textOutput?: number;
}

/** Where prices come from and on which day (`YYYY-MM-DD`) they were read there. */
export interface PriceList {
	readonly models: readonly string[];
	readonly prices: Prices;
	readonly source: string;
	readonly date: string;
}

const OPENAI = 'developers.openai.com/api/docs/pricing';

/**
 * The standard prices. When one changes, change its number and date here; nothing else needs to
 * know. The discount for cached input is not listed: the Images API does not give it.
 */
export const PRICE_LISTS: readonly PriceList[] = [
	{
		models: ['gpt-image-2', 'gpt-image-2.5-sunburst', 'gpt-image-2.5-flare'],
		prices: { textInput: 5, imageInput: 8, imageOutput: 30 },
		source: OPENAI,
		date: '2026-10-06',
	},
	{
		models: ['gpt-image-2.6-sunburst', 'gpt-image-2.6-flare'],
		prices: { textInput: 5, imageInput: 8, imageOutput: 30 },
		source: 'resellers (apidog, apiyi)',
		date: '2026-11-20',
	},
	{
		models: ['gpt-image-1.5', 'chatgpt-image-latest'],
		prices: { textInput: 5, imageInput: 8, imageOutput: 32, textOutput: 10 },
		source: OPENAI,
		date: '2026-09-05',
	},
	{
		models: ['gpt-image-1-mini'],
		prices: { textInput: 2, imageInput: 2.5, imageOutput: 8 },
		source: 'github.com/pydantic/genai-prices',
		date: '2026-09-23',
	},
	{
		models: ['gpt-image-1'],
		prices: { textInput: 5, imageInput: 10, imageOutput: 40 },
		source: 'github.com/pydantic/genai-prices',
		date: '2026-09-23',
	},
];

/** The Batch API costs half of everything (OpenAI batch guide). */
export const BATCH_FACTOR = 0.5;

/** The prices of a model or one of its dated snapshots; `undefined` for any other name. */
export function findPrices(modelId: string): PriceList | undefined {
	const family = findModel(modelId)?.id;
	return PRICE_LISTS.find(({ models }) => family !== undefined && models.includes(family));
}
