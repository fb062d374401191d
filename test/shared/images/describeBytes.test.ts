import sharp from 'sharp';

import { describeBytes } from '../../../nodes/shared/images/describeBytes';
import { animatedGif, noise } from './samples';

it.each([
	['a PNG image', async () => await noise(3).png().toBuffer()],
	['a JPEG image', async () => await noise(3).jpeg().toBuffer()],
	['a WebP image', async () => await noise(3).webp().toBuffer()],
	['a GIF image', animatedGif],
	['a TIFF image', async () => await noise(3).tiff().toBuffer()],
	['an AVIF image', async () => await noise(3).avif({ effort: 0 }).toBuffer()],
	['an SVG', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
	['a damaged PNG image', async () => (await noise(3).png().toBuffer()).subarray(0, 20)],
	['a damaged JPEG image', async () => (await noise(3).jpeg().toBuffer()).subarray(0, 20)],
	['a damaged WebP image', async () => (await noise(3).webp().toBuffer()).subarray(0, 20)],
])('%s is called so', async (word, make) => {
	expect(describeBytes(await make())).toBe(word);
});

it('an SVG that a browser or sharp draws is called so, whatever stands before it', async () => {
	const preamble = '<?xml version="1.0"?>\n<!-- made by hand -->\n';
	const svg = Buffer.from(
		`${preamble}<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`,
	);
	expect((await sharp(svg).metadata()).format).toBe('svg');
	expect(describeBytes(svg)).toBe('an SVG');
});

it.each([
	['empty', ''],
	['a PDF', '%PDF-1.7\n%\xe2\xe3'],
	['a ZIP file', 'PK\x03\x04\x14\0'],
	['a BMP image', 'BM\x36\x10\x0e\0\0\0\0\0\x36\0\0\0'],
	['an HEIC photo', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
	['an HEIC photo', '\0\0\0\x18ftypmif1\0\0\0\0mif1heic'],
	['an AVIF image', '\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf'],
	['a video', '\0\0\0\x18ftypisom\0\0\x02\0isomiso2'],
	['HTML', '\n<!DOCTYPE html><html></html>'],
	['HTML', '<html lang="en">'],
	['XML', '<?xml version="1.0"?><rss/>'],
	['JSON', '{"error":{"message":"Not found"}}'],
	['JSON', '[{"id":1}]'],
	['JSON', '\xef\xbb\xbf{ "a": 1 }'],
	['a data URI', 'data:image/png;base64,iVBORw0KGgo='],
	['Base64 text', 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ'],
	['a URL', 'https://example.com/photo.jpg\n'],
	['text', 'BMW at night, in the rain'],
	['text', 'Stra\xc3\x9fe'],
	['a file of an unknown kind', '\x01\x02\x03\x04'],
])('%s is called so: %j', (word, text) => {
	expect(describeBytes(Buffer.from(text, 'latin1'))).toBe(word);
});
