import fc from 'fast-check';
import sharp from 'sharp';

import { visitPixels } from '../../../nodes/shared/images/pngPixels';
import { assemble, buildPng, CHANNELS, chunk, deflate, randomSamples } from './pngBuilder';
import type { PngRecipe } from './pngBuilder';
import { noise } from './samples';

const SIZE = { width: 21, height: 13 };

const KINDS = [
	{ colourType: 0, bitDepth: 1 },
	{ colourType: 0, bitDepth: 2 },
	{ colourType: 0, bitDepth: 4 },
	{ colourType: 0, bitDepth: 8 },
	{ colourType: 0, bitDepth: 16 },
	{ colourType: 2, bitDepth: 8 },
	{ colourType: 2, bitDepth: 16 },
	{ colourType: 3, bitDepth: 1 },
	{ colourType: 3, bitDepth: 2 },
	{ colourType: 3, bitDepth: 4 },
	{ colourType: 3, bitDepth: 8 },
	{ colourType: 4, bitDepth: 8 },
	{ colourType: 4, bitDepth: 16 },
	{ colourType: 6, bitDepth: 8 },
	{ colourType: 6, bitDepth: 16 },
] as const;

type Kind = (typeof KINDS)[number];

const CASES = KINDS.flatMap((kind) =>
	[false, true].flatMap((interlaced) =>
		[false, true].map((transparency) => ({ ...kind, interlaced, transparency })),
	),
).filter(({ colourType, transparency }) => !(transparency && colourType >= 4));

/** Gray levels, or a palette, in which nothing is repeated. */
function recipeOf(kind: Kind, transparency: boolean, size = SIZE): PngRecipe {
	const samples = randomSamples({ ...kind, ...size });
	const entries = 2 ** kind.bitDepth;
	const palette = Uint8Array.from({ length: entries * 3 }, (_, i) => (i * 73 + 41) % 256);
	const alphaOfEntries = Uint8Array.from({ length: entries - 1 }, (_, i) => (i * 97) % 256);
	const firstPixel = samples.slice(0, CHANNELS[kind.colourType]);
	const keyColour = Uint8Array.from(firstPixel.flatMap((sample) => [sample >> 8, sample & 255]));
	return {
		...kind,
		...size,
		samples,
		...(kind.colourType === 3 && { palette }),
		...(transparency && { transparency: kind.colourType === 3 ? alphaOfEntries : keyColour }),
	};
}

/** The IHDR chunk of such a picture. */
const layoutOf = async (kind: Kind, size = SIZE) =>
	(await buildPng(recipeOf(kind, false, size))).subarray(8, 33);

async function decoded(png: Uint8Array, { width, height } = SIZE) {
	const luma = new Array<number>(width * height).fill(-1);
	const alpha = new Array<number>(width * height).fill(-1);
	const damage = await visitPixels(png, (row) => {
		row.luma.forEach((value, i) => {
			const at = row.y * width + row.firstX + i * row.stepX;
			if (luma[at] !== -1) throw new Error(`pixel ${at} came twice`);
			luma[at] = value;
			alpha[at] = row.alpha[i];
		});
	});
	return { damage, luma, alpha };
}

async function decodedBySharp(png: Uint8Array) {
	const rgba = await sharp(png)
		.toColourspace('srgb')
		.ensureAlpha()
		.raw({ depth: 'uchar' })
		.toBuffer();
	const luma: number[] = [];
	const alpha: number[] = [];
	for (let i = 0; i < rgba.length; i += 4) {
		luma.push(Math.round((299 * rgba[i] + 587 * rgba[i + 1] + 114 * rgba[i + 2]) / 1000));
		alpha.push(rgba[i + 3]);
	}
	return { damage: undefined, luma, alpha };
}

it.each(CASES)(
	'a PNG is decoded as sharp decodes it: colour type $colourType, $bitDepth bits, interlaced $interlaced, tRNS $transparency',
	async ({ colourType, bitDepth, interlaced, transparency }) => {
		const recipe = recipeOf({ colourType, bitDepth } as Kind, transparency);
		const png = await buildPng({ ...recipe, interlaced });
		expect(await decoded(png)).toEqual(await decodedBySharp(png));
	},
);

it.each([0, 1, 2, 3, 4])('every row filter is undone: %i', async (filter) => {
	for (const kind of KINDS) {
		const png = await buildPng({ ...recipeOf(kind, false), filters: [filter] });
		expect(await decoded(png)).toEqual(await decodedBySharp(png));
	}
});

