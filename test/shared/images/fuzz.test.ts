import { describeBytes } from '../../../nodes/shared/images/describeBytes';
import { readImageHeader } from '../../../nodes/shared/images/header';
import type { ImageHeader } from '../../../nodes/shared/images/header';
import { alphaFromBlackAndWhite, checkMask } from '../../../nodes/shared/images/mask';
import { isTruncated } from '../../../nodes/shared/images/truncated';
import { buildPng, chunk, randomSamples } from './pngBuilder';
import { animatedGif, animatedWebp, exif, mulberry32, noise, withExif } from './samples';

const SIDE = 9;

/** Small files, so that most mutations hit what the reader looks at. */
async function corpus(): Promise<Buffer[]> {
	const rgb = noise(3, SIDE, SIDE);
	const rgba = noise(4, SIDE, SIDE);
	const jpeg = await rgb.clone().jpeg().toBuffer();
	return await Promise.all([
		rgba.clone().png().toBuffer(),
		rgb.clone().png({ palette: true, progressive: true }).toBuffer(),
		rgb.clone().png().withMetadata({ orientation: 5 }).toBuffer(),
		withExif(jpeg, exif(6, 'big')),
		withExif(jpeg, exif(8, 'little')),
		rgb.clone().jpeg({ progressive: true }).toBuffer(),
		rgb.clone().webp().toBuffer(),
		rgba.clone().webp().toBuffer(),
		rgba.clone().webp({ lossless: true }).toBuffer(),
		rgb.clone().webp().withMetadata({ orientation: 7 }).toBuffer(),
		animatedWebp(),
		animatedGif(),
		Buffer.from('\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf', 'latin1'),
	]);
}

interface Random {
	readonly upTo: (limit: number) => number;
	readonly oneOf: <Item>(items: readonly Item[]) => Item;
}

function seeded(seed: number): Random {
	const next = mulberry32(seed);
	const upTo = (limit: number) => Math.floor(next() * limit);
	return { upTo, oneOf: (items) => items[upTo(items.length)] };
}

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const flipBits: Mutation = (bytes, { upTo }) => {
	for (let flips = 1 + upTo(8); flips > 0; flips--) bytes[upTo(bytes.length)] ^= 1 << upTo(8);
	return bytes;
};

const flipBitsOfTheHead: Mutation = (bytes, random) =>
	Buffer.concat([flipBits(bytes.subarray(0, 64), random), bytes.subarray(64)]);

/** Counts of bytes and of entries stand in 2, 3 or 4 bytes, anywhere. */
const blowUpANumber: Mutation = (bytes, { upTo, oneOf }) => {
	const value = oneOf(['00', 'ff', 'ffff', '0000', '7fffffff', 'ffffff7f', 'ffffffff', '00000000']);
	bytes.write(value, upTo(bytes.length), 'hex');
	return bytes;
};

const cutShort: Mutation = (bytes, { upTo }) => bytes.subarray(0, upTo(bytes.length));

const repeatAPart: Mutation = (bytes, { upTo }) => {
	const start = upTo(bytes.length);
	const end = start + upTo(bytes.length - start);
	return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
};

const dropAPart: Mutation = (bytes, { upTo }) => {
	const start = upTo(bytes.length);
	return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + 1 + upTo(16))]);
};

const MUTATIONS = [flipBits, flipBitsOfTheHead, blowUpANumber, cutShort, repeatAPart, dropAPart];

function mutated(original: Buffer, random: Random): Buffer {
	let bytes: Buffer = Buffer.from(original);
	for (let times = 1 + random.upTo(3); times > 0 && bytes.length > 0; times--) {
		bytes = random.oneOf(MUTATIONS)(bytes, random);
	}
	return bytes;
}

/** All that is ever asked of bytes without decoding them, as text because that compares fast. */
function inspect(bytes: Uint8Array): string {
	const header = readImageHeader(bytes);
	const truncated = header && isTruncated(bytes, header);
	return JSON.stringify({ header, truncated, word: describeBytes(bytes) });
}

/** The same bytes in the middle of others that would change the answer if they were read. */
const between = (bytes: Buffer, before: Uint8Array, after: Uint8Array) =>
	Buffer.concat([before, bytes, after]).subarray(before.length, before.length + bytes.length);

