import { readUint } from './bytes';
import { COLOUR } from './pngHeader';
import type { PngColourType, PngLayout } from './pngHeader';

/** Samples in a pixel. */
export const CHANNELS: Readonly<Record<PngColourType, number>> = {
	[COLOUR.gray]: 1,
	[COLOUR.rgb]: 3,
	[COLOUR.palette]: 1,
	[COLOUR.grayAlpha]: 2,
	[COLOUR.rgba]: 4,
};

/** Sets brightness and alpha, 8 bits each, of the first `pixels` pixels in `samples`. */
export type PixelConverter = (
	samples: Uint16Array,
	pixels: number,
	luma: Uint8Array,
	alpha: Uint8Array,
) => void;

/**
 * What turns samples into brightness (of colours, by ITU-R BT.601) and alpha.
 * `transparency` is the data of the tRNS chunk: alpha of the palette's first
 * colours, or the one gray or colour that is transparent (PNG specification,
 * section 11.3.1.1).
 */
export function pixelConverter(
	layout: PngLayout,
	palette: Uint8Array,
	transparency: Uint8Array,
): PixelConverter {
	switch (layout.colourType) {
		case COLOUR.gray:
			return grayConverter(layout.bitDepth, transparency);
		case COLOUR.rgb:
			return rgbConverter(layout.bitDepth, transparency);
		case COLOUR.palette:
			return paletteConverter(palette, transparency);
		case COLOUR.grayAlpha:
			return grayAlphaConverter(layout.bitDepth);
		case COLOUR.rgba:
			return rgbaConverter(layout.bitDepth);
	}
}

function grayConverter(bitDepth: number, transparency: Uint8Array): PixelConverter {
	const to8 = eightBits(bitDepth);
	const transparent = sampleIn(transparency, 0, bitDepth);
	return (samples, pixels, luma, alpha) => {
		for (let i = 0; i < pixels; i++) {
			luma[i] = to8(samples[i]);
			alpha[i] = samples[i] === transparent ? 0 : 255;
		}
	};
}

function rgbConverter(bitDepth: number, transparency: Uint8Array): PixelConverter {
	const to8 = eightBits(bitDepth);
	const transparent = [0, 1, 2].map((channel) => sampleIn(transparency, channel, bitDepth));
	return (samples, pixels, luma, alpha) => {
		for (let i = 0; i < pixels; i++) {
			const red = samples[3 * i];
			const green = samples[3 * i + 1];
			const blue = samples[3 * i + 2];
			luma[i] = brightness(to8(red), to8(green), to8(blue));
			const isTransparent =
				red === transparent[0] && green === transparent[1] && blue === transparent[2];
			alpha[i] = isTransparent ? 0 : 255;
		}
	};
}

function paletteConverter(palette: Uint8Array, transparency: Uint8Array): PixelConverter {
	const lumaOf = new Uint8Array(256);
	for (let i = 0; i < Math.floor(palette.length / 3); i++) {
		lumaOf[i] = brightness(palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]);
	}
	const alphaOf = new Uint8Array(256).fill(255);
	alphaOf.set(transparency.subarray(0, 256));

	return (samples, pixels, luma, alpha) => {
		for (let i = 0; i < pixels; i++) {
			luma[i] = lumaOf[samples[i]];
			alpha[i] = alphaOf[samples[i]];
		}
	};
}

function grayAlphaConverter(bitDepth: number): PixelConverter {
	const to8 = eightBits(bitDepth);
	return (samples, pixels, luma, alpha) => {
		for (let i = 0; i < pixels; i++) {
			luma[i] = to8(samples[2 * i]);
			alpha[i] = to8(samples[2 * i + 1]);
		}
	};
}

function rgbaConverter(bitDepth: number): PixelConverter {
	const to8 = eightBits(bitDepth);
	return (samples, pixels, luma, alpha) => {
		for (let i = 0; i < pixels; i++) {
			const at = 4 * i;
			luma[i] = brightness(to8(samples[at]), to8(samples[at + 1]), to8(samples[at + 2]));
			alpha[i] = to8(samples[at + 3]);
		}
	};
}

/** The upper half of 16 bits, as programs with 8-bit pixels read them; fewer bits are stretched. */
function eightBits(bitDepth: number): (sample: number) => number {
	if (bitDepth === 16) return (sample) => sample >> 8;
	const factor = 255 / (2 ** bitDepth - 1);
	return (sample) => sample * factor;
}

function brightness(red: number, green: number, blue: number): number {
	// Cut off after adding a half: Math.round is slow on millions of pixels.
	return ((299 * red + 587 * green + 114 * blue + 500) / 1000) | 0;
}

/** Two bytes each; of samples under 16 bits, the bits above are to be ignored. */
function sampleIn(transparency: Uint8Array, channel: number, bitDepth: number): number | undefined {
	const sample = readUint(transparency, 2 * channel, 2, 'big');
	return sample === undefined ? undefined : sample & (2 ** bitDepth - 1);
}
