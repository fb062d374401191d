/** Byte sequences in the order in which they merge: the token at index 0 merges first. */
export interface Vocabulary {
	/** Splits text into the pieces that tokens never cross. */
	readonly pieces: RegExp;
	/** Bytes of each token, at most 255; 0 where a rank is not used. */
	readonly lengths: Uint8Array;
	/** The bytes of all tokens, one after the other. */
	readonly bytes: Uint8Array;
}

const NONE = -1;
const NEXT_RANK = 2 ** 32;

/**
 * Finds a token's rank by its bytes. One flat hash table instead of a `Map` of strings: a tenth
 * of the memory, and nothing to build but numbers.
 */
function rankFinder({ lengths, bytes }: Vocabulary) {
	const slotCount = 2 ** Math.ceil(Math.log2(lengths.length * 2));
	const slots = new Int32Array(slotCount).fill(NONE);
	const starts = new Int32Array(lengths.length);
	let longest = 0;

	const hash = (data: Uint8Array, start: number, end: number) => {
		let value = 0x811c9dc5;
		for (let i = start; i < end; i++) value = Math.imul(value ^ data[i], 0x01000193);
		return (value ^ (value >>> 15)) & (slotCount - 1);
	};

	const equals = (rank: number, data: Uint8Array, start: number, end: number) => {
		if (lengths[rank] !== end - start) return false;
		for (let i = start, j = starts[rank]; i < end; i++, j++) if (data[i] !== bytes[j]) return false;
		return true;
	};

	for (let rank = 0, start = 0; rank < lengths.length; start += lengths[rank++]) {
		if (!lengths[rank]) continue;
		starts[rank] = start;
		longest = Math.max(longest, lengths[rank]);
		let slot = hash(bytes, start, start + lengths[rank]);
		while (slots[slot] !== NONE) slot = (slot + 1) % slotCount;
		slots[slot] = rank;
	}

	return (data: Uint8Array, start: number, end: number): number => {
		if (end - start > longest) return NONE;
		let slot = hash(data, start, end);
		while (slots[slot] !== NONE && !equals(slots[slot], data, start, end))
			slot = (slot + 1) % slotCount;
		return slots[slot];
	};
}

/** Numbers out in ascending order. */
function smallestFirst() {
	const heap: number[] = [];

	const push = (value: number) => {
		let at = heap.length;
		for (let parent; at > 0 && heap[(parent = (at - 1) >> 1)] > value; at = parent)
			heap[at] = heap[parent];
		heap[at] = value;
	};

	const pop = (): number | undefined => {
		const smallest = heap[0];
		const last = heap.pop();
		if (last === undefined || !heap.length) return last;
		let at = 0;
		for (let child; (child = 2 * at + 1) < heap.length; at = child) {
			if (heap[child + 1] < heap[child]) child++;
			if (heap[child] >= last) break;
			heap[at] = heap[child];
		}
		heap[at] = last;
		return smallest;
	};

	return { push, pop };
}

/**
 * Counts the tokens of a text by byte pair encoding: of all neighbours that make a token
 * together, the pair of the lowest rank merges first, the leftmost of equals, until none is left.
 *
 * The time grows as n·log n with the text. Tokenizers that search all pairs again for each merge
 * need seconds for a prompt without spaces, such as 32,000 Chinese characters.
 *
 * @returns a function from text to its number of tokens; special tokens count as plain text
 */
export function tokenCounter(vocabulary: Vocabulary): (text: string) => number {
	const rankOf = rankFinder(vocabulary);
	const encoder = new TextEncoder();

	const countPiece = (piece: Uint8Array): number => {
		const { length } = piece;
		if (length < 2 || rankOf(piece, 0, length) !== NONE) return 1;

		// A part is named by its first byte. `pairRank` is of the part and the one after it.
		const next = Int32Array.from(piece, (_, at) => at + 1);
		const previous = Int32Array.from(piece, (_, at) => at - 1);
		const pairRank = new Int32Array(length).fill(NONE);
		const pairs = smallestFirst();

		const look = (at: number) => {
			const second = next[at];
			pairRank[at] = second < length ? rankOf(piece, at, next[second]) : NONE;
			if (pairRank[at] !== NONE) pairs.push(pairRank[at] * NEXT_RANK + at);
		};

		for (let at = 0; at < length - 1; at++) look(at);

		let parts = length;
		for (let pair; (pair = pairs.pop()) !== undefined;) {
			const at = pair % NEXT_RANK;
			const outdated = pairRank[at] !== Math.floor(pair / NEXT_RANK);
			if (outdated) continue;
			const merged = next[at];
			next[at] = next[merged];
			if (next[at] < length) previous[next[at]] = at;
			pairRank[merged] = NONE;
			parts--;
			look(at);
			if (at > 0) look(previous[at]);
		}
		return parts;
	};

	return (text) => {
		let count = 0;
		for (const [piece] of text.matchAll(vocabulary.pieces))
			count += countPiece(encoder.encode(piece));
		return count;
	};
}
