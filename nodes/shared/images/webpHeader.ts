import { hasText, readUint } from './bytes';
import { readExifOrientation } from './exifOrientation';
import type { Orientation } from './exifOrientation';
import type { HeaderFacts } from './header';
import { webpChunks, webpEnd } from './webpChunks';

const FIRST_CHUNK = 12;
const PAYLOAD = 20;

export function readWebpHeader(bytes: Uint8Array): HeaderFacts | undefined {
	if (webpEnd(bytes) === undefined) return undefined;
	if (hasText(bytes, FIRST_CHUNK, 'VP8 ')) return readLossy(bytes);
	if (hasText(bytes, FIRST_CHUNK, 'VP8L')) return readLossless(bytes);
	if (hasText(bytes, FIRST_CHUNK, 'VP8X')) return readExtended(bytes);
	return undefined;
}

/** RFC 6386, section 9.1: a key frame's tag, a start code, then 14 bits of each side. */
function readLossy(bytes: Uint8Array): HeaderFacts | undefined {
	const tag = readUint(bytes, PAYLOAD, 1, 'little');
	const startCode = readUint(bytes, PAYLOAD + 3, 3, 'big');
	const width = readUint(bytes, PAYLOAD + 6, 2, 'little');
	const height = readUint(bytes, PAYLOAD + 8, 2, 'little');
	if (tag === undefined || width === undefined || height === undefined) return undefined;

	const keyFrame = (tag & 1) === 0;
	if (!keyFrame || startCode !== 0x9d012a) return undefined;
	return sized(width & 0x3fff, height & 0x3fff, { hasAlpha: false });
}

/** WebP lossless bitstream specification, section 3: each side less one in 14 bits, then alpha. */
function readLossless(bytes: Uint8Array): HeaderFacts | undefined {
	const bits = readUint(bytes, PAYLOAD + 1, 4, 'little');
	if (bits === undefined || readUint(bytes, PAYLOAD, 1, 'little') !== 0x2f) return undefined;

	const version = bits >>> 29;
	if (version !== 0) return undefined;
	return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1, {
		hasAlpha: ((bits >>> 28) & 1) === 1,
	});
}

/** WebP container specification, "Extended File Format": flags, then each side less one in 24 bits. */
function readExtended(bytes: Uint8Array): HeaderFacts | undefined {
	const flags = readUint(bytes, PAYLOAD, 1, 'little');
	const width = readUint(bytes, PAYLOAD + 4, 3, 'little');
	const height = readUint(bytes, PAYLOAD + 7, 3, 'little');
	if (flags === undefined || width === undefined || height === undefined) return undefined;

	return sized(width + 1, height + 1, {
		hasAlpha: (flags & 0x10) !== 0,
		animated: (flags & 0x02) !== 0,
		orientation: (flags & 0x08) !== 0 ? exifOrientation(bytes) : 1,
	});
}

function exifOrientation(bytes: Uint8Array): Orientation {
	for (const { type, start, end } of webpChunks(bytes)) {
		if (type === 'EXIF') return readExifOrientation(bytes.subarray(start, end));
	}
	return 1;
}

function sized(
	width: number,
	height: number,
	{ hasAlpha = false, animated = false, orientation = 1 }: Partial<HeaderFacts>,
): HeaderFacts | undefined {
	if (width === 0 || height === 0) return undefined;
	return { width, height, orientation, hasAlpha, animated };
}
