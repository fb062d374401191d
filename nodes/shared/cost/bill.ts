import { BATCH_FACTOR, type Prices } from '../models/prices';
import { nanoUsd, toUsd } from './money';

/** Tokens, or dollars, by what they are billed as. */
export interface ByKind {
	readonly textInput: number;
	readonly imageInput: number;
	readonly imageOutput: number;
	/** Only where a model writes text beside the image. */
	readonly textOutput?: number;
}

export interface Bill {
	readonly usd: number;
	readonly breakdown: ByKind;
}

/** Prices tokens: each kind is rounded to a billionth of a dollar, and the sum is exact. */
export function billOf(tokens: ByKind, prices: Prices, batch: boolean): Bill {
	const factor = batch ? BATCH_FACTOR : 1;
	const textInput = nanoUsd(tokens.textInput, prices.textInput * factor);
	const imageInput = nanoUsd(tokens.imageInput, prices.imageInput * factor);
	const imageOutput = nanoUsd(tokens.imageOutput, prices.imageOutput * factor);
	// Without a price of its own, text counts as what is dearer than it wherever both have one.
	const textOutput = nanoUsd(
		tokens.textOutput ?? 0,
		(prices.textOutput ?? prices.imageOutput) * factor,
	);
	return {
		usd: toUsd(textInput + imageInput + imageOutput + textOutput),
		breakdown: {
			textInput: toUsd(textInput),
			imageInput: toUsd(imageInput),
			imageOutput: toUsd(imageOutput),
			...(tokens.textOutput && { textOutput: toUsd(textOutput) }),
		},
	};
}
