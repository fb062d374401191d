import { hasText, readText, readUint } from './bytes';

/** A chunk of a WebP file; `start` to `end` (exclusive) are the bytes of its data. */
export interface WebpChunk {
	readonly type: string;
	readonly start: number;
	readonly end: number;
}

/** Where the file says it ends, in bytes; `undefined` for bytes that are no WebP. */
export function webpEnd(bytes: Uint8Array): number | undefined {
	if (!hasText(bytes, 0, 'RIFF') || !hasText(bytes, 8, 'WEBP')) return undefined;

	const size = readUint(bytes, 4, 4, 'little');
	return size === undefined ? undefined : size + 8;
}

/**
 * The chunks of a WebP file in order, up to the first that is not wholly there.
 * WebP container specification, "RIFF File Format": type, size, data, and a
 * byte of padding after an odd size.
 */
export function* webpChunks(bytes: Uint8Array): Generator<WebpChunk> {
	const end = Math.min(webpEnd(bytes) ?? 0, bytes.length);

	let at = 12;
	for (;;) {
		const length = readUint(bytes, at + 4, 4, 'little');
		if (length === undefined || at + 8 + length > end) return;

		yield { type: readText(bytes, at, 4), start: at + 8, end: at + 8 + length };
		at += 8 + length + (length % 2);
	}
}
