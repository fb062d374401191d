import type { ImagesResponse } from 'openai/resources/images';

/** The answer without its pictures: those have gone to `onImage` one by one. */
export type ImagesAnswer = Omit<ImagesResponse, 'data'> & {
	readonly data: ReadonlyArray<{ readonly url?: string; readonly revised_prompt?: string }>;
};

/** An answer that is cut, or is not what the Images API sends. */
export class BrokenAnswer extends Error {
	override readonly name = 'BrokenAnswer';
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const CODES = {
	comma: 0x2c,
	colon: 0x3a,
	openList: 0x5b,
	closeList: 0x5d,
	open: 0x7b,
	close: 0x7d,
};

/** Decodes base64 text that comes in pieces of any length. */
function base64Decoder() {
	const decoded: Buffer[] = [];
	let rest = '';
	let ended = false;

	function decode(text: string): void {
		if (text === '') return;
		const bytes = Buffer.from(text, 'base64');
		const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
		// Node skips what is not base64, which would make a short image.
		if (ended || bytes.length !== Math.floor((text.length * 3) / 4) - padding)
			throw new BrokenAnswer('an image in the answer is not valid base64');
		ended = padding > 0;
		decoded.push(bytes);
	}

	return {
		push(text: string): void {
			const all = rest + text;
			const whole = all.length - (all.length % 4);
			rest = all.slice(whole);
			decode(all.slice(0, whole));
		},
		end(): Buffer {
			if (rest.length === 1) throw new BrokenAnswer('an image in the answer is not valid base64');
			decode(rest);
			return Buffer.concat(decoded);
		},
	};
}

interface Container {
	readonly isList: boolean;
	/** Where this container sits: the key in its parent object. */
	readonly key: string;
	/** The key whose value comes next, when this is an object. */
	nextKey: string;
	expectsKey: boolean;
}

/** True in `{ "data": [ { "b64_json": HERE`. */
const isImage = (stack: readonly Container[]) =>
	stack.length === 3 &&
	!stack[0].isList &&
	stack[1].isList &&
	stack[1].key === 'data' &&
	!stack[2].isList &&
	!stack[2].expectsKey &&
	stack[2].nextKey === 'b64_json';

/**
 * Reads an Images API answer as it arrives. The text of each image is decoded piece by piece and
 * the finished image handed to `onImage`, which is awaited before more is read; everything else
 * is kept and parsed at the end, so that any JSON is read as JSON reads it.
 * @param body bytes of the JSON answer, cut anywhere
 * @param onImage gets one decoded image and its place in `data`
 * @throws {BrokenAnswer} when the answer ends early, is not JSON, or an image is not base64
 */
export async function readImagesAnswer(
	body: AsyncIterable<Uint8Array>,
	onImage: (image: Buffer, index: number) => Promise<void>,
): Promise<ImagesAnswer> {
	const skeleton: Buffer[] = [];
	const stack: Container[] = [];
	let images = 0;
	/** Of the string being read: what came before this chunk, and how many backslashes end it. */
	let string: { key: boolean; escaped: boolean; text: Buffer[] } | undefined;
	let image: { decoder: ReturnType<typeof base64Decoder>; escape: string } | undefined;

	function structure(code: number): void {
		const top = stack.at(-1);
		switch (code) {
			case CODES.open:
			case CODES.openList:
				stack.push({
					isList: code === CODES.openList,
					key: top?.nextKey ?? '',
					nextKey: '',
					expectsKey: code === CODES.open,
				});
				break;
			case CODES.close:
			case CODES.closeList:
				stack.pop();
				break;
			case CODES.comma:
				if (top && !top.isList) top.expectsKey = true;
				break;
			case CODES.colon:
				if (top) top.expectsKey = false;
		}
	}

	/** Reads a string that is no image up to its end or the end of the chunk. */
	function readString(chunk: Buffer, from: number): number {
		const { key, text } = string!;
		let at = from;
		for (; at < chunk.length; at++) {
			if (string!.escaped) string!.escaped = false;
			else if (chunk[at] === BACKSLASH) string!.escaped = true;
			else if (chunk[at] === QUOTE) break;
		}
		if (key) text.push(Buffer.from(chunk.subarray(from, at)));
		if (at === chunk.length) return at;
		if (key) stack.at(-1)!.nextKey = parseJson(`"${Buffer.concat(text).toString()}"`) as string;
		string = undefined;
		return at + 1;
	}

	/** Decodes image text up to its end or the end of the chunk; returns the image at its end. */
	function readImage(chunk: Buffer, from: number): { at: number; done?: Buffer } {
		const { decoder } = image!;
		let at = from;
		while (at < chunk.length) {
			if (image!.escape) {
				image!.escape += String.fromCharCode(chunk[at++]);
				const length = image!.escape[1] === 'u' ? 6 : 2;
				if (image!.escape.length < length) continue;
				decoder.push(String(parseJson(`"${image!.escape}"`)).trim());
				image!.escape = '';
				continue;
			}
			const end = chunk.indexOf(QUOTE, at);
			const text = chunk.subarray(at, end < 0 ? chunk.length : end);
			const escape = text.indexOf(BACKSLASH);
			if (escape >= 0) {
				decoder.push(text.toString('latin1', 0, escape));
				image!.escape = '\\';
				at += escape + 1;
				continue;
			}
			decoder.push(text.toString('latin1'));
			at += text.length;
			if (end >= 0) return { at, done: decoder.end() };
		}
		return { at };
	}

	for await (const bytes of body) {
		const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		let at = 0;
		let kept = 0;
		while (at < chunk.length) {
			if (image) {
				const read = readImage(chunk, at);
				at = kept = read.at;
				if (!read.done) continue;
				image = undefined;
				// The closing quote ends the empty string that the skeleton has in the image's place.
				at++;
				await onImage(read.done, images++);
			} else if (string) {
				at = readString(chunk, at);
			} else if (chunk[at] !== QUOTE) {
				structure(chunk[at++]);
			} else if (isImage(stack)) {
				skeleton.push(Buffer.from(chunk.subarray(kept, ++at)));
				image = { decoder: base64Decoder(), escape: '' };
			} else {
				string = { key: stack.at(-1)?.expectsKey ?? false, escaped: false, text: [] };
				at++;
			}
		}
		if (!image) skeleton.push(Buffer.from(chunk.subarray(kept)));
	}
	return answerOf(parseJson(Buffer.concat(skeleton).toString()));
}

function parseJson(text: string): unknown {
	const [value, broken] = tryParse(text);
	if (broken) throw new BrokenAnswer('the answer is cut or is not JSON');
	return value;
}

function tryParse(text: string): [unknown, boolean] {
	try {
		return [JSON.parse(text), false];
	} catch {
		return [undefined, true];
	}
}

function answerOf(value: unknown): ImagesAnswer {
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		throw new BrokenAnswer('the answer is not a JSON object');
	const { data, ...rest } = value as Partial<ImagesResponse>;
	return { ...rest, created: secondsOf(rest.created), data: Array.isArray(data) ? data : [] };
}

/** Some servers write milliseconds or words: then it is not known. */
const secondsOf = (created: unknown) =>
	typeof created === 'number' && created > 0 && created < 100_000_000_000 ? created : 0;
