import type { Size } from '../models/sizes';
import { billOf, type ByKind } from './bill';
import { inputImageTokens, type InputFidelity } from './inputImageTokens';
import { outputTokens } from './outputTokens';
import { priceModel, type PricedModel, type Pricing } from './pricing';
import { countTokens, textTokens, writtenTextTokens } from './textTokens';
import { sumOf, times } from './tokenCount';

/** A request for images, as far as its cost depends on it. */
export interface CostRequest {
	/** Model id, or an Azure deployment's name. */
	readonly model: string;
	readonly operation: 'generate' | 'edit';
	readonly prompt: string;
	/** `WIDTHxHEIGHT` in pixels, or `auto`. */
	readonly size: string;
	readonly quality: string;
	/** Images asked for. */
	readonly n: number;
	/** Pixels of each input image of an edit, without the mask; undefined where they are not known. */
	readonly inputImages?: ReadonlyArray<Size | undefined>;
	/** Undefined where it is not known; the API's own default is low. */
	readonly inputFidelity?: InputFidelity;
	/** Sent through the Batch API, at half price. */
	readonly batch?: boolean;
	readonly pricing?: Pricing;
}

/** What a request will cost, in USD. */
export interface Estimate {
	/** The bill where it is known exactly, else the most it can be: the same as `usdMax`. */
	readonly usd: number;
	readonly usdMin: number;
	readonly usdMax: number;
	/** True where every part follows a formula that matches real bills. */
	readonly exact: boolean;
	/** False where the name says nothing of the model: then even `usdMax` may be too low. */
	readonly modelKnown: boolean;
	/** Behind `usd`. */
	readonly tokens: ByKind;
	/** Dollars behind `usd`. */
	readonly breakdown: ByKind;
	/** Where the prices are from, and their date. */
	readonly priceSource: string;
	/** Why it is not exact; empty where it is. */
	readonly notes: readonly string[];
}

const UNKNOWN_IMAGE = [undefined];

function estimateAs(
	{ model, prices, source }: PricedModel,
	request: CostRequest,
	promptTokens: number,
): Estimate {
	const { operation, size, quality, n, inputImages = [], inputFidelity, batch = false } = request;
	const inputs = operation === 'generate' ? [] : inputImages.length ? inputImages : UNKNOWN_IMAGE;
	const counts = {
		textInput: times(n, textTokens(model, promptTokens, inputs.length)),
		imageInput: times(
			n,
			sumOf(inputs.map((input) => inputImageTokens(model, input, inputFidelity))),
		),
		imageOutput: outputTokens(model, size, quality, n),
		textOutput: times(n, writtenTextTokens(model)),
	};
	const tokensAt = (end: 'min' | 'max'): ByKind => ({
		textInput: counts.textInput[end],
		imageInput: counts.imageInput[end],
		imageOutput: counts.imageOutput[end],
		...(counts.textOutput.max && { textOutput: counts.textOutput[end] }),
	});
	const least = billOf(tokensAt('min'), prices, batch);
	const most = billOf(tokensAt('max'), prices, batch);
	const reasons = new Set(Object.values(counts).flatMap(({ notes }) => notes));
	return {
		usd: most.usd,
		usdMin: least.usd,
		usdMax: most.usd,
		exact: reasons.size === 0,
		modelKnown: true,
		tokens: tokensAt('max'),
		breakdown: most.breakdown,
		priceSource: batch ? `${source}; half for batch` : source,
		notes: reasons.size ? [...reasons, "'usd' is the most it can be"] : [],
	};
}

/**
 * What a request will cost. Never throws and never gives nothing: where something is not known,
 * `usd` is the most it can be, because n8n's IF node takes an empty number for 0 and would let the
 * row pass a limit. A name that says nothing of the model counts as the dearest known model would.
 */
export function estimateRequest(request: CostRequest): Estimate {
	const { candidates, modelKnown } = priceModel(request.model, request.pricing);
	const promptTokens = countTokens(request.prompt);
	const estimates = candidates.map((candidate) => estimateAs(candidate, request, promptTokens));
	const dearest = estimates.reduce((a, b) => (b.usdMax > a.usdMax ? b : a));
	if (modelKnown) return dearest;
	return {
		...dearest,
		usdMin: Math.min(...estimates.map(({ usdMin }) => usdMin)),
		exact: false,
		modelKnown,
		notes: [
			`Nothing is known of the model '${request.model}': the range is that of all OpenAI image models, and no limit can be promised. If it is one of them under another name, set 'Pricing' to {"sameAs": "gpt-image-2"}, with the right name.`,
		],
	};
}