/** The same bytes, failing on a read outside them or on more reads than walking them takes. */
function watched(bytes: Uint8Array, budget = { reads: 1000 + 50 * bytes.length }): Uint8Array {
	return new Proxy(bytes, {
		get(target, key) {
			if (typeof key === 'string' && /^-?\d+$/.test(key)) {
				if (!(key in target)) throw new Error(`byte ${key} of ${target.length} was read`);
				budget.reads -= 1;
				if (budget.reads < 0) throw new Error('the bytes are read over and over');
			}
			if (key === 'subarray') {
				return (start: number, end: number) => watched(target.subarray(start, end), budget);
			}
			const value: unknown = Reflect.get(target, key, target);
			return typeof value === 'function' ? (value.bind(target) as unknown) : value;
		},
	});
}

/** Watching every single read is slow, so only every eighth file is watched. */
function expectSoundAnswer(bytes: Buffer, original: Buffer, turn: number) {
	const header = readImageHeader(bytes);
	if (header && !isSound(header)) expect(header).toBe('a header with a size and an orientation');

	const ones = Buffer.alloc(64, 0xff);
	const answers = [
		inspect(Uint8Array.from(bytes)),
		inspect(between(bytes, ones, ones)),
		// A file cut short is followed by what was cut off.
		inspect(between(bytes, original, original.subarray(bytes.length))),
		...(turn % 8 === 0 ? [inspect(watched(bytes))] : []),
	];
	if (new Set(answers).size > 1) expect(answers).toBe('the same answer, whatever lies around');
}

const isSound = ({ width, height, orientation }: ImageHeader) =>
	[width, height, orientation].every((value) => Number.isInteger(value) && value > 0) &&
	orientation <= 8;

it('20,000 mutated headers are read without a crash, a hang, or a read outside the bytes', async () => {
	const originals = await corpus();
	const random = seeded(20_261_023);
	let readable = 0;
	for (let i = 0; i < 20_000; i++) {
		const original = originals[i % originals.length];
		const bytes = mutated(original, random);
		expectSoundAnswer(bytes, original, i);
		if (readImageHeader(bytes)) readable += 1;
	}
	// Were nearly all refused at their first bytes, the rest would not have been tried.
	expect(readable).toBeGreaterThan(5_000);
	expect(readable).toBeLessThan(17_000);
}, 120_000);

it('files cut at every length are read without a read outside the bytes', async () => {
	for (const original of await corpus()) {
		for (let length = 0; length <= original.length; length++) {
			expectSoundAnswer(original.subarray(0, length), original, length);
		}
	}
});

it('1,000 mutated masks are decoded or refused, and never crash', async () => {
	const random = seeded(7);
	const size = { width: SIDE, height: SIDE };
	const kinds = [
		{ colourType: 6, bitDepth: 8 },
		{ colourType: 3, bitDepth: 4, palette: Buffer.alloc(48, 1), transparency: Buffer.of(0) },
		{ colourType: 0, bitDepth: 16, transparency: Buffer.of(0, 0) },
	] as const;
	const seen = new Set<string>();
	for (let i = 0; i < 1_000; i++) {
		const kind = { ...kinds[i % kinds.length], ...size, interlaced: i % 2 === 0 };
		const png = await buildPng({ ...kind, samples: randomSamples(kind) });
		const mask = i % 3 === 0 ? mutated(png, random) : withMutatedPixels(png, random);
		const problem = await checkMask(mask, size);
		seen.add(problem?.kind === 'damaged' ? problem.reason : (problem?.kind ?? 'none'));
		await alphaFromBlackAndWhite(mask).catch((error: unknown) => {
			expect(error).toBeInstanceOf(RangeError);
		});
	}
	expect([...seen]).toEqual(
		expect.arrayContaining([
			'is cut short',
			'has a wrong checksum',
			'has pixels that cannot be read',
		]),
	);
});

/** Damage behind a right checksum, which only inflating and unfiltering can meet. */
function withMutatedPixels(png: Buffer, random: Random): Buffer {
	const type = png.indexOf('IDAT');
	const end = type + 4 + png.readUInt32BE(type - 4);
	const pixels = mutated(png.subarray(type + 4, end), random);
	return Buffer.concat([png.subarray(0, type - 4), chunk('IDAT', pixels), png.subarray(end + 4)]);
}
