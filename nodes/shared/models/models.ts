import type { ImageGenerateParams } from 'openai/resources/images';

/** `auto` and the steps above it, as the API spells them. */
export type Quality = Exclude<NonNullable<ImageGenerateParams['quality']>, 'standard' | 'hd'>;

/** Pixels and edges a model accepts when it takes any `WIDTHxHEIGHT`. */
export interface SizeGrid {
	/** Both edges are a multiple of this many pixels. */
	readonly multiple: number;
	/** Longest edge in pixels. */
	readonly maxEdge: number;
	/** Fewest and most pixels in the whole image. */
	readonly minPixels: number;
	readonly maxPixels: number;
	/** Long edge divided by short edge, at most. */
	readonly maxRatio: number;
	/** More pixels than this are experimental, by OpenAI's guide. */
	readonly experimentalAbovePixels: number;
}

/**
 * Output image tokens: by formula (`base` per quality), by table, or not published: then the
 * lowest and highest `base` that measurements leave room for.
 */
export type OutputTokens =
	| { readonly kind: 'formula'; readonly base: Readonly<Partial<Record<Quality, number>>> }
	| {
			readonly kind: 'table';
			readonly bySize: Readonly<Record<string, Readonly<Partial<Record<Quality, number>>>>>;
	  }
	| {
			readonly kind: 'unpublished';
			readonly base: Readonly<Partial<Record<Quality, readonly [min: number, max: number]>>>;
	  };

/** What one family of models accepts. A family is an id and its dated snapshots. */
export interface ImageModel {
	readonly id: string;
	/** Any size on a grid, or a fixed list of `WIDTHxHEIGHT`. */
	readonly sizes: SizeGrid | readonly string[];
	readonly qualities: readonly Quality[];
	/** `preview`: documented, but OpenAI refuses it for many accounts. */
	readonly transparentBackground: 'yes' | 'preview';
	/** Values of `input_fidelity`; empty where the API refuses the field. */
	readonly inputFidelity: ReadonlyArray<'low' | 'high'>;
	readonly outputTokens: OutputTokens;
	/** How input images become tokens: 32-pixel patches, 512-pixel tiles, or not known. */
	readonly inputImageTokens: 'patches' | 'tiles' | 'unpublished';
	/** Whether what the API adds to the prompt's tokens is known from real bills. */
	readonly textTokens: 'measured' | 'unpublished';
	/** Text tokens that each input image adds to the prompt's. */
	readonly textTokensPerInputImage: number;
	/** Some text may come back and be billed beside the image; nobody can foretell how much. */
	readonly billsTextOutput: boolean;
	/** `YYYY-MM-DD`, the day OpenAI shuts it down. */
	readonly shutdownDate?: string;
	/** What OpenAI names as its replacement. */
	readonly successor?: string;
}

/** Sources: OpenAI image generation guide; `openai` 7.55 types; the API's own error texts. */
const ANY_SIZE: SizeGrid = {
	multiple: 16,
	maxEdge: 3840,
	minPixels: 655_360,
	maxPixels: 8_294_400,
	maxRatio: 3,
	experimentalAbovePixels: 2560 * 1440,
};

const THREE_SIZES = ['1024x1024', '1536x1024', '1024x1536'] as const;

const UP_TO_HIGH: readonly Quality[] = ['auto', 'low', 'medium', 'high'];
const UP_TO_MAX: readonly Quality[] = [...UP_TO_HIGH, 'xhigh', 'max'];

/** OpenAI image generation guide, table of tokens per quality and size. */
const GUIDE_TABLE: OutputTokens = {
	kind: 'table',
	bySize: {
		'1024x1024': { low: 272, medium: 1056, high: 4160 },
		'1024x1536': { low: 408, medium: 1584, high: 6240 },
		'1536x1024': { low: 400, medium: 1568, high: 6208 },
	},
};

/** Base numbers of OpenAI's own image token calculator (image generation guide, 2026). */
const GPT_IMAGE_2_TOKENS: OutputTokens = {
	kind: 'formula',
	base: { low: 16, medium: 48, high: 96 },
};
const GPT_IMAGE_2_5_TOKENS: OutputTokens = {
	kind: 'formula',
	base: { low: 16, medium: 24, high: 48, xhigh: 64, max: 96 },
};

/**
 * OpenAI publishes nothing. Third parties measured 3 to 4 times the tokens of 2.5 at low and
 * medium, about as many from high on (November 2026); tokens grow with the square of the base.
 */
