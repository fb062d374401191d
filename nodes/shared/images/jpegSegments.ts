import { readUint } from './bytes';

/** A marker segment of a JPEG file; `start` to `end` (exclusive) are the bytes after its length. */
export interface JpegSegment {
	readonly marker: number;
	readonly start: number;
	readonly end: number;
}

export const JPEG = { startOfScan: 0xda, endOfImage: 0xd9, app1: 0xe1 } as const;

/**
 * The marker segments of a JPEG file in order, up to the end of the image or to
 * the first segment that is not wholly there. ITU-T T.81, annex B.1: a marker
 * is 0xFF and a code; inside a scan, 0xFF 0x00 is a plain 0xFF and the codes
 * 0xD0 to 0xD7 are restarts, so walking from marker to marker skips the scan.
 */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment> {
	if (readUint(bytes, 0, 3, 'big') !== 0xffd8ff) return;

	let at = 2;
	for (;;) {
		at = bytes.indexOf(0xff, at);
		if (at < 0) return;
		while (at < bytes.length && bytes[at] === 0xff) at++;

		const marker = readUint(bytes, at, 1, 'big');
		if (marker === undefined) return;
		at += 1;
		if (standsAlone(marker)) continue;
		if (marker === JPEG.endOfImage) {
			yield { marker, start: at, end: at };
			return;
		}

		const length = readUint(bytes, at, 2, 'big');
		if (length === undefined || length < 2 || at + length > bytes.length) return;
		yield { marker, start: at + 2, end: at + length };
		at += length;
	}
}

/** A stuffed zero, a temporary marker, a restart or a start of image: no length follows. */
function standsAlone(marker: number): boolean {
	return marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}
