import type { ImageHeader } from './header';

/** Bytes in UTF-8; file systems allow 255, and a number and an extension are still to come. */
const MAX_BYTES = 100;

/** Names that Windows keeps for devices, whatever their extension. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$/i;

const IMAGE_EXTENSION = /\.(png|jpe?g|webp|gif)$/i;

function cutToBytes(text: string): string {
	let bytes = 0;
	let cut = '';
	for (const character of text) {
		bytes += Buffer.byteLength(character);
		if (bytes > MAX_BYTES) break;
		cut += character;
	}
	return cut;
}

/** No dots or spaces at the ends, which Windows drops, and no device names. */
function safe(name: string, otherwise: string): string {
	const cut = cutToBytes(name.normalize('NFC')).replace(/^[\s.]+|[\s.]+$/g, '');
	if (cut === '') return otherwise;
	return RESERVED.test(cut.split('.')[0].trimEnd()) ? `file-${cut}` : cut;
}

/**
 * A file name without extension from what the builder wrote, safe on every file system: letters,
 * digits, spaces and most signs stay; slashes and what Windows forbids become a dash.
 */
export function baseNameFrom(fileName: string): string {
	const cleaned = fileName
		.replace(IMAGE_EXTENSION, '')
		.replace(/[\\/:*?"<>|]+/g, '-')
		.replace(/\s+/g, ' ')
		.replace(/\p{C}+/gu, '');
	return safe(cleaned, 'image');
}

/** A file name without extension from the first words of a prompt: `red-mug-on-a-table`. */
export function baseNameOfPrompt(prompt: string): string {
	const words = prompt.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
	let name = '';
	for (const word of words) {
		const longer = name === '' ? word : `${name}-${word}`;
		if (longer.length > 50 && name !== '') break;
		name = longer;
	}
	return safe(name, 'image');
}

/**
 * Hands out names that never collide within a run, on file systems that do not tell upper from
 * lower case either: the second `mug` becomes `mug-2`.
 */
export function createNames(): (base: string) => string {
	const taken = new Set<string>();
	return (base) => {
		let name = base;
		for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${base}-${number}`;
		taken.add(name.toLowerCase());
		return name;
	};
}

/**
 * The file name of one image of a row, with the extension of what it really is.
 * @param names without extension, one for each image asked for; a server may send more
 */
export function nameOfImage(
	names: readonly string[],
	index: number,
	{ extension }: ImageHeader,
): string {
	return `${names[index] ?? `${names[0]}-${index + 1}`}.${extension}`;
}
