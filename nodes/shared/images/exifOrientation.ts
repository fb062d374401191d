import { hasText, readUint } from './bytes';
import type { ByteOrder } from './bytes';

/** EXIF 2.32, section 4.6.4.A, tag Orientation; 5 to 8 swap width and height. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x0112;
const TYPE_SHORT = 3;
const ENTRY_BYTES = 12;

/**
 * The orientation in an EXIF block: a TIFF structure whose first directory
 * lists tags in 12 bytes each. Anything unreadable is 1, as viewers take it.
 * WebP and PNG writers differ on the `Exif\0\0` before it, so it may be there.
 */
export function readExifOrientation(exif: Uint8Array): Orientation {
	const tiff = hasText(exif, 0, 'Exif\0\0') ? 6 : 0;
	const order = byteOrder(exif, tiff);
	if (!order || readUint(exif, tiff + 2, 2, order) !== 42) return 1;

	const offset = readUint(exif, tiff + 4, 4, order);
	if (offset === undefined) return 1;

	const directory = tiff + offset;
	const entryCount = readUint(exif, directory, 2, order) ?? 0;
	for (let i = 0; i < entryCount; i++) {
		const entry = directory + 2 + i * ENTRY_BYTES;
		const tag = readUint(exif, entry, 2, order);
		if (tag === undefined) return 1;
		if (tag === ORIENTATION_TAG) return orientationIn(exif, entry, order);
	}
	return 1;
}

function byteOrder(exif: Uint8Array, tiff: number): ByteOrder | undefined {
	if (hasText(exif, tiff, 'II')) return 'little';
	if (hasText(exif, tiff, 'MM')) return 'big';
	return undefined;
}

/** An entry is tag, type, count, then the value itself where it is this short. */
function orientationIn(exif: Uint8Array, entry: number, order: ByteOrder): Orientation {
	if (readUint(exif, entry + 2, 2, order) !== TYPE_SHORT) return 1;

	const value = readUint(exif, entry + 8, 2, order);
	return isOrientation(value) ? value : 1;
}

function isOrientation(value: number | undefined): value is Orientation {
	return value !== undefined && value >= 1 && value <= 8;
}
