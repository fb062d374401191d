import ranks from 'gpt-tokenizer/cjs/bpeRanks/o200k_base';
import { O200K_TOKEN_SPLIT_REGEX } from 'gpt-tokenizer/cjs/encodingParams/constants';

/*
 * The vocabulary o200k_base, as strings. The package ships without `gpt-tokenizer`: the build
 * runs this module and writes the strings in its place (gulpfile, `tokenizer`).
 */

const tokens = Array.from(ranks, (token) => Buffer.from(token ?? ''));

/** Pattern of the pieces of text that tokens never cross; flags `gu`. */
export const pieces = O200K_TOKEN_SPLIT_REGEX.source;

/** Base64: one byte for each token, its length in bytes. */
export const lengths = Buffer.from(tokens.map((token) => token.length)).toString('base64');

/** Base64: the bytes of all tokens in the order of their ranks. */
export const bytes = Buffer.concat(tokens).toString('base64');
