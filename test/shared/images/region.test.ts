import fc from 'fast-check';
import sharp from 'sharp';

import { readImageHeader } from '../../../nodes/shared/images/header';
import { checkMask, MASK_BYTE_LIMIT } from '../../../nodes/shared/images/mask';
import { checkRegion, drawRegionMask } from '../../../nodes/shared/images/region';
import type { Region } from '../../../nodes/shared/images/region';

const rectangle = (x: number, y: number, width: number, height: number): Region => ({
	shape: 'rectangle',
	x,
	y,
	width,
	height,
});
const ellipse = (x: number, y: number, width: number, height: number): Region => ({
	...rectangle(x, y, width, height),
	shape: 'ellipse',
});

interface Size {
	readonly width: number;
	readonly height: number;
}

/** RGBA, decoded by sharp. */
async function pixelsOf(mask: Buffer, size: Size): Promise<Buffer> {
	const { data, info } = await sharp(mask).raw().toBuffer({ resolveWithObject: true });
	expect(info).toMatchObject({ ...size, channels: 4 });
	return data;
}

/** Rows of "." where the mask is transparent and "#" where it is opaque. */
async function drawn(region: Region, size: Size): Promise<string[]> {
	const pixels = await pixelsOf(await drawRegionMask(region, size), size);
	return Array.from({ length: size.height }, (_, y) =>
		Array.from({ length: size.width }, (_, x) =>
			pixels[(y * size.width + x) * 4 + 3] === 0 ? '.' : '#',
		).join(''),
	);
}

/** Pixels whose centre is on the wrong side; those within a rounding error of the edge may be on either. */
async function misdrawn(region: Region, { width, height }: Size): Promise<number> {
	const pixels = await pixelsOf(await drawRegionMask(region, { width, height }), { width, height });
	const middle = { x: region.x + region.width / 2, y: region.y + region.height / 2 };
	let wrong = 0;
	for (let row = 0; row < height; row++) {
		const v = ((((row + 0.5) / height) * 100 - middle.y) / (region.height / 2)) ** 2;
		for (let column = 0; column < width; column++) {
			const u = ((((column + 0.5) / width) * 100 - middle.x) / (region.width / 2)) ** 2;
			// Below 1 inside, above 1 outside.
			const place = region.shape === 'ellipse' ? u + v : u > v ? u : v;
			const inside = place < 1;
			const onTheEdge = place > 1 - 1e-9 && place < 1 + 1e-9;
			const alpha = pixels[(row * width + column) * 4 + 3];
			if (!onTheEdge && alpha !== (inside ? 0 : 255)) wrong += 1;
		}
	}
	return wrong;
}

it('a rectangle is transparent and the rest opaque', async () => {
	expect(await drawn(rectangle(25, 50, 50, 25), { width: 8, height: 4 })).toEqual([
		'########',
		'########',
		'##....##',
		'########',
	]);
});

it('an ellipse is transparent and the rest opaque', async () => {
	expect(await drawn(ellipse(0, 0, 100, 100), { width: 12, height: 6 })).toEqual([
		'###......###',
		'#..........#',
		'............',
		'............',
		'#..........#',
		'###......###',
	]);
});

it('a pixel belongs to the region if its centre does, to the pixel', async () => {
	// At least two pixels each way: what is smaller has a rule of its own, below.
	const side = fc.integer({ min: 20, max: 90 });
	const share = fc.double({ min: 0, max: 1, noNaN: true });
	const extent = fc.tuple(share, share).map(([start, rest]) => ({
		start: 90 * start,
		length: 10 + (90 - 90 * start) * rest,
	}));
	const anyRegion = fc
		.record({ draw: fc.constantFrom(rectangle, ellipse), across: extent, down: extent })
		.map(({ draw, across, down }) => draw(across.start, down.start, across.length, down.length));
	await fc.assert(
		fc.asyncProperty(anyRegion, side, side, async (region, width, height) => {
			expect(await misdrawn(region, { width, height })).toBe(0);
		}),
		{ numRuns: 300, seed: 5 },
	);
});

