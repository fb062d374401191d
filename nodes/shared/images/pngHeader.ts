import { hasText, readUint } from './bytes';
import { readExifOrientation } from './exifOrientation';
import type { Orientation } from './exifOrientation';
import type { HeaderFacts, ImageSize } from './header';
import { PNG_SIGNATURE, pngChunks } from './pngChunks';

/** The IHDR chunk: PNG specification (third edition), section 11.2.1. */
export interface PngLayout extends ImageSize {
	/** Bits per sample, or per palette index. */
	readonly bitDepth: number;
	readonly colourType: PngColourType;
	readonly interlaced: boolean;
}

export const COLOUR = { gray: 0, rgb: 2, palette: 3, grayAlpha: 4, rgba: 6 } as const;

export type PngColourType = (typeof COLOUR)[keyof typeof COLOUR];

const BIT_DEPTHS: Readonly<Record<PngColourType, readonly number[]>> = {
	[COLOUR.gray]: [1, 2, 4, 8, 16],
	[COLOUR.rgb]: [8, 16],
	[COLOUR.palette]: [1, 2, 4, 8],
	[COLOUR.grayAlpha]: [8, 16],
	[COLOUR.rgba]: [8, 16],
};

const IHDR_BYTES = 13;
const LARGEST_SIDE = 2 ** 31 - 1;

/** `undefined` for bytes that do not start as a PNG that follows the specification. */
export function readPngLayout(bytes: Uint8Array): PngLayout | undefined {
	if (!hasText(bytes, 0, PNG_SIGNATURE) || !hasText(bytes, 12, 'IHDR')) return undefined;
	if (readUint(bytes, 8, 4, 'big') !== IHDR_BYTES) return undefined;

	const width = readUint(bytes, 16, 4, 'big');
	const height = readUint(bytes, 20, 4, 'big');
	const bitDepth = readUint(bytes, 24, 1, 'big');
	const colourType = readUint(bytes, 25, 1, 'big');
	const interlace = readUint(bytes, 28, 1, 'big');

	if (!isSide(width) || !isSide(height) || bitDepth === undefined) return undefined;
	if (!isColourType(colourType) || !BIT_DEPTHS[colourType].includes(bitDepth)) return undefined;
	if (interlace !== 0 && interlace !== 1) return undefined;
	return { width, height, bitDepth, colourType, interlaced: interlace === 1 };
}

export function readPngHeader(bytes: Uint8Array): HeaderFacts | undefined {
	const layout = readPngLayout(bytes);
	if (!layout) return undefined;

	let orientation: Orientation = 1;
	let hasAlpha = layout.colourType === COLOUR.grayAlpha || layout.colourType === COLOUR.rgba;
	let animated = false;
	for (const { type, start, end } of pngChunks(bytes)) {
		if (type === 'tRNS') hasAlpha = true;
		if (type === 'acTL') animated = true;
		if (type === 'eXIf') orientation = readExifOrientation(bytes.subarray(start, end));
	}
	return { width: layout.width, height: layout.height, orientation, hasAlpha, animated };
}

function isSide(value: number | undefined): value is number {
	return value !== undefined && value > 0 && value <= LARGEST_SIDE;
}

function isColourType(value: number | undefined): value is PngColourType {
	return value !== undefined && value in BIT_DEPTHS;
}
