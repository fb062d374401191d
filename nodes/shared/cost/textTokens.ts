import type { ImageModel } from '../models/models';
import { tokenCounter } from './bytePairs';
import { between, exactly, type TokenCount } from './tokenCount';

/** What the API adds to the prompt; seven of eight measurements, the eighth had one more. */
const OVERHEAD = 6;

/** The most that is allowed for, for a request and each input image, where nothing is measured. */
const UNKNOWN_OVERHEAD = 32;

/** Tokens of text beside an image; 341 to 856 have been seen. */
const MAX_WRITTEN_TEXT = 1500;

let counter: ((text: string) => number) | undefined;

/** Reads the vocabulary, two megabytes, on first use only. */
function loadCounter() {
	const { pieces, lengths, bytes } = module.require('./o200k') as typeof import('./o200k');
	return tokenCounter({
		pieces: new RegExp(pieces, 'gu'),
		lengths: Buffer.from(lengths, 'base64'),
		bytes: Buffer.from(bytes, 'base64'),
	});
}

/** Tokens of a text in the vocabulary o200k_base. */
export function countTokens(text: string): number {
	counter ??= loadCounter();
	return counter(text);
}

/**
 * Text tokens of one request for one image: the prompt in o200k_base, and what the API adds.
 * Measured on gpt-image-2 and 2.5 in September 2026; OpenAI names neither tokenizer nor addition.
 * @param promptTokens see `countTokens`
 * @param inputImages how many
 */
export function textTokens(
	model: ImageModel,
	promptTokens: number,
	inputImages: number,
): TokenCount {
	if (model.textTokens === 'measured')
		return exactly(promptTokens + OVERHEAD + model.textTokensPerInputImage * inputImages);
	return between(
		promptTokens,
		promptTokens + UNKNOWN_OVERHEAD * (1 + inputImages),
		`Text: what the API adds to the prompt is not known for ${model.id}; allowed for ${UNKNOWN_OVERHEAD * (1 + inputImages)} tokens`,
	);
}

/** Text tokens that a model writes beside one image: nobody can foretell how many. */
export function writtenTextTokens({ id, billsTextOutput }: ImageModel): TokenCount {
	if (!billsTextOutput) return exactly(0);
	return between(
		0,
		MAX_WRITTEN_TEXT,
		`${id} also writes text that is billed, how much is not known; allowed for ${MAX_WRITTEN_TEXT} tokens an image`,
	);
}
