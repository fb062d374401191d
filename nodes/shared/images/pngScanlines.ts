import type { ByteSource } from './inflate';
import type { PngLayout } from './pngHeader';

/** A row of a PNG's pixels as stored, and where they stand in the picture, in pixels. */
export interface Scanline {
	/** Samples, unfiltered but packed; overwritten by the next scanline. */
	readonly bytes: Uint8Array;
	readonly pixels: number;
	readonly y: number;
	readonly firstX: number;
	readonly stepX: number;
}

interface Pass {
	readonly firstX: number;
	readonly firstY: number;
	readonly stepX: number;
	readonly stepY: number;
}

const WHOLE_PICTURE: readonly Pass[] = [{ firstX: 0, firstY: 0, stepX: 1, stepY: 1 }];

/** PNG specification (third edition), section 8.2: seven ever finer pictures. */
const ADAM7: readonly Pass[] = [
	{ firstX: 0, firstY: 0, stepX: 8, stepY: 8 },
	{ firstX: 4, firstY: 0, stepX: 8, stepY: 8 },
	{ firstX: 0, firstY: 4, stepX: 4, stepY: 8 },
	{ firstX: 2, firstY: 0, stepX: 4, stepY: 4 },
	{ firstX: 0, firstY: 2, stepX: 2, stepY: 4 },
	{ firstX: 1, firstY: 0, stepX: 2, stepY: 2 },
	{ firstX: 0, firstY: 1, stepX: 1, stepY: 2 },
];

/** Hands each scanline to `visit`; false where the data ends or makes no sense. */
export async function visitScanlines(
	layout: PngLayout,
	channels: number,
	data: ByteSource,
	visit: (scanline: Scanline) => void,
): Promise<boolean> {
	const bitsPerPixel = channels * layout.bitDepth;
	const bytesPerPixel = Math.ceil(bitsPerPixel / 8);

	for (const { firstX, firstY, stepX, stepY } of layout.interlaced ? ADAM7 : WHOLE_PICTURE) {
		const pixels = Math.ceil((layout.width - firstX) / stepX);
		if (pixels <= 0) continue;

		const lineBytes = Math.ceil((pixels * bitsPerPixel) / 8);
		let line = new Uint8Array(1 + lineBytes);
		let above = new Uint8Array(1 + lineBytes);
		for (let y = firstY; y < layout.height; y += stepY) {
			if (!(await data.fill(line))) return false;
			const bytes = line.subarray(1);
			if (!unfilter(line[0], bytes, above.subarray(1), bytesPerPixel)) return false;
			visit({ bytes, pixels, y, firstX, stepX });
			[line, above] = [above, line];
		}
	}
	return true;
}

/**
 * Puts back what the filter took off each byte: PNG specification, section 9.2.
 * The byte to the left is the same byte of the pixel before.
 */
function unfilter(
	filter: number,
	line: Uint8Array,
	above: Uint8Array,
	bytesPerPixel: number,
): boolean {
	switch (filter) {
		case 0:
			return true;
		case 1:
			for (let i = bytesPerPixel; i < line.length; i++) line[i] += line[i - bytesPerPixel];
			return true;
		case 2:
			for (let i = 0; i < line.length; i++) line[i] += above[i];
			return true;
		case 3:
			for (let i = 0; i < line.length; i++) {
				const left = i < bytesPerPixel ? 0 : line[i - bytesPerPixel];
				line[i] += (left + above[i]) >> 1;
			}
			return true;
		case 4:
			for (let i = 0; i < line.length; i++) {
				const before = i - bytesPerPixel;
				line[i] += before < 0 ? above[i] : paeth(line[before], above[i], above[before]);
			}
			return true;
		default:
			return false;
	}
}

/** Whichever neighbour is nearest to left + above - above left: PNG specification, section 9.4. */
function paeth(left: number, above: number, aboveLeft: number): number {
	const toLeft = Math.abs(above - aboveLeft);
	const toAbove = Math.abs(left - aboveLeft);
	const toAboveLeft = Math.abs(left + above - 2 * aboveLeft);
	if (toLeft <= toAbove && toLeft <= toAboveLeft) return left;
	return toAbove <= toAboveLeft ? above : aboveLeft;
}
