import type { ImageSize } from './header';

/**
 * The most pixels a mask is drawn or decoded with. A few bytes can claim any
 * size, so without a limit they could keep n8n busy for minutes. This is well
 * above what phones photograph and what the Images API makes (8.3 million).
 */
export const MOST_MASK_PIXELS = 2 ** 27;

/** Pixels; JPEG's own limit. */
const LONGEST_MASK_SIDE = 65_535;

export function isTooLargeForMask({ width, height }: ImageSize): boolean {
	return width * height > MOST_MASK_PIXELS || Math.max(width, height) > LONGEST_MASK_SIDE;
}