it.each([
	['a rectangle', rectangle(10, 20, 33.3, 41.7)],
	['an ellipse', ellipse(61.8, 5, 30, 70)],
])('%s is drawn to the pixel in the largest image', async (_shape, region) => {
	expect(await misdrawn(region, { width: 3840, height: 2160 })).toBe(0);
});

it('regions side by side share every pixel out, each once', async () => {
	const size = { width: 37, height: 5 };
	const edges = [0, 12.3, 33.3, 66.6, 100];
	const masks = await Promise.all(
		edges.slice(1).map(async (end, i) => {
			const region = rectangle(edges[i], 0, end - edges[i], 100);
			return (await drawn(region, size)).join('');
		}),
	);
	for (let pixel = 0; pixel < size.width * size.height; pixel++) {
		expect(masks.filter((mask) => mask[pixel] === '.')).toHaveLength(1);
	}
});

it('the whole image can be a region', async () => {
	const size = { width: 5, height: 3 };
	expect(await drawn(rectangle(0, 0, 100, 100), size)).toEqual(['.....', '.....', '.....']);
});

it.each([
	['a speck of a rectangle', rectangle(49.5, 49.5, 0.1, 0.1), ['#####', '##.##', '#####']],
	['a speck of an ellipse', ellipse(10, 10, 0.1, 0.1), ['.####', '#####', '#####']],
	['a hair of a rectangle', rectangle(99.9, 0, 0.1, 100), ['####.', '####.', '####.']],
	['a hair of an ellipse', ellipse(0, 99.9, 100, 0.1), ['#####', '#####', '.....']],
])('%s still has something to edit', async (_what, region, rows) => {
	expect(await drawn(region, { width: 5, height: 3 })).toEqual(rows);
});

it('an ellipse between the centres of four pixels is all four', async () => {
	expect(await drawn(ellipse(40, 40, 20, 20), { width: 6, height: 6 })).toEqual([
		'######',
		'######',
		'##..##',
		'##..##',
		'######',
		'######',
	]);
});

it.each([
	[1024, 1024],
	[1536, 1024],
	[3840, 2160],
])('a mask of %i x %i passes the check and is far below its limit', async (width, height) => {
	const mask = await drawRegionMask(ellipse(7, 11, 83, 61), { width, height });
	expect(readImageHeader(mask)).toMatchObject({ format: 'png', width, height, hasAlpha: true });
	expect(await checkMask(mask, { width, height })).toBeUndefined();
	expect(mask.length).toBeLessThan(MASK_BYTE_LIMIT / 20);
});

describe('a region is refused in words that name the field and the rule', () => {
	it.each([
		[rectangle(0, 0, 0, 10), 'width is 0 %'],
		[rectangle(0, 0, 10, -5), 'height is -5 %'],
		[rectangle(-1, 0, 10, 10), 'left edge is at -1 %'],
		[rectangle(0, 101, 10, 10), 'top edge is at 101 %'],
		[ellipse(60, 0, 50, 10), 'left edge is at 60 % and its width is 50 %, together 110 %'],
		[
			ellipse(0, 33.1, 10, 70.2),
			'top edge is at 33.1 % and its height is 70.2 %, together 103.3 %',
		],
		[rectangle(NaN, 0, 10, 10), 'x must be a number'],
		[rectangle(0, 0, Infinity, 10), 'width must be a number'],
		[{ ...rectangle(0, 0, 10, 10), height: '10' as unknown as number }, 'height must be a number'],
		[{ ...rectangle(0, 0, 10, 10), shape: 'star' as 'ellipse' }, '"rectangle" or "ellipse"'],
	])('%j', async (region, words) => {
		expect(checkRegion(region)).toContain(words);
		await expect(drawRegionMask(region, { width: 9, height: 9 })).rejects.toThrow(words);
	});

	it('but not for a rounding error', () => {
		expect(checkRegion(rectangle(33.3, 29.9, 66.7, 70.1))).toBeUndefined();
		expect(checkRegion(rectangle(1.1, 0, 98.9 + 1e-12, 100))).toBeUndefined();
	});
});

it('a mask for an image of a monstrous size is refused', async () => {
	const size = { width: 65_535, height: 65_535 };
	await expect(drawRegionMask(rectangle(0, 0, 10, 10), size)).rejects.toThrow(RangeError);
});
