/** Bytes as they come out of a zlib stream, as many at a time as the reader wants. */
export interface ByteSource {
	/** Fills `target`; false where the stream ends or breaks before. */
	fill(target: Uint8Array): Promise<boolean>;
	/** Stops inflating. */
	close(): Promise<void>;
}

/**
 * Inflates a zlib stream (RFC 1950) bit by bit: a stream that claims gigabytes
 * costs no more memory than the reader's own, and stops when the reader does.
 */
export function inflate(parts: ReadonlyArray<Uint8Array<ArrayBuffer>>): ByteSource {
	const reader = new Blob([...parts])
		.stream()
		.pipeThrough(new DecompressionStream('deflate'))
		.getReader();
	let piece = new Uint8Array(0);

	/** Node throws a different error for every way in which a stream can be broken. */
	async function nextPiece(): Promise<boolean> {
		try {
			const { done, value } = await reader.read();
			piece = done ? piece : value;
			return !done;
		} catch {
			return false;
		}
	}

	return {
		async fill(target) {
			let filled = 0;
			while (filled < target.length) {
				if (piece.length === 0 && !(await nextPiece())) return false;
				const taken = piece.subarray(0, target.length - filled);
				target.set(taken, filled);
				filled += taken.length;
				piece = piece.subarray(taken.length);
			}
			return true;
		},
		async close() {
			// A stream that broke rejects once more here, with nothing new to say.
			await reader.cancel().catch(() => undefined);
		},
	};
}