it('pictures of every small size are decoded, interlaced or not', async () => {
	const side = fc.integer({ min: 1, max: 18 });
	const anyPicture = fc.record({
		kind: fc.constantFrom(...KINDS),
		width: side,
		height: side,
		interlaced: fc.boolean(),
		pixelChunkBytes: fc.integer({ min: 1, max: 40 }),
	});
	await fc.assert(
		fc.asyncProperty(anyPicture, async ({ kind, width, height, ...form }) => {
			const size = { width, height };
			const png = await buildPng({ ...recipeOf(kind, false, size), ...form });
			expect(await decoded(png, size)).toEqual(await decodedBySharp(png));
		}),
		{ numRuns: 150, seed: 3 },
	);
});

it.each([
	['RGBA', async () => await noise(4, 61, 43).png().toBuffer()],
	['RGBA, interlaced', async () => await noise(4, 61, 43).png({ progressive: true }).toBuffer()],
	['a palette', async () => await noise(4, 61, 43).png({ palette: true, colours: 9 }).toBuffer()],
	['16 bits', async () => await noise(4, 61, 43).toColourspace('rgb16').png().toBuffer()],
])('what sharp writes is decoded: %s', async (_kind, make) => {
	const png = await make();
	const size = { width: 61, height: 43 };
	expect(await decoded(png, size)).toEqual(await decodedBySharp(png));
});

describe('a damaged PNG is told from a whole one', () => {
	const recipe = recipeOf({ colourType: 6, bitDepth: 8 }, false);
	const damageOf = async (png: Uint8Array) => (await decoded(png)).damage;

	it('when it is cut short, wherever', async () => {
		const png = await buildPng({ ...recipe, pixelChunkBytes: 100 });
		for (let length = 33; length < png.length; length += 7) {
			expect(await damageOf(png.subarray(0, length))).toBe('is cut short');
		}
	});

	it('when its head cannot be read', async () => {
		const png = await buildPng(recipe);
		expect(await damageOf(png.subarray(0, 28))).toBe('has no readable header');
	});

	it('when a byte of any chunk was changed', async () => {
		const png = await buildPng({ ...recipeOf({ colourType: 3, bitDepth: 4 }, true) });
		for (const type of ['IHDR', 'PLTE', 'tRNS', 'IDAT']) {
			const changed = Buffer.from(png);
			changed[changed.indexOf(type) + 6] ^= 1;
			expect(await damageOf(changed)).toBe('has a wrong checksum');
		}
	});

	it('when its palette is missing', async () => {
		const png = await buildPng({
			...recipeOf({ colourType: 3, bitDepth: 4 }, false),
			palette: undefined,
		});
		expect(await damageOf(png)).toBe('lacks its palette');
	});

	it.each([
		['pixels are no zlib stream', async () => Buffer.from('no zlib stream')],
		['there are no pixels', async () => Buffer.alloc(0)],
		['rows are missing', async () => await deflate(Buffer.alloc(5 * (1 + 21 * 4)))],
		['a filter does not exist', async () => await deflate(Buffer.alloc(13 * (1 + 21 * 4), 5))],
	])('when %s', async (_fault, pixels) => {
		const layout = await layoutOf({ colourType: 6, bitDepth: 8 });
		const png = assemble([layout, chunk('IDAT', await pixels())]);
		expect(await damageOf(png)).toBe('has pixels that cannot be read');
	});
});

it('bytes after the last row do no harm, in or after the zlib stream', async () => {
	const size = { width: 2, height: 1 };
	const layout = (await buildPng(recipeOf({ colourType: 0, bitDepth: 8 }, false, size))).subarray(
		8,
		33,
	);
	const pixels = await deflate(Buffer.from([0, 10, 200, 1, 2, 3]));
	const png = assemble([layout, chunk('IDAT', Buffer.concat([pixels, Buffer.from('junk')]))]);
	expect(await decoded(png, size)).toEqual({
		damage: undefined,
		luma: [10, 200],
		alpha: [255, 255],
	});
});

it('a zip bomb is inflated no further than its picture goes', async () => {
	const size = { width: 100, height: 100 };
	const layout = await layoutOf({ colourType: 0, bitDepth: 8 }, size);
	const bomb = await deflate(Buffer.alloc(50_000_000));
	// Whoever inflates it all meets a wrong checksum at its end.
	bomb.fill(0, bomb.length - 4);

	const png = assemble([layout, chunk('IDAT', bomb)]);
	expect((await decoded(png, size)).damage).toBeUndefined();
});
