import { encodeAlphaPng } from './alphaPng';
import { hasText } from './bytes';
import { describeBytes } from './describeBytes';
import type { ImageSize } from './header';
import { isTooLargeForMask } from './maskSize';
import { PNG_SIGNATURE } from './pngChunks';
import { readPngHeader } from './pngHeader';
import { visitPixels } from './pngPixels';
import type { PngDamage } from './pngPixels';

/** Why a mask would be refused by the API, or would change nothing. */
export type MaskProblem =
	/** `found` as in "the mask is a JPEG image". */
	| { readonly kind: 'notPng'; readonly found: string }
	/** `reason` as in "the mask is cut short". */
	| { readonly kind: 'damaged'; readonly reason: PngDamage }
	| { readonly kind: 'dimensions'; readonly mask: ImageSize; readonly image: ImageSize }
	| { readonly kind: 'tooManyPixels'; readonly mask: ImageSize }
	| { readonly kind: 'noAlpha' }
	/** There is an alpha channel, but no pixel of it is 0. */
	| { readonly kind: 'opaque' }
	/** Both in bytes; a mask must have fewer than `limit`. */
	| { readonly kind: 'tooLarge'; readonly bytes: number; readonly limit: number };

/** Bytes. OpenAI API reference, "Create image edit", `mask`: "less than 4MB". */
export const MASK_BYTE_LIMIT = 4 * 1024 * 1024;

/**
 * Checks a mask before it is paid for. `image` is the size of the first image
 * as a viewer shows it (`orientedSize`). `noAlpha` and `opaque` are reported of
 * otherwise sound PNGs only, so `alphaFromBlackAndWhite` can cure them; size in
 * bytes comes last because that shrinks them, too.
 */
export async function checkMask(
	bytes: Uint8Array,
	image: ImageSize,
): Promise<MaskProblem | undefined> {
	if (!hasText(bytes, 0, PNG_SIGNATURE)) return { kind: 'notPng', found: describeBytes(bytes) };
	const header = readPngHeader(bytes);
	if (!header) return { kind: 'damaged', reason: 'has no readable header' };

	const mask = { width: header.width, height: header.height };
	if (mask.width !== image.width || mask.height !== image.height) {
		return { kind: 'dimensions', mask, image: { width: image.width, height: image.height } };
	}
	if (isTooLargeForMask(mask)) return { kind: 'tooManyPixels', mask };

	let hasTransparentPixel = false;
	const damage = await visitPixels(bytes, ({ alpha }) => {
		hasTransparentPixel ||= alpha.includes(0);
	});
	if (damage) return { kind: 'damaged', reason: damage };
	if (!header.hasAlpha) return { kind: 'noAlpha' };
	if (!hasTransparentPixel) return { kind: 'opaque' };
	if (bytes.length >= MASK_BYTE_LIMIT) {
		return { kind: 'tooLarge', bytes: bytes.length, limit: MASK_BYTE_LIMIT };
	}
	return undefined;
}

/**
 * Turns a black-and-white PNG, as most tools export masks, into one that the
 * API understands. White is edited and black is kept, as in the usual tools for
 * inpainting; a gray counts as white from 50 % (128 of 255) on. Alpha that is
 * there already is ignored.
 *
 * @throws RangeError for bytes of which `checkMask` reports more than `noAlpha` or `opaque`.
 */
export async function alphaFromBlackAndWhite(bytes: Uint8Array): Promise<Buffer> {
	const size = readPngHeader(bytes);
	if (!size || isTooLargeForMask(size)) throw new RangeError('This is no PNG of a usable size.');

	const { width } = size;
	const alphaOfAll = new Uint8Array(width * size.height);
	const damage = await visitPixels(bytes, ({ y, firstX, stepX, luma }) => {
		for (let i = 0; i < luma.length; i++) {
			alphaOfAll[y * width + firstX + i * stepX] = luma[i] >= 128 ? 0 : 255;
		}
	});
	if (damage) throw new RangeError(`The PNG ${damage}.`);

	return await encodeAlphaPng(size, (y, alpha) => {
		alpha.set(alphaOfAll.subarray(y * width, (y + 1) * width));
	});
}
