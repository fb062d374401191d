import fc from 'fast-check';
import { findModel, IMAGE_MODELS, type ImageModel } from '../../../nodes/shared/models/models';
import {
	brokenSizeRule,
	formatSize,
	legalSizeLike,
	nearestLegalSize,
	parseAspectRatio,
	parseSize,
	RESOLUTIONS,
	sizeForAspectRatio,
	type Resolution,
	type Size,
} from '../../../nodes/shared/models/sizes';

const model = (id: string) => findModel(id) as ImageModel;
const size = (text: string) => parseSize(text) as Size;
const broken = (text: string, id = 'gpt-image-2') => brokenSizeRule(size(text), model(id));

/** OpenAI's size rules, written down a second time and in another way than the product's. */
function isLegalForAnySizeModel({ width, height }: Size): boolean {
	const ratio = width / height;
	return (
		[width, height].every((edge) => edge % 16 === 0 && edge <= 3840) &&
		ratio <= 3 &&
		ratio >= 1 / 3 &&
		width * height >= 655_360 &&
		width * height <= 8_294_400
	);
}

const THREE_SIZES = ['1024x1024', '1536x1024', '1024x1536'];
const takesAnySize = (one: ImageModel) => !Array.isArray(one.sizes);
const isLegal = (one: ImageModel, wanted: Size) =>
	takesAnySize(one) ? isLegalForAnySizeModel(wanted) : THREE_SIZES.includes(formatSize(wanted));

const anyModel = fc.constantFrom(...IMAGE_MODELS);
const edge = fc.oneof(
	fc.integer({ min: 1, max: 99_999 }),
	fc.integer({ min: 1, max: 260 }).map((steps) => steps * 16),
);
const anySize = fc.record({ width: edge, height: edge });

describe('the rules of gpt-image-2', () => {
	it.each([
		['3840x2160', 'longest edge and most pixels'],
		['2160x3840', 'longest edge and most pixels, upright'],
		['3840x1280', 'exactly 3:1'],
		['1280x3840', 'exactly 1:3'],
		['1024x640', 'exactly 655,360 pixels'],
		['640x1024', 'exactly 655,360 pixels, upright'],
		['2880x2880', 'exactly 8,294,400 pixels'],
		['1024x1024', 'a preset'],
	])('%s is legal: %s', (text) => {
		expect(broken(text)).toBeUndefined();
	});

	it.each([
		['3856x2144', 'no edge may be longer than 3,840 pixels'],
		['4096x2160', 'no edge may be longer than 3,840 pixels'],
		['2160x4096', 'no edge may be longer than 3,840 pixels'],
		['1000x1000', 'width and height must be multiples of 16'],
		['1024x1000', 'width and height must be multiples of 16'],
		['1000x1024', 'width and height must be multiples of 16'],
		['3200x1024', 'the long edge may be at most 3 times the short edge'],
		['1024x3200', 'the long edge may be at most 3 times the short edge'],
		['3840x1264', 'the long edge may be at most 3 times the short edge'],
		['512x512', 'the image must have at least 655,360 pixels (it has 262,144)'],
		['1008x640', 'the image must have at least 655,360 pixels (it has 645,120)'],
		['3840x2176', 'the image may have at most 8,294,400 pixels (it has 8,355,840)'],
		['2896x2880', 'the image may have at most 8,294,400 pixels (it has 8,340,480)'],
	])('%s is refused: %s', (text, rule) => {
		expect(broken(text)).toBe(rule);
	});
});

describe('models with a fixed list of sizes', () => {
	it.each(THREE_SIZES)('%s is legal', (text) => {
		expect(broken(text, 'gpt-image-1.5')).toBeUndefined();
	});

	it('every other size is refused with the list', () => {
		expect(broken('2048x2048', 'gpt-image-1.5')).toBe(
			'it takes 1024x1024, 1536x1024, 1024x1536 only',
		);
	});
});

it('a size is refused exactly when the rules refuse it, for every model', () => {
	fc.assert(
		fc.property(anyModel, anySize, (one, wanted) => {
			expect(brokenSizeRule(wanted, one) === undefined).toBe(isLegal(one, wanted));
		}),
		{ numRuns: 3000 },
	);
});

