import { readImagesAnswer, type ImagesAnswer } from '../../../nodes/shared/api/imagesAnswer';

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Bytes that look like nothing, the same in every run. */
export function noise(length: number, seed: number): Buffer {
	const bytes = Buffer.allocUnsafe(length);
	const random = seeded(seed);
	for (let at = 0; at < length; at++) bytes[at] = random() * 256;
	return bytes;
}

export async function* chunksOf(text: Uint8Array, cuts: readonly number[]) {
	let from = 0;
	for (const cut of [...cuts, text.length]) {
		yield text.subarray(from, cut);
		from = cut;
	}
}

export interface Read {
	readonly answer: ImagesAnswer;
	readonly images: Buffer[];
}

/** Reads an answer that arrives in pieces. */
export async function read(json: string | Uint8Array, cuts: readonly number[] = []): Promise<Read> {
	const images: Buffer[] = [];
	const bytes = typeof json === 'string' ? Buffer.from(json) : json;
	const answer = await readImagesAnswer(chunksOf(bytes, cuts), async (image, index) => {
		images[index] = image;
	});
	return { answer, images };
}

/** What `read` must give, by JSON.parse: images out of `data`, and all the rest as it is. */
export function expected(json: string): Read {
	const { data = [], ...rest } = JSON.parse(json) as {
		created?: number;
		data?: Array<Record<string, unknown>>;
	};
	const isImage = ({ b64_json: text }: Record<string, unknown>) => typeof text === 'string';
	return {
		answer: {
			...rest,
			created: rest.created ?? 0,
			data: data.map((entry) => (isImage(entry) ? { ...entry, b64_json: '' } : entry)),
		},
		images: data.filter(isImage).map(({ b64_json: text }) => Buffer.from(text as string, 'base64')),
	};
}
