import { crc32 } from './crc32';
import type { ImageSize } from './header';
import { PNG_SIGNATURE } from './pngChunks';
import { COLOUR } from './pngHeader';

const BYTES_PER_PIXEL = 4;
const ALPHA = 3;
const FILTER_UP = 2;

/** Rows go to the compressor in pieces of about this many bytes. */
const PIECE_BYTES = 64 * 1024;

/** Sets the alpha, 0 to 255, of each pixel of row `y`; the array comes with the row before. */
export type FillAlpha = (y: number, alpha: Uint8Array) => void;

/**
 * Writes a black PNG with the alpha that `fillAlpha` gives, row by row, so that
 * only the compressed picture is ever held whole. RGBA, although gray with
 * alpha would do: it is the form in which masks are known to work, and black
 * compresses to next to nothing.
 */
export async function encodeAlphaPng(size: ImageSize, fillAlpha: FillAlpha): Promise<Buffer> {
	const layout = Buffer.alloc(13);
	layout.writeUInt32BE(size.width, 0);
	layout.writeUInt32BE(size.height, 4);
	layout.writeUInt8(8, 8);
	layout.writeUInt8(COLOUR.rgba, 9);

	const pixels = filteredRows(size, fillAlpha).pipeThrough(new CompressionStream('deflate'));
	return Buffer.concat([
		Buffer.from(PNG_SIGNATURE, 'latin1'),
		chunk('IHDR', layout),
		chunk('IDAT', await collect(pixels)),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

/**
 * Rows as PNG stores them: a filter type, then bytes. Each is written as its
 * difference from the row above (PNG specification, section 9.2), which in a
 * mask is nearly always nothing.
 */
function filteredRows({ width, height }: ImageSize, fillAlpha: FillAlpha) {
	const rowBytes = 1 + width * BYTES_PER_PIXEL;
	const rowsPerPiece = Math.max(1, Math.floor(PIECE_BYTES / rowBytes));
	const alpha = new Uint8Array(width);
	const above = new Uint8Array(width);
	let y = 0;

	return new ReadableStream<Uint8Array<ArrayBuffer>>({
		pull(controller) {
			const rows = Math.min(rowsPerPiece, height - y);
			const piece = new Uint8Array(rows * rowBytes);
			for (let row = 0; row < rows; row++, y++) {
				fillAlpha(y, alpha);
				const start = row * rowBytes;
				piece[start] = FILTER_UP;
				for (let x = 0; x < width; x++) {
					piece[start + 1 + x * BYTES_PER_PIXEL + ALPHA] = alpha[x] - above[x];
				}
				above.set(alpha);
			}
			controller.enqueue(piece);
			if (y === height) controller.close();
		},
	});
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const pieces: Uint8Array[] = [];
	for await (const piece of stream) pieces.push(piece);
	return Buffer.concat(pieces);
}

/** PNG specification, section 5.3: the length counts the data only, the checksum the type too. */
function chunk(type: string, data: Uint8Array): Buffer {
	const typeAndData = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const length = Buffer.alloc(4);
	length.writeUInt32BE(data.length, 0);
	const checksum = Buffer.alloc(4);
	checksum.writeUInt32BE(crc32(typeAndData), 0);
	return Buffer.concat([length, typeAndData, checksum]);
}
