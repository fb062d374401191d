import { hasText, readUint } from './bytes';
import { readExifOrientation } from './exifOrientation';
import type { Orientation } from './exifOrientation';
import type { HeaderFacts, ImageSize } from './header';
import { JPEG, jpegSegments } from './jpegSegments';

export function readJpegHeader(bytes: Uint8Array): HeaderFacts | undefined {
	let size: ImageSize | undefined;
	let orientation: Orientation | undefined;

	for (const { marker, start, end } of jpegSegments(bytes)) {
		if (marker === JPEG.startOfScan || marker === JPEG.endOfImage) break;
		if (isStartOfFrame(marker)) size ??= frameSize(bytes.subarray(start, end));
		if (marker === JPEG.app1 && hasText(bytes, start, 'Exif\0\0')) {
			orientation ??= readExifOrientation(bytes.subarray(start, end));
		}
	}
	if (!size) return undefined;
	return { ...size, orientation: orientation ?? 1, hasAlpha: false, animated: false };
}

/** 0xC0 to 0xCF but for the Huffman tables, an extension and arithmetic tables: ITU-T T.81, table B.1. */
function isStartOfFrame(marker: number): boolean {
	return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/**
 * ITU-T T.81, section B.2.2: sample precision, lines, samples per line. A
 * height of 0 (told only after the first scan) is legal but never seen.
 */
function frameSize(frame: Uint8Array): ImageSize | undefined {
	const height = readUint(frame, 1, 2, 'big');
	const width = readUint(frame, 3, 2, 'big');
	return width && height ? { width, height } : undefined;
}
