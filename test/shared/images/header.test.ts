import sharp from 'sharp';

import { orientedSize, readImageHeader } from '../../../nodes/shared/images/header';
import {
	animatedGif,
	animatedWebp,
	exif,
	HEIGHT,
	noise,
	picture,
	WIDTH,
	withExif,
} from './samples';

const STORED = { width: WIDTH, height: HEIGHT, orientation: 1, animated: false };
const PNG = { format: 'png', mimeType: 'image/png', extension: 'png' };
const JPEG = { format: 'jpeg', mimeType: 'image/jpeg', extension: 'jpg' };
const WEBP = { format: 'webp', mimeType: 'image/webp', extension: 'webp' };
const GIF = { format: 'gif', mimeType: 'image/gif', extension: 'gif' };

const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const BYTE_ORDERS = ['big', 'little'] as const;

describe('a PNG', () => {
	it.each([
		['gray', false, async () => await noise(1).png().toBuffer()],
		['gray with alpha', true, async () => await noise(2).png().toBuffer()],
		['RGB', false, async () => await noise(3).png().toBuffer()],
		['RGBA', true, async () => await noise(4).png().toBuffer()],
		['RGBA, interlaced', true, async () => await noise(4).png({ progressive: true }).toBuffer()],
		['16 bits', false, async () => await noise(3).toColourspace('rgb16').png().toBuffer()],
		['an opaque palette', false, async () => await noise(3).png({ palette: true }).toBuffer()],
		['a palette with tRNS', true, async () => await picture(4).png({ palette: true }).toBuffer()],
	])('gives size and alpha: %s', async (_kind, hasAlpha, make) => {
		expect(readImageHeader(await make())).toEqual({ ...PNG, ...STORED, hasAlpha });
	});

	it('gives the orientation of its eXIf chunk', async () => {
		const png = await picture(3).png().withMetadata({ orientation: 6 }).toBuffer();
		expect((await sharp(png).metadata()).orientation).toBe(6);
		expect(readImageHeader(png)?.orientation).toBe(6);
	});

	it('is animated when it has an acTL chunk', async () => {
		const png = await picture(3).png().toBuffer();
		const acTL = Buffer.alloc(12 + 8);
		acTL.writeUInt32BE(8, 0);
		acTL.write('acTL', 4, 'latin1');
		const animated = Buffer.concat([png.subarray(0, 33), acTL, png.subarray(33)]);
		expect(readImageHeader(animated)?.animated).toBe(true);
	});

	it.each([
		['a bit depth that its colour type lacks', 24, 4],
		['a colour type that does not exist', 25, 5],
		['an unknown interlacing', 28, 2],
		['a width over the limit', 16, 0x80],
	])('is not taken for an image with %s', async (_oddity, offset, value) => {
		const png = await noise(3).png().toBuffer();
		png[offset] = value;
		expect(readImageHeader(png)).toBeUndefined();
	});

	it('is not taken for an image with a width of 0', async () => {
		const png = await noise(3).png().toBuffer();
		png.fill(0, 16, 20);
		expect(readImageHeader(png)).toBeUndefined();
	});
});

describe('a JPEG', () => {
	it.each([
		['baseline', {}],
		['progressive', { progressive: true }],
		['4:4:4, trellis-quantised', { chromaSubsampling: '4:4:4', mozjpeg: true }],
	])('gives its size: %s', async (_kind, options) => {
		const jpeg = await noise(3).jpeg(options).toBuffer();
		expect(readImageHeader(jpeg)).toEqual({ ...JPEG, ...STORED, hasAlpha: false });
	});

	it('gives the size of a gray picture', async () => {
		const jpeg = await noise(1).toColourspace('b-w').jpeg().toBuffer();
		expect(readImageHeader(jpeg)).toEqual({ ...JPEG, ...STORED, hasAlpha: false });
	});

	it.each(ORIENTATIONS)('written by sharp turns as sharp turns it: %i', async (orientation) => {
		const jpeg = await noise(3).jpeg().withMetadata({ orientation }).toBuffer();
		const upright = await sharp(jpeg).rotate().toBuffer({ resolveWithObject: true });

		const header = readImageHeader(jpeg)!;
		expect(header).toEqual({ ...JPEG, ...STORED, orientation, hasAlpha: false });
		expect(orientedSize(header)).toEqual({
			width: upright.info.width,
			height: upright.info.height,
		});
	});

	it.each(BYTE_ORDERS.flatMap((order) => ORIENTATIONS.map((value) => [order, value] as const)))(
		'gives the orientation of a camera that writes %s-endian numbers: %i',
		async (order, orientation) => {
			const jpeg = withExif(await noise(3).jpeg().toBuffer(), exif(orientation, order));
			expect((await sharp(jpeg).metadata()).orientation).toBe(orientation);
			expect(readImageHeader(jpeg)?.orientation).toBe(orientation);
		},
	);

	it.each([0, 9, 0x0600, 0xffff])(
		'with an impossible orientation counts as upright: %i',
		async (value) => {
			const jpeg = withExif(await noise(3).jpeg().toBuffer(), exif(value, 'big'));
			expect(readImageHeader(jpeg)?.orientation).toBe(1);
		},
	);

	it('takes the first of two EXIF segments', async () => {
		const jpeg = await noise(3).jpeg().toBuffer();
		const twice = withExif(withExif(jpeg, exif(3, 'big')), exif(8, 'little'));
		expect(readImageHeader(twice)?.orientation).toBe(8);
	});

	it('reads over fill bytes and bytes between segments', async () => {
		const jpeg = await noise(3).jpeg().toBuffer();
		const odd = Buffer.concat([
			jpeg.subarray(0, 2),
			Buffer.from([0xff, 0xff, 0xff]),
			jpeg.subarray(2, 20),
			Buffer.from([0x00, 0x12, 0x34]),
			jpeg.subarray(20),
		]);
		expect(readImageHeader(odd)).toEqual(readImageHeader(jpeg));
	});

	it('may have tables before its frame', async () => {
		const jpeg = await noise(3).jpeg().toBuffer();
		const table = jpeg.indexOf(Buffer.of(0xff, 0xc4));
		const segment = jpeg.subarray(table, table + 2 + jpeg.readUInt16BE(table + 2));
		const tablesFirst = Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
		expect(readImageHeader(tablesFirst)).toEqual(readImageHeader(jpeg));
	});

	it('is no image when a segment is shorter than its own length', async () => {
		const jpeg = await noise(3).jpeg().toBuffer();
		jpeg.writeUInt16BE(1, 4);
		expect(readImageHeader(jpeg)).toBeUndefined();
	});

	it('with nothing but a thumbnail inside its EXIF is no image', async () => {
		const thumbnail = await noise(3).jpeg().toBuffer();
		const block = Buffer.concat([exif(6, 'big'), thumbnail]);
		const jpeg = withExif(Buffer.from([0xff, 0xd8, 0xff, 0xd9]), block);
		expect(readImageHeader(jpeg)).toBeUndefined();
	});
});

