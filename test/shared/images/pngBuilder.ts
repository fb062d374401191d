import { crc32 } from '../../../nodes/shared/images/crc32';
import { mulberry32 } from './samples';

/** A PNG to be written by the book, in forms that image libraries do not write. */
export interface PngRecipe {
	readonly width: number;
	readonly height: number;
	readonly colourType: 0 | 2 | 3 | 4 | 6;
	readonly bitDepth: 1 | 2 | 4 | 8 | 16;
	readonly interlaced?: boolean;
	/** Numbers from 0 to the largest of the bit depth; pixel by pixel, row by row. */
	readonly samples: readonly number[];
	readonly palette?: Uint8Array;
	readonly transparency?: Uint8Array;
	/** The filter of each row in turn; all five where nothing is said. */
	readonly filters?: readonly number[];
	/** Bytes of each IDAT chunk but the last. */
	readonly pixelChunkBytes?: number;
}

export const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

const ADAM7_GRID = ['16462646', '77777777', '56565656', '77777777', '36463646', '77777777'].concat([
	'56565656',
	'77777777',
]);

export async function buildPng(recipe: PngRecipe): Promise<Buffer> {
	const layout = Buffer.alloc(13);
	layout.writeUInt32BE(recipe.width, 0);
	layout.writeUInt32BE(recipe.height, 4);
	layout.set([recipe.bitDepth, recipe.colourType, 0, 0, recipe.interlaced ? 1 : 0], 8);

	const pixels = await deflate(
		Buffer.concat(passes(recipe).flatMap((rows) => filtered(rows, recipe))),
	);
	const pieceBytes = recipe.pixelChunkBytes ?? pixels.length;
	const pieces = [];
	for (let at = 0; at < pixels.length; at += pieceBytes) {
		pieces.push(chunk('IDAT', pixels.subarray(at, at + pieceBytes)));
	}
	return assemble([
		chunk('IHDR', layout),
		...(recipe.palette ? [chunk('PLTE', recipe.palette)] : []),
		...(recipe.transparency ? [chunk('tRNS', recipe.transparency)] : []),
		...pieces,
	]);
}

export const assemble = (chunks: readonly Buffer[]): Buffer =>
	Buffer.concat([
		Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
		...chunks,
		chunk('IEND', new Uint8Array(0)),
	]);

export function chunk(type: string, data: Uint8Array): Buffer {
	const bytes = Buffer.alloc(12 + data.length);
	bytes.writeUInt32BE(data.length, 0);
	bytes.write(type, 4, 'latin1');
	bytes.set(data, 8);
	bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
	return bytes;
}

export async function deflate(bytes: Uint8Array): Promise<Buffer> {
	const stream = new Blob([Uint8Array.from(bytes)])
		.stream()
		.pipeThrough(new CompressionStream('deflate'));
	const pieces = [];
	for await (const piece of stream) pieces.push(piece);
	return Buffer.concat(pieces);
}

export function randomSamples(recipe: Omit<PngRecipe, 'samples'>, seed = 1): number[] {
	const random = mulberry32(seed);
	const count = recipe.width * recipe.height * CHANNELS[recipe.colourType];
	return Array.from({ length: count }, () => Math.floor(random() * 2 ** recipe.bitDepth));
}

/** The rows of packed samples of each pass; one pass where the picture is not interlaced. */
function passes(recipe: PngRecipe): Buffer[][] {
	const passNumbers = recipe.interlaced ? ['1', '2', '3', '4', '5', '6', '7'] : [undefined];
	return passNumbers.map((pass) => {
		const rows: Buffer[] = [];
		for (let y = 0; y < recipe.height; y++) {
			const columns = Array.from({ length: recipe.width }, (_, x) => x).filter(
				(x) => pass === undefined || ADAM7_GRID[y % 8][x % 8] === pass,
			);
			if (columns.length > 0) rows.push(packed(columns, y, recipe));
		}
		return rows;
	});
}

function packed(columns: readonly number[], y: number, recipe: PngRecipe): Buffer {
	const channels = CHANNELS[recipe.colourType];
	const bits = columns
		.flatMap((x) => {
			const at = (y * recipe.width + x) * channels;
			return recipe.samples.slice(at, at + channels);
		})
		.map((sample) => sample.toString(2).padStart(recipe.bitDepth, '0'))
		.join('');
	return Buffer.from((bits.match(/.{1,8}/g) ?? []).map((byte) => parseInt(byte.padEnd(8, '0'), 2)));
}

function filtered(rows: readonly Buffer[], recipe: PngRecipe): Buffer[] {
	const filters = recipe.filters ?? [0, 1, 2, 3, 4];
	const step = Math.max(1, (CHANNELS[recipe.colourType] * recipe.bitDepth) / 8);
	return rows.map((row, y) => {
		const filter = filters[y % filters.length];
		const line = Buffer.alloc(1 + row.length, filter);
		row.forEach((byte, i) => {
			const left = row[i - step] ?? 0;
			const up = rows[y - 1]?.[i] ?? 0;
			const upLeft = rows[y - 1]?.[i - step] ?? 0;
			line[1 + i] = byte - [0, left, up, (left + up) >> 1, paeth(left, up, upLeft)][filter];
		});
		return line;
	});
}

function paeth(left: number, up: number, upLeft: number): number {
	const estimate = left + up - upLeft;
	const nearest = [left, up, upLeft].map((value) => Math.abs(estimate - value));
	return [left, up, upLeft][nearest.indexOf(Math.min(...nearest))];
}
