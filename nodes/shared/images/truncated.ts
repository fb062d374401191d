import { gifBlocks } from './gifBlocks';
import type { ImageFormat, ImageHeader } from './header';
import { JPEG, jpegSegments } from './jpegSegments';
import { pngChunks } from './pngChunks';
import { webpChunks, webpEnd } from './webpChunks';

/**
 * Whether an image file stops before its end, as an interrupted download does.
 * Looks at the file's structure only: bytes damaged in the middle stay unseen,
 * and bytes after the end (phones append clips to photos) do not matter.
 */
export function isTruncated(bytes: Uint8Array, { format }: Pick<ImageHeader, 'format'>): boolean {
	return !REACHES_ITS_END[format](bytes);
}

const REACHES_ITS_END: Readonly<Record<ImageFormat, (bytes: Uint8Array) => boolean>> = {
	png: (bytes) =>
		holdsPictureThenEnd(
			pngChunks(bytes),
			({ type }) => type === 'IDAT',
			({ type }) => type === 'IEND',
		),
	jpeg: (bytes) =>
		holdsPictureThenEnd(
			jpegSegments(bytes),
			({ marker }) => marker === JPEG.startOfScan,
			({ marker }) => marker === JPEG.endOfImage,
		),
	webp: (bytes) => (webpEnd(bytes) ?? Infinity) <= bytes.length && hasWebpPicture(bytes),
	gif: (bytes) =>
		holdsPictureThenEnd(
			gifBlocks(bytes),
			({ kind }) => kind === 'frame',
			({ kind }) => kind === 'trailer',
		),
};

function holdsPictureThenEnd<Part>(
	parts: Iterable<Part>,
	isPicture: (part: Part) => boolean,
	isEnd: (part: Part) => boolean,
): boolean {
	let pictureSeen = false;
	for (const part of parts) {
		pictureSeen ||= isPicture(part);
		if (isEnd(part)) return pictureSeen;
	}
	return false;
}

function hasWebpPicture(bytes: Uint8Array): boolean {
	for (const { type } of webpChunks(bytes)) {
		if (type === 'VP8 ' || type === 'VP8L' || type === 'ANMF') return true;
	}
	return false;
}
