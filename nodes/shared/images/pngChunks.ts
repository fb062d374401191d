import { hasText, readText, readUint } from './bytes';

/** A chunk of a PNG file; `start` to `end` (exclusive) are the bytes of its data. */
export interface PngChunk {
	readonly type: string;
	readonly start: number;
	readonly end: number;
}

export const PNG_SIGNATURE = '\x89PNG\r\n\x1a\n';

/**
 * The chunks of a PNG file in order, up to the end chunk or to the first one
 * that is not wholly there. PNG specification (third edition), section 5.3:
 * length, type, data, checksum.
 */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
	if (!hasText(bytes, 0, PNG_SIGNATURE)) return;

	let at = PNG_SIGNATURE.length;
	for (;;) {
		const length = readUint(bytes, at, 4, 'big');
		if (length === undefined || at + 12 + length > bytes.length) return;

		const chunk = { type: readText(bytes, at + 4, 4), start: at + 8, end: at + 8 + length };
		yield chunk;
		if (chunk.type === 'IEND') return;
		at = chunk.end + 4;
	}
}
