import type { ImageModel, SizeGrid } from './models';

/** Width and height in pixels. */
export interface Size {
	readonly width: number;
	readonly height: number;
}

/** Resolutions by the number of pixels of a well-known size. */
export const RESOLUTIONS = {
	'1k': 1024 * 1024,
	'2k': 2048 * 2048,
	'4k': 3840 * 2160,
} as const;

export type Resolution = keyof typeof RESOLUTIONS;

/** `1536x1024`, as the API writes it. */
export const formatSize = ({ width, height }: Size): string => `${width}x${height}`;

/** Reads `1536x1024`, both edges above 0; `undefined` for any other text. */
export function parseSize(text: string): Size | undefined {
	const match = /^\s*([1-9]\d{0,4})\s*[x×*]\s*([1-9]\d{0,4})\s*$/i.exec(text);
	return match ? { width: Number(match[1]), height: Number(match[2]) } : undefined;
}

/** Reads `16:9`; `undefined` for text that is no ratio of two positive numbers. */
export function parseAspectRatio(text: string): number | undefined {
	const match = /^\s*(\d{1,5}(?:\.\d+)?)\s*[:/x]\s*(\d{1,5}(?:\.\d+)?)\s*$/i.exec(text);
	const ratio = match ? Number(match[1]) / Number(match[2]) : NaN;
	return Number.isFinite(ratio) && ratio > 0 ? ratio : undefined;
}

const number = (value: number) => value.toLocaleString('en-US');

function brokenGridRule({ width, height }: Size, grid: SizeGrid): string | undefined {
	const long = Math.max(width, height);
	const short = Math.min(width, height);
	const pixels = width * height;
	if (long > grid.maxEdge) return `no edge may be longer than ${number(grid.maxEdge)} pixels`;
	if (width % grid.multiple || height % grid.multiple)
		return `width and height must be multiples of ${grid.multiple}`;
	if (long > short * grid.maxRatio)
		return `the long edge may be at most ${grid.maxRatio} times the short edge`;
	if (pixels < grid.minPixels)
		return `the image must have at least ${number(grid.minPixels)} pixels (it has ${number(pixels)})`;
	if (pixels > grid.maxPixels)
		return `the image may have at most ${number(grid.maxPixels)} pixels (it has ${number(pixels)})`;
	return undefined;
}

/**
 * The rule of the model that a size in pixels breaks, as the second half of a sentence;
 * `undefined` when the size is legal.
 */
export function brokenSizeRule(size: Size, model: ImageModel): string | undefined {
	const { sizes } = model;
	if ('multiple' in sizes) return brokenGridRule(size, sizes);
	return sizes.includes(formatSize(size)) ? undefined : `it takes ${sizes.join(', ')} only`;
}

/** How much more the shape of a picture counts than its area when neither can be met. */
type ShapeWeight = number;
/** Close to the pixels a person typed: 1920x1080 becomes 1920x1088. */
const LIKE_THE_PIXELS: ShapeWeight = 3;
/** Close to the shape, at the cost of area: 3:1 at `4k` becomes 3840x1280. */
const LIKE_THE_SHAPE: ShapeWeight = 100;

/** How far apart two sizes are: 0 when equal, the same for half as for twice. */
const distance = (a: Size, b: Size, weight: ShapeWeight) =>
	weight * Math.log((a.width * b.height) / (a.height * b.width)) ** 2 +
	Math.log((a.width * a.height) / (b.width * b.height)) ** 2;

/** For each legal width the two legal heights around the best one. */
function* gridCandidates(wanted: Size, grid: SizeGrid, weight: ShapeWeight): Generator<Size> {
	const { multiple, maxEdge, maxRatio, minPixels, maxPixels } = grid;
	for (let width = multiple; width <= maxEdge; width += multiple) {
		const low = Math.max(width / maxRatio, minPixels / width);
		const high = Math.min(width * maxRatio, maxPixels / width, maxEdge);
		const lowest = Math.ceil(low / multiple) * multiple;
		const highest = Math.floor(high / multiple) * multiple;
		if (lowest > highest) continue;
		const ofShape = Math.log((width * wanted.height) / wanted.width);
		const ofArea = Math.log((wanted.width * wanted.height) / width);
		const best = Math.exp((weight * ofShape + ofArea) / (weight + 1));
		const below = Math.floor(best / multiple) * multiple;
		for (const height of [below, below + multiple])
			yield { width, height: Math.min(Math.max(height, lowest), highest) };
	}
}

function nearest(wanted: Size, { sizes }: ImageModel, weightOnGrid: ShapeWeight): Size {
	const onGrid = 'multiple' in sizes;
	const candidates = onGrid
		? [...gridCandidates(wanted, sizes, weightOnGrid)]
		: sizes.map(parseSize).filter((size) => size !== undefined);
	// Of a few sizes that are all far off, one of the same shape is wanted: a square for a square.
	const weight = onGrid ? weightOnGrid : LIKE_THE_SHAPE;
	return candidates.reduce((best, size) =>
		distance(size, wanted, weight) <= distance(best, wanted, weight) ? size : best,
	);
}

/**
 * The legal size closest to the one a person typed. A legal size is its own nearest; of two
 * equally near the larger is taken.
 * @param wanted width and height in pixels, both above 0
 */
export const nearestLegalSize = (wanted: Size, model: ImageModel): Size =>
	nearest(wanted, model, LIKE_THE_PIXELS);

/**
 * The legal size that keeps the shape of a picture best.
 * @param shape width and height in pixels, both above 0
 */
export const legalSizeLike = (shape: Size, model: ImageModel): Size =>
	nearest(shape, model, LIKE_THE_SHAPE);

/**
 * The legal size closest to an aspect ratio at a resolution.
 * @param ratio width divided by height
 */
export function sizeForAspectRatio(ratio: number, resolution: Resolution, model: ImageModel): Size {
	const pixels = RESOLUTIONS[resolution];
	return legalSizeLike(
		{ width: Math.sqrt(pixels * ratio), height: Math.sqrt(pixels / ratio) },
		model,
	);
}
