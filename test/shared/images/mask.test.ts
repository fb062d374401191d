import sharp from 'sharp';

import {
	alphaFromBlackAndWhite,
	checkMask,
	MASK_BYTE_LIMIT,
} from '../../../nodes/shared/images/mask';
import { buildPng, randomSamples } from './pngBuilder';
import { noise } from './samples';

const IMAGE = { width: 40, height: 30 };

/** Opaque but for one pixel in the last corner. */
async function goodMask(): Promise<Buffer> {
	const pixels = new Uint8Array(IMAGE.width * IMAGE.height * 4).fill(255);
	pixels[pixels.length - 1] = 0;
	return await sharp(pixels, { raw: { ...IMAGE, channels: 4 } })
		.png()
		.toBuffer();
}

const opaque = (width: number, height: number) =>
	sharp({ create: { width, height, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 1 } } });

describe('a mask is accepted', () => {
	it('when one pixel is transparent, be it the last or the first', async () => {
		expect(await checkMask(await goodMask(), IMAGE)).toBeUndefined();
		const turned = await sharp(await goodMask())
			.rotate(180)
			.png()
			.toBuffer();
		expect(await checkMask(turned, IMAGE)).toBeUndefined();
	});

	it('when it is interlaced, of 16 bits, or has a palette', async () => {
		for (const make of [
			async (png: Buffer) => await sharp(png).png({ progressive: true }).toBuffer(),
			async (png: Buffer) => await sharp(png).toColourspace('rgb16').png().toBuffer(),
			async (png: Buffer) => await sharp(png).png({ palette: true, colours: 2 }).toBuffer(),
		]) {
			const mask = await make(await goodMask());
			expect(await checkMask(mask, IMAGE)).toBeUndefined();
		}
	});
});

describe('a mask is refused', () => {
	it.each([
		['a JPEG image', async () => await noise(3, 40, 30).jpeg().toBuffer()],
		['a WebP image', async () => await noise(4, 40, 30).webp().toBuffer()],
		['a PDF', async () => Buffer.from('%PDF-1.7')],
		['empty', async () => Buffer.alloc(0)],
	])('that is no PNG, saying what it is: %s', async (found, make) => {
		expect(await checkMask(await make(), IMAGE)).toEqual({ kind: 'notPng', found });
	});

	it.each([
		{ width: 40, height: 31 },
		{ width: 39, height: 30 },
	])('of another size than the image, giving both: %j', async (size) => {
		const mask = await opaque(size.width, size.height).png().toBuffer();
		expect(await checkMask(mask, IMAGE)).toEqual({ kind: 'dimensions', mask: size, image: IMAGE });
	});

	it('that lies on its side', async () => {
		const mask = await sharp(await goodMask())
			.rotate(90)
			.png()
			.toBuffer();
		expect(await checkMask(mask, IMAGE)).toMatchObject({ kind: 'dimensions' });
	});

	it.each([
		['RGB', async () => await noise(3, 40, 30).png().toBuffer()],
		['gray', async () => await noise(1, 40, 30).toColourspace('b-w').png().toBuffer()],
		['an opaque palette', async () => await noise(3, 40, 30).png({ palette: true }).toBuffer()],
	])('without an alpha channel: %s', async (_kind, make) => {
		expect(await checkMask(await make(), IMAGE)).toEqual({ kind: 'noAlpha' });
	});

	it('with an alpha channel but no transparent pixel', async () => {
		const mask = await opaque(40, 30).png().toBuffer();
		expect(await checkMask(mask, IMAGE)).toEqual({ kind: 'opaque' });
	});

	it('that is nowhere more than nearly transparent', async () => {
		const pixels = new Uint8Array(IMAGE.width * IMAGE.height * 4).fill(1);
		const mask = await sharp(pixels, { raw: { ...IMAGE, channels: 4 } })
			.png()
			.toBuffer();
		expect(await checkMask(mask, IMAGE)).toEqual({ kind: 'opaque' });
	});

	it('whose tRNS colour is used by no pixel', async () => {
		const recipe = { ...IMAGE, colourType: 0, bitDepth: 8 } as const;
		const samples = randomSamples(recipe).map((sample) => Math.max(1, sample));
		const mask = await buildPng({ ...recipe, samples, transparency: Uint8Array.of(0, 0) });
		expect(await checkMask(mask, IMAGE)).toEqual({ kind: 'opaque' });
	});

	it('of 4 MB, but not of a byte less', async () => {
		const padded = async (bytes: number) => {
			const mask = await goodMask();
			return Buffer.concat([mask, Buffer.alloc(bytes - mask.length)]);
		};
		expect(await checkMask(await padded(MASK_BYTE_LIMIT), IMAGE)).toEqual({
			kind: 'tooLarge',
			bytes: 4_194_304,
			limit: 4_194_304,
		});
		expect(await checkMask(await padded(MASK_BYTE_LIMIT - 1), IMAGE)).toBeUndefined();
	});

	it('that is cut short', async () => {
		const mask = await goodMask();
		expect(await checkMask(mask.subarray(0, -8), IMAGE)).toEqual({
			kind: 'damaged',
			reason: 'is cut short',
		});
		expect(await checkMask(mask.subarray(0, 20), IMAGE)).toEqual({
			kind: 'damaged',
			reason: 'has no readable header',
		});
	});

	it('that is damaged after its first transparent pixel', async () => {
		const mask = await sharp(await goodMask())
			.flip()
			.flop()
			.png()
			.toBuffer();
		mask[mask.length - 20] ^= 1;
		expect(await checkMask(mask, IMAGE)).toMatchObject({ kind: 'damaged' });
	});

	it('that claims a giant size, without being decoded', async () => {
		const mask = await goodMask();
		mask.writeUInt32BE(2 ** 31 - 1, 16);
		mask.writeUInt32BE(2 ** 31 - 1, 20);
		const size = { width: 2 ** 31 - 1, height: 2 ** 31 - 1 };
		expect(await checkMask(mask, size)).toEqual({ kind: 'tooManyPixels', mask: size });
		await expect(alphaFromBlackAndWhite(mask)).rejects.toThrow(RangeError);
	});
});