describe('a WebP', () => {
	it.each([
		['lossy', false, async () => await picture(3).webp().toBuffer()],
		['lossy with alpha', true, async () => await noise(4).webp().toBuffer()],
		['lossless', false, async () => await noise(3).webp({ lossless: true }).toBuffer()],
		['lossless, alpha', true, async () => await noise(4).webp({ lossless: true }).toBuffer()],
	])('gives size and alpha: %s', async (_kind, hasAlpha, make) => {
		expect(readImageHeader(await make())).toEqual({ ...WEBP, ...STORED, hasAlpha });
	});

	it('gives the size of one frame when it is animated', async () => {
		expect(readImageHeader(await animatedWebp())).toMatchObject({
			...WEBP,
			...STORED,
			animated: true,
		});
	});

	it.each(ORIENTATIONS)('gives the orientation of its EXIF chunk: %i', async (orientation) => {
		const webp = await noise(3).webp().withMetadata({ orientation }).toBuffer();
		expect((await sharp(webp).metadata()).orientation ?? 1).toBe(orientation);
		expect(readImageHeader(webp)).toMatchObject({ ...WEBP, ...STORED, orientation });
	});

	it('gives the orientation from behind a chunk of odd size', async () => {
		const webp = await noise(3).webp().withMetadata({ orientation: 6 }).toBuffer();
		const odd = Buffer.from('ODD \x03\0\0\0abc\0', 'latin1');
		const longer = Buffer.concat([webp.subarray(0, 30), odd, webp.subarray(30)]);
		longer.writeUInt32LE(longer.length - 8, 4);
		expect(readImageHeader(longer)?.orientation).toBe(6);
	});

	it.each([
		['lossy', { lossless: false }],
		['lossless', { lossless: true }],
	])('gives the largest side there is: %s', async (_kind, { lossless }) => {
		const create = { width: 16_383, height: 1, channels: 3, background: 'red' } as const;
		const webp = await sharp({ create }).webp({ lossless }).toBuffer();
		expect(readImageHeader(webp)).toMatchObject({ width: 16_383, height: 1 });
	});
});

describe('a GIF', () => {
	it('is named, with its size', async () => {
		const gif = await picture(3, 'blue').gif().toBuffer();
		expect(readImageHeader(gif)).toMatchObject({ ...GIF, ...STORED });
	});

	it('is animated with more than one frame', async () => {
		expect(readImageHeader(await animatedGif())?.animated).toBe(true);
	});

	it('says that it can be transparent', async () => {
		const gif = await picture(4).gif().toBuffer();
		expect(readImageHeader(gif)?.hasAlpha).toBe(true);

		const graphicControl = gif.indexOf(Buffer.from([0x21, 0xf9, 0x04]));
		gif[graphicControl + 3] &= ~1;
		expect(readImageHeader(gif)?.hasAlpha).toBe(false);
	});
});

it('reads a header however the bytes lie in a larger buffer', async () => {
	const png = await noise(4).png().toBuffer();
	const middle = Buffer.concat([png, png, png]).subarray(png.length, 2 * png.length);
	expect(readImageHeader(middle)).toEqual(readImageHeader(Uint8Array.from(png)));
});

it.each([
	['nothing', ''],
	['text', 'not an image'],
	['a PDF', '%PDF-1.7\n'],
	['a PNG signature alone', '\x89PNG\r\n\x1a\n'],
	['a WAV file', 'RIFF\x24\0\0\0WAVEfmt '],
	['a WebP of an unknown kind', 'RIFF\x24\0\0\0WEBPVP9 \0\0\0\0'],
])('%s is no image', (_what, text) => {
	expect(readImageHeader(Buffer.from(text, 'latin1'))).toBeUndefined();
});
