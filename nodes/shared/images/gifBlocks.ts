import { hasText, readUint } from './bytes';

export type GifBlock =
	| { readonly kind: 'frame' | 'trailer' }
	| { readonly kind: 'extension'; readonly label: number; readonly start: number };

const TRAILER = 0x3b;
const FRAME = 0x2c;
const EXTENSION = 0x21;

/** GIF89a specification, section 18: signature, size, flags, background, aspect ratio. */
export const GIF_HEADER_BYTES = 13;

export const isGif = (bytes: Uint8Array): boolean =>
	hasText(bytes, 0, 'GIF87a') || hasText(bytes, 0, 'GIF89a');

/**
 * The blocks of a GIF file in order, up to its trailer or to where the bytes
 * end; the last may be there in part. GIF89a specification, sections 20 to 27.
 */
export function* gifBlocks(bytes: Uint8Array): Generator<GifBlock> {
	let at = GIF_HEADER_BYTES + colourTableBytes(bytes, 10);
	for (;;) {
		const introducer = readUint(bytes, at, 1, 'little');
		if (introducer === TRAILER) {
			yield { kind: 'trailer' };
			return;
		}
		if (introducer === FRAME) {
			// After the frame's 10 bytes and its colours comes the code size of its data.
			at = skipSubBlocks(bytes, at + 10 + colourTableBytes(bytes, at + 9) + 1);
			yield { kind: 'frame' };
		} else if (introducer === EXTENSION) {
			const label = readUint(bytes, at + 1, 1, 'little') ?? 0;
			const start = at + 3;
			at = skipSubBlocks(bytes, at + 2);
			yield { kind: 'extension', label, start };
		} else {
			return;
		}
	}
}

/** The table's size stands in the low three bits of the flags at `flagsAt`. */
function colourTableBytes(bytes: Uint8Array, flagsAt: number): number {
	const flags = readUint(bytes, flagsAt, 1, 'little') ?? 0;
	return flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0;
}

/** The offset after a chain of sub-blocks, each its length and that many bytes; 0 ends it. */
function skipSubBlocks(bytes: Uint8Array, from: number): number {
	let at = from;
	for (;;) {
		const length = readUint(bytes, at, 1, 'little');
		if (length === undefined) return at;
		at += 1 + length;
		if (length === 0) return at;
	}
}
