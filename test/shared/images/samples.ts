import sharp from 'sharp';

/** Sides of every sample, in pixels; unequal and odd so that a mix-up shows. */
export const WIDTH = 37;
export const HEIGHT = 23;

const TRANSPARENT_RED = { r: 255, g: 0, b: 0, alpha: 0.25 };

type Colour = string | typeof TRANSPARENT_RED;

export const picture = (channels: 3 | 4, background: Colour = TRANSPARENT_RED) =>
	sharp({ create: { width: WIDTH, height: HEIGHT, channels, background } });

/** A picture with detail, so that files have several kilobytes and real scans. */
export function noise(channels: 1 | 2 | 3 | 4, width = WIDTH, height = HEIGHT) {
	const random = mulberry32(7);
	const pixels = Uint8Array.from({ length: width * height * channels }, () => random() * 256);
	return sharp(pixels, { raw: { width, height, channels } });
}

export const animatedWebp = async (): Promise<Buffer> => {
	const frames = await Promise.all(
		['red', 'green', 'blue'].map(async (colour) => await picture(4, colour).png().toBuffer()),
	);
	return await sharp(frames, { join: { animated: true } })
		.webp()
		.toBuffer();
};

export const animatedGif = async (): Promise<Buffer> =>
	await sharp(await animatedWebp(), { animated: true })
		.gif()
		.toBuffer();

/** A TIFF block as a camera writes it: a maker's name, the orientation, a resolution unit. */
export function exif(orientation: number, order: 'big' | 'little'): Buffer {
	const block = Buffer.alloc(56);
	const write16 = (value: number, at: number) =>
		order === 'big' ? block.writeUInt16BE(value, at) : block.writeUInt16LE(value, at);
	const write32 = (value: number, at: number) =>
		order === 'big' ? block.writeUInt32BE(value, at) : block.writeUInt32LE(value, at);

	block.write(order === 'big' ? 'MM' : 'II', 0, 'latin1');
	write16(42, 2);
	write32(8, 4);
	write16(3, 8);
	const entries = [
		[0x010f, 2, 4, 0],
		[0x0112, 3, 1, orientation],
		[0x0128, 3, 1, 2],
	];
	entries.forEach(([tag, type, count, value], i) => {
		const at = 10 + i * 12;
		write16(tag, at);
		write16(type, at + 2);
		write32(count, at + 4);
		write16(value, at + 8);
	});
	return block;
}

/** The JPEG with an EXIF segment right after its first marker. */
export function withExif(jpeg: Buffer, block: Buffer): Buffer {
	const segment = Buffer.alloc(10);
	segment.writeUInt16BE(0xffe1, 0);
	segment.writeUInt16BE(2 + 6 + block.length, 2);
	segment.write('Exif\0\0', 4, 'latin1');
	return Buffer.concat([jpeg.subarray(0, 2), segment, block, jpeg.subarray(2)]);
}

/** A seeded source of numbers from 0 up to 1, so that a failure can be run again. */
export function mulberry32(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