describe('a black-and-white mask', () => {
	/** Every gray there is, so that the threshold shows, and noise below. */
	const grays = Uint8Array.from({ length: 256 * 20 }, (_, i) => (i < 256 ? i : (i * 193) % 256));
	const size = { width: 256, height: 20 };
	const gray = () => sharp(grays, { raw: { ...size, channels: 1 } }).toColourspace('b-w');
	const expected = Array.from(grays, (value) => (value >= 128 ? 0 : 255));

	const alphaOf = async (png: Uint8Array) => {
		const alpha = await sharp(png).extractChannel('alpha').raw().toBuffer();
		return [...alpha];
	};

	it.each([
		['gray', async () => await gray().png().toBuffer()],
		['gray, interlaced', async () => await gray().png({ progressive: true }).toBuffer()],
		['RGB', async () => await gray().toColourspace('srgb').png().toBuffer()],
		['16 bits', async () => await gray().toColourspace('grey16').png().toBuffer()],
		['opaque RGBA', async () => await gray().toColourspace('srgb').ensureAlpha().png().toBuffer()],
	])('becomes transparent where it is white, to the pixel: %s', async (_kind, make) => {
		const mask = await alphaFromBlackAndWhite(await make());
		expect(await alphaOf(mask)).toEqual(expected);
		expect(await checkMask(mask, size)).toBeUndefined();
	});

	it('of 1 bit becomes transparent where it is white', async () => {
		const recipe = { ...IMAGE, colourType: 0, bitDepth: 1 } as const;
		const samples = randomSamples(recipe);
		for (const interlaced of [false, true]) {
			const mask = await alphaFromBlackAndWhite(await buildPng({ ...recipe, samples, interlaced }));
			expect(await alphaOf(mask)).toEqual(samples.map((white) => (white ? 0 : 255)));
		}
	});

	it('that is all black stays without a pixel to edit, which the check tells', async () => {
		const black = await sharp({ create: { ...IMAGE, channels: 3, background: 'black' } })
			.png()
			.toBuffer();
		expect(await checkMask(await alphaFromBlackAndWhite(black), IMAGE)).toEqual({ kind: 'opaque' });
	});

	it('that is damaged or no PNG is refused', async () => {
		const png = await gray().png().toBuffer();
		await expect(alphaFromBlackAndWhite(png.subarray(0, -20))).rejects.toThrow('is cut short');
		await expect(alphaFromBlackAndWhite(Buffer.from('text'))).rejects.toThrow(RangeError);
	});
});
