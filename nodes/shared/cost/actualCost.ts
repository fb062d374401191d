import type { ImagesResponse } from 'openai/resources/images';
import type { Prices } from '../models/prices';
import { billOf, type ByKind } from './bill';
import { estimateRequest, type CostRequest } from './estimate';
import { priceModel } from './pricing';

/** What the API says was used. Servers that imitate it may leave out any part. */
export type Usage = {
	readonly [Key in keyof ImagesResponse.Usage]?: Partial<ImagesResponse.Usage[Key]> | null;
};

/** What a request cost, in USD. */
export interface RequestCost {
	readonly requestUsd: number;
	readonly breakdown: ByKind;
	/** Where the prices are from, and their date; tells an estimate from a bill. */
	readonly priceSource: string;
	/** True where reported tokens meet known prices. */
	readonly exact: boolean;
	/** Why it is not exact; empty where it is. */
	readonly notes: readonly string[];
}

const tokens = (value: unknown) =>
	typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

/**
 * Divides tokens into those of text and of images. What the details leave open counts as images,
 * the dearer of the two, unless there are none.
 */
function divide(
	total: number,
	details: { readonly text_tokens?: unknown; readonly image_tokens?: unknown },
	open: 'text' | 'image',
) {
	const text = tokens(details.text_tokens);
	const image = tokens(details.image_tokens);
	const rest = Math.max(0, total - (text ?? 0) - (image ?? 0));
	const restIsText = open === 'text' || (text === undefined && image !== undefined);
	return {
		text: (text ?? 0) + (restIsText ? rest : 0),
		image: (image ?? 0) + (restIsText ? 0 : rest),
		guessed: text === undefined && image === undefined && open === 'image',
	};
}

interface Reported {
	readonly tokens: ByKind;
	readonly notes: readonly string[];
}

/** Reads reported tokens; `undefined` where they cannot be: no image is made of no tokens. */
function readUsage(usage: Usage, hasInputImages: boolean, writesText: boolean) {
	const total = tokens(usage.total_tokens);
	const known = { input: tokens(usage.input_tokens), output: tokens(usage.output_tokens) };
	const input = known.input ?? (total ?? NaN) - (known.output ?? NaN);
	const output = known.output ?? (total ?? NaN) - (known.input ?? NaN);
	if (!(input >= 0) || !(output > 0)) return undefined;

	const inputs = divide(input, usage.input_tokens_details ?? {}, hasInputImages ? 'image' : 'text');
	const outputs = divide(output, usage.output_tokens_details ?? {}, 'image');
	const notes: string[] = [];
	if (inputs.guessed)
		notes.push('The answer does not divide the input tokens; all are priced as images');
	if (outputs.guessed && writesText)
		notes.push('The answer does not divide the output tokens; all are priced as images');
	const reported: Reported = {
		tokens: {
			textInput: inputs.text,
			imageInput: inputs.image,
			imageOutput: outputs.image,
			...(outputs.text && { textOutput: outputs.text }),
		},
		notes,
	};
	return reported;
}

/**
 * What a request cost, from the tokens its answer reports. Without a report that can be used it is
 * the estimate of the request, and says so; without a known price, the dearest known price counts.
 * @param usage of the answer to the whole request
 * @param request as it was sent; size and quality matter only without usage
 */
export function actualCost(usage: Usage | null | undefined, request: CostRequest): RequestCost {
	const { candidates, pricesKnown } = priceModel(request.model, request.pricing);
	const hasInputImages = request.operation === 'edit';
	const writesText = candidates.some(({ model }) => model.billsTextOutput);
	const reported = usage && readUsage(usage, hasInputImages, writesText);
	if (!reported) {
		const { usd, breakdown, priceSource, notes } = estimateRequest(request);
		const why = 'The answer reports no tokens; the cost is an estimate';
		return {
			requestUsd: usd,
			breakdown,
			priceSource: `estimate by ${priceSource}`,
			exact: false,
			notes: [why, ...notes],
		};
	}
	const bill = (prices: Prices) => billOf(reported.tokens, prices, request.batch ?? false);
	const bills = candidates.map(({ prices, source }) => ({ ...bill(prices), source }));
	const dearest = bills.reduce((a, b) => (b.usd > a.usd ? b : a));
	const notes = pricesKnown
		? reported.notes
		: [
				...reported.notes,
				`No price is known for the model '${request.model}'; set 'Pricing' to get the real cost`,
			];
	return {
		requestUsd: dearest.usd,
		breakdown: dearest.breakdown,
		priceSource: request.batch ? `${dearest.source}; half for batch` : dearest.source,
		exact: notes.length === 0,
		notes,
	};
}
