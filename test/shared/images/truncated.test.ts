import { readImageHeader } from '../../../nodes/shared/images/header';
import { isTruncated } from '../../../nodes/shared/images/truncated';
import { animatedGif, animatedWebp, exif, noise, withExif } from './samples';

const whole: ReadonlyArray<readonly [string, () => Promise<Buffer>]> = [
	['PNG', async () => await noise(4).png().toBuffer()],
	['interlaced PNG', async () => await noise(4).png({ progressive: true }).toBuffer()],
	['JPEG', async () => await noise(3).jpeg().toBuffer()],
	['progressive JPEG', async () => await noise(3).jpeg({ progressive: true }).toBuffer()],
	['lossy WebP', async () => await noise(3).webp().toBuffer()],
	['lossless WebP with alpha', async () => await noise(4).webp({ lossless: true }).toBuffer()],
	['animated WebP', animatedWebp],
	['animated GIF', animatedGif],
];

const truncated = (bytes: Uint8Array) => isTruncated(bytes, readImageHeader(bytes)!);

describe.each(whole)('a %s', (_kind, make) => {
	it('that is whole is not truncated', async () => {
		expect(truncated(await make())).toBe(false);
	});

	it('with bytes after its end is not truncated', async () => {
		expect(truncated(Buffer.concat([await make(), Buffer.from('more')]))).toBe(false);
	});

	it('cut short anywhere after its header is truncated', async () => {
		const bytes = await make();
		let readable = 0;
		for (let length = 0; length < bytes.length; length++) {
			const cut = bytes.subarray(0, length);
			if (!readImageHeader(cut)) continue;
			readable += 1;
			if (!truncated(cut)) throw new Error(`not truncated at ${length} of ${bytes.length} bytes`);
		}
		expect(readable).toBeGreaterThan(50);
	});
});

it('the end of a thumbnail is not the end of its JPEG', async () => {
	const thumbnail = await noise(3, 8, 8).jpeg().toBuffer();
	const photo = withExif(
		await noise(3).jpeg().toBuffer(),
		Buffer.concat([exif(6, 'big'), thumbnail]),
	);
	expect(truncated(photo)).toBe(false);
	expect(truncated(photo.subarray(0, -2))).toBe(true);
});

it('a restart marker in a JPEG is not the start of a segment', async () => {
	const jpeg = await noise(3).jpeg().toBuffer();
	const restarted = Buffer.concat([jpeg.subarray(0, -2), Buffer.of(0xff, 0xd0, 0xff, 0xd9)]);
	expect(truncated(restarted)).toBe(false);
});

it('a PNG that ends without a picture is truncated', async () => {
	const png = await noise(3).png().toBuffer();
	const withoutPicture = Buffer.concat([png.subarray(0, 33), png.subarray(-12)]);
	expect(truncated(withoutPicture)).toBe(true);
});

it('a WebP whose size leaves its picture out is truncated', async () => {
	const webp = await noise(3).webp().toBuffer();
	webp.writeUInt32LE(30, 4);
	expect(truncated(webp)).toBe(true);
});
