import { encodeAlphaPng } from './alphaPng';
import type { ImageSize } from './header';
import { isTooLargeForMask } from './maskSize';

/** A part of an image; all numbers in percent (0 to 100) of its width or height. */
export interface Region {
	readonly shape: 'rectangle' | 'ellipse';
	/** Of the left edge. */
	readonly x: number;
	/** Of the top edge. */
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** Pixels along one side, from `start` up to but without `end`. */
interface Run {
	readonly start: number;
	readonly end: number;
}

const NOTHING: Run = { start: 0, end: 0 };

/** 33.3 and 66.7 add up to a little over 100; no pixel is that small. */
const ROUNDING_ERROR = 1e-6;

/** Which rule the region breaks, in words for the builder; `undefined` for a good one. */
export function checkRegion(region: Region): string | undefined {
	if (region.shape !== 'rectangle' && region.shape !== 'ellipse') {
		return 'The shape of the region must be "rectangle" or "ellipse".';
	}
	for (const side of ['x', 'y', 'width', 'height'] as const) {
		if (typeof region[side] !== 'number' || !Number.isFinite(region[side])) {
			return `The region's ${side} must be a number of percent, from 0 to 100.`;
		}
	}
	return checkExtent('x', 'width', 'left', region) ?? checkExtent('y', 'height', 'top', region);
}

function checkExtent(
	from: 'x' | 'y',
	length: 'width' | 'height',
	edge: 'left' | 'top',
	region: Region,
): string | undefined {
	const start = region[from];
	const extent = region[length];
	if (start < 0 || start > 100) {
		return `The region's ${edge} edge is at ${start} %, but the image goes from 0 % to 100 %.`;
	}
	if (extent <= 0) {
		return `The region's ${length} is ${extent} %, so it holds nothing to edit. Make it more than 0 %.`;
	}
	if (start + extent > 100 + ROUNDING_ERROR) {
		return `The region goes past the image: its ${edge} edge is at ${start} % and its ${length} is ${extent} %, together ${rounded(start + extent)} %.`;
	}
	return undefined;
}

/** 0.1 + 0.2 would read 0.30000000000000004. */
const rounded = (percent: number) => Number(percent.toFixed(4));

/**
 * Draws the mask that lets the API edit `region` only: a PNG of `size` (that of
 * the first image as a viewer shows it, see `orientedSize`), transparent in the
 * region and opaque around it. OpenAI API reference, "Create image edit": fully
 * transparent areas of the mask are edited.
 *
 * A pixel belongs to the region if its centre does, so regions side by side
 * neither overlap nor leave a gap. A region too small to hold the centre of any
 * pixel gets those its bounding box lies on: a mask always has something to edit.
 *
 * @throws RangeError for a region or a size that the caller should have refused.
 */
export async function drawRegionMask(region: Region, size: ImageSize): Promise<Buffer> {
	const brokenRule = checkRegion(region);
	if (brokenRule) throw new RangeError(brokenRule);
	if (isTooLargeForMask(size)) throw new RangeError('The image is too large for a mask.');

	const runOfRow = region.shape === 'ellipse' ? ellipseRuns(region, size) : undefined;
	const editedPixels = runOfRow ?? rectangleRuns(region, size);
	return await encodeAlphaPng(size, (y, alpha) => {
		const { start, end } = editedPixels(y);
		alpha.fill(255);
		alpha.fill(0, start, end);
	});
}

type RunOfRow = (y: number) => Run;

function rectangleRuns(region: Region, size: ImageSize): RunOfRow {
	const columns = atLeastOneAlong(region.x, region.width, size.width);
	const rows = atLeastOneAlong(region.y, region.height, size.height);
	return (y) => (y >= rows.start && y < rows.end ? columns : NOTHING);
}

/** `undefined` for an ellipse that holds the centre of no pixel. */
function ellipseRuns(region: Region, size: ImageSize): RunOfRow | undefined {
	const middle = region.y + region.height / 2;
	const runOfRow = (y: number): Run => {
		// Where the row's middle cuts the ellipse: (dx / rx)² + (dy / ry)² = 1.
		const dy = (((y + 0.5) / size.height) * 100 - middle) / (region.height / 2);
		if (Math.abs(dy) >= 1) return NOTHING;
		const width = region.width * Math.sqrt(1 - dy ** 2);
		return pixelsAlong(region.x + (region.width - width) / 2, width, size.width);
	};

	const rows = pixelsAlong(region.y, region.height, size.height);
	for (let y = rows.start; y < rows.end; y++) {
		const { start, end } = runOfRow(y);
		if (start < end) return runOfRow;
	}
	return undefined;
}

/** The pixels, of `count` in all, whose centres lie on the `length` percent from `from` percent on. */
function pixelsAlong(from: number, length: number, count: number): Run {
	const start = (from / 100) * count;
	const end = ((from + length) / 100) * count;
	return { start: Math.ceil(start - 0.5), end: Math.min(count, Math.ceil(end - 0.5)) };
}

function atLeastOneAlong(from: number, length: number, count: number): Run {
	const run = pixelsAlong(from, length, count);
	if (run.start < run.end) return run;

	const middle = Math.min(count - 1, Math.floor(((from + length / 2) / 100) * count));
	return { start: middle, end: middle + 1 };
}