describe('the nearest legal size', () => {
	it('is legal, whatever was wanted and whichever the model', () => {
		fc.assert(
			fc.property(anyModel, anySize, (one, wanted) => {
				const nearest = nearestLegalSize(wanted, one);
				expect([formatSize(nearest), isLegal(one, nearest)]).toEqual([formatSize(nearest), true]);
				const alike = legalSizeLike(wanted, one);
				expect([formatSize(alike), isLegal(one, alike)]).toEqual([formatSize(alike), true]);
			}),
			{ numRuns: 500 },
		);
	});

	it('of a legal size is that size', () => {
		fc.assert(
			fc.property(
				anySize.filter((one) => isLegalForAnySizeModel(one)),
				(legal) => {
					expect(nearestLegalSize(legal, model('gpt-image-2'))).toEqual(legal);
				},
			),
			{ numRuns: 200 },
		);
		for (const text of THREE_SIZES)
			expect(formatSize(nearestLegalSize(size(text), model('gpt-image-1')))).toBe(text);
	});

	it('is such that no legal size is closer in both shape and number of pixels', () => {
		const legal: Size[] = [];
		for (let width = 16; width <= 3840; width += 16)
			for (let height = 16; height <= 3840; height += 16)
				if (isLegalForAnySizeModel({ width, height })) legal.push({ width, height });
		const offShape = (a: Size, b: Size) =>
			Math.abs(Math.log((a.width * b.height) / (a.height * b.width)));
		const offPixels = (a: Size, b: Size) =>
			Math.abs(Math.log((a.width * a.height) / (b.width * b.height)));
		fc.assert(
			fc.property(anySize, (wanted) => {
				const nearest = nearestLegalSize(wanted, model('gpt-image-2'));
				const shape = offShape(nearest, wanted) - 1e-9;
				const pixels = offPixels(nearest, wanted) - 1e-9;
				const better = legal.find(
					(other) => offShape(other, wanted) < shape && offPixels(other, wanted) < pixels,
				);
				expect(better).toBeUndefined();
			}),
			{ numRuns: 100 },
		);
	});

	it('of an upright size is the lying one turned', () => {
		fc.assert(
			fc.property(anySize, ({ width, height }) => {
				const lying = nearestLegalSize({ width, height }, model('gpt-image-2'));
				const upright = nearestLegalSize({ width: height, height: width }, model('gpt-image-2'));
				expect(upright.width * upright.height).toBe(lying.width * lying.height);
			}),
			{ numRuns: 200 },
		);
	});

	it.each([
		['1000x1000', '1008x1008'],
		['1920x1080', '1920x1088'],
		['4096x2160', '3840x2096'],
		['512x512', '816x816'],
		['3200x1024', '3120x1040'],
		['3840x2176', '3824x2160'],
	])('of %s is %s', (wanted, nearest) => {
		expect(formatSize(nearestLegalSize(size(wanted), model('gpt-image-2')))).toBe(nearest);
	});

	it.each([
		['2048x2048', '1024x1024'],
		['1920x1080', '1536x1024'],
		['1080x1920', '1024x1536'],
	])('of %s is %s where only three sizes are taken', (wanted, nearest) => {
		expect(formatSize(nearestLegalSize(size(wanted), model('gpt-image-1.5')))).toBe(nearest);
	});
});

describe('an aspect ratio with a resolution', () => {
	const sizeOf = (ratio: string, resolution: Resolution, id = 'gpt-image-2') =>
		formatSize(sizeForAspectRatio(parseAspectRatio(ratio) as number, resolution, model(id)));

	it.each([
		['16:9', '4k', '3840x2160'],
		['9:16', '4k', '2160x3840'],
		['1:1', '4k', '2880x2880'],
		['1:1', '2k', '2048x2048'],
		['1:1', '1k', '1024x1024'],
		['3:1', '4k', '3840x1280'],
		['1:3', '4k', '1280x3840'],
		['2:1', '4k', '3840x1920'],
	] as const)('%s at %s is %s', (ratio, resolution, expected) => {
		expect(sizeOf(ratio, resolution)).toBe(expected);
	});

	it('is legal for every ratio from 3:1 to 1:3, every resolution and every model', () => {
		const ratio = fc.double({ min: 1 / 3, max: 3, noNaN: true });
		const resolution = fc.constantFrom(...(Object.keys(RESOLUTIONS) as Resolution[]));
		fc.assert(
			fc.property(anyModel, ratio, resolution, (one, wanted, resolved) => {
				const found = sizeForAspectRatio(wanted, resolved, one);
				expect([formatSize(found), isLegal(one, found)]).toEqual([formatSize(found), true]);
				if (takesAnySize(one))
					expect(Math.abs(Math.log(found.width / found.height / wanted))).toBeLessThan(0.02);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('text', () => {
	it.each([
		['1536x1024', { width: 1536, height: 1024 }],
		[' 1536 X 1024 ', { width: 1536, height: 1024 }],
		['1536×1024', { width: 1536, height: 1024 }],
		['1536*1024', { width: 1536, height: 1024 }],
	])('%j is read as a size', (text, expected) => {
		expect(parseSize(text)).toEqual(expected);
	});

	it.each([
		'',
		'auto',
		'1536',
		'1536x',
		'x1024',
		'1536x1024x3',
		'15.5x10',
		'-16x16',
		'123456x16',
		'0x1024',
	])('%j is no size', (text) => {
		expect(parseSize(text)).toBeUndefined();
	});

	it.each([
		['16:9', 16 / 9],
		[' 16 : 9 ', 16 / 9],
		['16/9', 16 / 9],
		['1.91:1', 1.91],
	])('%j is read as an aspect ratio', (text, expected) => {
		expect(parseAspectRatio(text)).toBeCloseTo(expected, 10);
	});

	it.each(['', '16', '16:', '16:0', '0:9', '0:0', 'wide', '-16:9'])(
		'%j is no aspect ratio',
		(text) => {
			expect(parseAspectRatio(text)).toBeUndefined();
		},
	);
});
