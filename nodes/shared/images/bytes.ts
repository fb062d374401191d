export type ByteOrder = 'big' | 'little';

/**
 * The unsigned whole number in `byteCount` (1 to 4) bytes from offset `at`.
 * `undefined` where the bytes end before it does, so that every caller has to
 * say what a file cut short means to it.
 */
export function readUint(
	bytes: Uint8Array,
	at: number,
	byteCount: 1 | 2 | 3 | 4,
	order: ByteOrder,
): number | undefined {
	if (at < 0 || at + byteCount > bytes.length) return undefined;

	let value = 0;
	for (let i = 0; i < byteCount; i++) {
		value = value * 256 + bytes[at + (order === 'big' ? i : byteCount - 1 - i)];
	}
	return value;
}

/** Whether the ASCII `text` stands at offset `at`. */
export function hasText(bytes: Uint8Array, at: number, text: string): boolean {
	if (at < 0 || at + text.length > bytes.length) return false;

	for (let i = 0; i < text.length; i++) {
		if (bytes[at + i] !== text.charCodeAt(i)) return false;
	}
	return true;
}

/** The text of up to `length` bytes from offset `at`, one character a byte. */
export function readText(bytes: Uint8Array, at: number, length: number): string {
	const end = Math.min(at + length, bytes.length);
	let text = '';
	for (let i = at; i < end; i++) {
		text += String.fromCharCode(bytes[i]);
	}
	return text;
}