const GPT_IMAGE_2_6_TOKENS: OutputTokens = {
	kind: 'unpublished',
	base: { low: [12, 40], medium: [18, 60], high: [40, 64], xhigh: [48, 96], max: [72, 120] },
};

const GPT_IMAGE_2: Omit<ImageModel, 'id'> = {
	sizes: ANY_SIZE,
	qualities: UP_TO_HIGH,
	transparentBackground: 'preview',
	inputFidelity: [],
	outputTokens: GPT_IMAGE_2_TOKENS,
	inputImageTokens: 'patches',
	textTokens: 'measured',
	textTokensPerInputImage: 0,
	billsTextOutput: false,
};

const GPT_IMAGE_2_5: Omit<ImageModel, 'id'> = {
	...GPT_IMAGE_2,
	qualities: UP_TO_MAX,
	transparentBackground: 'yes',
	outputTokens: GPT_IMAGE_2_5_TOKENS,
	textTokensPerInputImage: 10,
};

const GPT_IMAGE_2_6: Omit<ImageModel, 'id'> = {
	...GPT_IMAGE_2_5,
	outputTokens: GPT_IMAGE_2_6_TOKENS,
	inputImageTokens: 'unpublished',
	textTokens: 'unpublished',
};

const GPT_IMAGE_1_5: Omit<ImageModel, 'id'> = {
	sizes: THREE_SIZES,
	qualities: UP_TO_HIGH,
	transparentBackground: 'yes',
	inputFidelity: ['low', 'high'],
	outputTokens: GUIDE_TABLE,
	inputImageTokens: 'unpublished',
	textTokens: 'unpublished',
	textTokensPerInputImage: 0,
	billsTextOutput: true,
	shutdownDate: '2026-12-01',
	successor: 'gpt-image-2.5-sunburst',
};

/**
 * Every image model OpenAI's API has or had, newest first. To add a model, add a line here
 * and its prices in `prices.ts`.
 */
export const IMAGE_MODELS: readonly ImageModel[] = [
	{ id: 'gpt-image-2.6-sunburst', ...GPT_IMAGE_2_6 },
	{ id: 'gpt-image-2.6-flare', ...GPT_IMAGE_2_6 },
	{ id: 'gpt-image-2.5-sunburst', ...GPT_IMAGE_2_5 },
	{ id: 'gpt-image-2.5-flare', ...GPT_IMAGE_2_5 },
	{ id: 'gpt-image-2', ...GPT_IMAGE_2 },
	{ id: 'gpt-image-1.5', ...GPT_IMAGE_1_5 },
	{ id: 'chatgpt-image-latest', ...GPT_IMAGE_1_5 },
	{
		id: 'gpt-image-1-mini',
		...GPT_IMAGE_1_5,
		inputFidelity: ['low'],
		billsTextOutput: false,
		successor: 'gpt-image-2.5-flare',
	},
	{
		id: 'gpt-image-1',
		...GPT_IMAGE_1_5,
		inputImageTokens: 'tiles',
		billsTextOutput: false,
		shutdownDate: '2026-10-23',
	},
];

/** What the nodes use unless told otherwise. */
export const DEFAULT_MODEL = 'gpt-image-2';

/** Retired before any model above; the API knows them no more. */
const RETIRED = /^dall-e-[23]$/;

const SNAPSHOT_DATE = /-\d{4}-\d{2}-\d{2}$/;

/**
 * The model behind an id or one of its dated snapshots. `undefined` for anything else, such as
 * an Azure deployment's name: nothing is known of it, so nothing is refused for it.
 */
export function findModel(id: string): ImageModel | undefined {
	const family = id.replace(SNAPSHOT_DATE, '');
	return IMAGE_MODELS.find((model) => model.id === family);
}

/** True for ids that make images, as `GET /models` lists them. */
export function isImageModelId(id: string): boolean {
	return /^(gpt-image-|chatgpt-image-)/.test(id);
}

/** When the model was shut down and what replaces it; `undefined` while it is to be had. */
export function shutdownOf(
	id: string,
	today: Date,
): { readonly date: string; readonly successor: string } | undefined {
	if (RETIRED.test(id)) return { date: '2026-05-12', successor: 'gpt-image-2' };
	const { shutdownDate: date, successor } = findModel(id) ?? {};
	if (!date || !successor || today < new Date(date)) return undefined;
	return { date, successor };
}
