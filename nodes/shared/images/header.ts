import type { Orientation } from './exifOrientation';
import { readGifHeader } from './gifHeader';
import { readJpegHeader } from './jpegHeader';
import { readPngHeader } from './pngHeader';
import { readWebpHeader } from './webpHeader';

export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'gif';

/** Pixels. */
export interface ImageSize {
	readonly width: number;
	readonly height: number;
}

/** What a file says of its picture before a pixel is decoded. */
export interface ImageHeader extends ImageSize {
	readonly format: ImageFormat;
	readonly mimeType: `image/${ImageFormat}`;
	/** Without the dot. */
	readonly extension: 'png' | 'jpg' | 'webp' | 'gif';
	/** Pixels as stored; `orientedSize` gives them as a viewer shows them. */
	readonly width: number;
	readonly height: number;
	/** How a viewer turns or mirrors the stored picture; 1 is "as it is". */
	readonly orientation: Orientation;
	/** Whether pixels can be transparent, not whether any is. */
	readonly hasAlpha: boolean;
	readonly animated: boolean;
}

/** What one format's reader finds out; the rest follows from the format. */
export type HeaderFacts = Omit<ImageHeader, 'format' | 'mimeType' | 'extension'>;

type HeaderReader = (bytes: Uint8Array) => HeaderFacts | undefined;

const READERS: Readonly<Record<ImageFormat, HeaderReader>> = {
	png: readPngHeader,
	jpeg: readJpegHeader,
	webp: readWebpHeader,
	gif: readGifHeader,
};

const FORMATS = Object.keys(READERS) as readonly ImageFormat[];

/**
 * Reads format, size and alpha from the head of a PNG, JPEG, WebP or GIF file.
 * `undefined` for bytes that are no such image or end before its size. A file
 * cut short later still has a header: see `isTruncated`.
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
	for (const format of FORMATS) {
		const facts = READERS[format](bytes);
		if (facts) {
			const extension = format === 'jpeg' ? 'jpg' : format;
			return { format, mimeType: `image/${format}`, extension, ...facts };
		}
	}
	return undefined;
}

/**
 * Width and height in pixels as a viewer shows the picture. The Images API
 * turns a picture upright before use, so this is the size a mask must have.
 */
export function orientedSize({
	width,
	height,
	orientation,
}: Pick<ImageHeader, 'width' | 'height' | 'orientation'>): ImageSize {
	const onItsSide = orientation >= 5;
	return onItsSide ? { width: height, height: width } : { width, height };
}
