import { readUint } from './bytes';
import { crc32 } from './crc32';
import { inflate } from './inflate';
import { pngChunks } from './pngChunks';
import { CHANNELS, pixelConverter } from './pngColours';
import { COLOUR, readPngLayout } from './pngHeader';
import { visitScanlines } from './pngScanlines';

/** Pixels of one row, 8 bits a value; overwritten by the next row. */
export interface PixelRow {
	readonly y: number;
	/** The columns are `firstX` and every `stepX`th after it: an interlaced row has gaps. */
	readonly firstX: number;
	readonly stepX: number;
	/** 0 (black) to 255 (white). */
	readonly luma: Uint8Array;
	/** 0 (fully transparent) to 255 (opaque). */
	readonly alpha: Uint8Array;
}

/** What keeps a PNG from being decoded, in words that follow "the file". */
export type PngDamage =
	| 'has no readable header'
	| 'is cut short'
	| 'has a wrong checksum'
	| 'lacks its palette'
	| 'has pixels that cannot be read';

/** The data of the chunks that make up the picture. */
interface PngParts {
	readonly pixels: ReadonlyArray<Uint8Array<ArrayBuffer>>;
	readonly palette: Uint8Array;
	readonly transparency: Uint8Array;
}

/**
 * Decodes brightness and transparency of every kind of PNG, and hands each row
 * to `visit`. What is wrong with a damaged file comes back, after the rows
 * before the damage. Rows are not bounded: see `isTooLargeForMask`.
 */
export async function visitPixels(
	png: Uint8Array,
	visit: (row: PixelRow) => void,
): Promise<PngDamage | undefined> {
	const layout = readPngLayout(png);
	if (!layout) return 'has no readable header';
	const parts = readParts(png);
	if (typeof parts === 'string') return parts;
	if (layout.colourType === COLOUR.palette && parts.palette.length < 3) return 'lacks its palette';

	const channels = CHANNELS[layout.colourType];
	const convert = pixelConverter(layout, parts.palette, parts.transparency);
	const samples = new Uint16Array(layout.width * channels);
	const luma = new Uint8Array(layout.width);
	const alpha = new Uint8Array(layout.width);

	const data = inflate(parts.pixels);
	const whole = await visitScanlines(layout, channels, data, ({ bytes, pixels, y, ...columns }) => {
		unpackSamples(bytes, layout.bitDepth, samples, pixels * channels);
		convert(samples, pixels, luma, alpha);
		visit({ y, ...columns, luma: luma.subarray(0, pixels), alpha: alpha.subarray(0, pixels) });
	});
	await data.close();
	return whole ? undefined : 'has pixels that cannot be read';
}

/** Checksums are compared for these chunks only: damage elsewhere hurts no pixel. */
function readParts(png: Uint8Array): PngParts | PngDamage {
	const pixels: Array<Uint8Array<ArrayBuffer>> = [];
	let palette = new Uint8Array(0);
	let transparency = new Uint8Array(0);

	for (const { type, start, end } of pngChunks(png)) {
		if (type === 'IEND' && pixels.length > 0) return { pixels, palette, transparency };
		if (!['IHDR', 'PLTE', 'tRNS', 'IDAT'].includes(type)) continue;
		if (crc32(png.subarray(start - 4, end)) !== readUint(png, end, 4, 'big')) {
			return 'has a wrong checksum';
		}
		if (type === 'PLTE') palette = png.slice(start, end);
		if (type === 'tRNS') transparency = png.slice(start, end);
		if (type === 'IDAT') pixels.push(png.slice(start, end));
	}
	return 'is cut short';
}

/** PNG specification, section 7.2: samples under a byte are packed from the high bits down. */
function unpackSamples(
	bytes: Uint8Array,
	bitDepth: number,
	samples: Uint16Array,
	count: number,
): void {
	if (bitDepth === 16) {
		for (let i = 0; i < count; i++) samples[i] = (bytes[2 * i] << 8) | bytes[2 * i + 1];
		return;
	}
	if (bitDepth === 8) {
		samples.set(bytes.subarray(0, count));
		return;
	}
	const perByte = 8 / bitDepth;
	const largest = 2 ** bitDepth - 1;
	for (let i = 0; i < count; i++) {
		const shift = 8 - bitDepth * ((i % perByte) + 1);
		samples[i] = (bytes[Math.floor(i / perByte)] >> shift) & largest;
	}
}
