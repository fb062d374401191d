import { hasText, readText, readUint } from './bytes';
import { readImageHeader } from './header';
import type { ImageFormat } from './header';

const IMAGE_WORDS: Readonly<Record<ImageFormat, string>> = {
	png: 'a PNG image',
	jpeg: 'a JPEG image',
	webp: 'a WebP image',
	gif: 'a GIF image',
};

/** First bytes that tell a kind of file, with its word. */
const SIGNATURES: ReadonlyArray<readonly [signature: string, word: string]> = [
	['\x89PNG', 'a damaged PNG image'],
	['\xff\xd8\xff', 'a damaged JPEG image'],
	['GIF8', 'a damaged GIF image'],
	['%PDF-', 'a PDF'],
	['PK\x03\x04', 'a ZIP file'],
	['PK\x05\x06', 'a ZIP file'],
	['II*\0', 'a TIFF image'],
	['MM\0*', 'a TIFF image'],
	['\0\0\x01\0', 'an icon file'],
	['8BPS', 'a Photoshop file'],
	['\xff\x0a', 'a JPEG XL image'],
	['\0\0\0\x0cJXL ', 'a JPEG XL image'],
	['\x1f\x8b', 'a GZIP file'],
	['Rar!\x1a\x07', 'a RAR file'],
	["7z\xbc\xaf'\x1c", 'a 7-Zip file'],
	['ID3', 'an audio file'],
	['OggS', 'an audio or video file'],
	['\x1aE\xdf\xa3', 'a video'],
];

/** What text starts with, after white space and in small letters, with its word. */
const TEXT_STARTS: ReadonlyArray<readonly [start: RegExp, word: string]> = [
	[/^data:[\w.+-]+\/[\w.+-]+[;,]/, 'a data URI'],
	[/^https?:\/\/\S+$/, 'a URL'],
	[/^<svg[\s>]/, 'an SVG'],
	[/^<\?xml[^]*<svg[\s>]/, 'an SVG'],
	[/^<!doctype svg/, 'an SVG'],
	[/^<!--[^]*-->\s*<svg[\s>]/, 'an SVG'],
	[/^<!doctype html/, 'HTML'],
	[/^<html[\s>]/, 'HTML'],
	[/^<(head|body)[\s>]/, 'HTML'],
	[/^<\?xml/, 'XML'],
	[/^(\{\s*("|\}|$)|\[\s*(["[\]{\d-]|$))/, 'JSON'],
	[/^[a-z0-9+/_-]{40,}={0,2}$/, 'Base64 text'],
];

/** Enough to see past an XML preamble; longer texts are not read to their end. */
const LOOK_AT_BYTES = 1024;

/**
 * A word for what bytes are, for messages such as "the file is a PDF". Names
 * images too, and says "damaged" of one whose size cannot be read.
 */
export function describeBytes(bytes: Uint8Array): string {
	if (bytes.length === 0) return 'empty';

	const header = readImageHeader(bytes);
	if (header) return IMAGE_WORDS[header.format];

	const head = readText(bytes, 0, LOOK_AT_BYTES);
	for (const [signature, word] of SIGNATURES) {
		if (head.startsWith(signature)) return word;
	}
	// Text may start with BM; a bitmap has four reserved zeros a little later.
	if (head.startsWith('BM') && hasText(bytes, 6, '\0\0\0\0')) return 'a BMP image';
	if (head.startsWith('RIFF')) return describeRiff(head);
	if (hasText(bytes, 4, 'ftyp')) return describeIsoMedia(bytes);
	return describeText(head) ?? 'a file of an unknown kind';
}

function describeRiff(head: string): string {
	const type = head.slice(8, 12);
	if (type === 'WEBP') return 'a damaged WebP image';
	return type === 'AVI ' ? 'a video' : 'an audio file';
}

/**
 * ISO/IEC 14496-12, section 4.3: HEIC photos, AVIF images and MP4 videos begin
 * with a box of four-letter brands. A generic brand may come first, so all count.
 */
function describeIsoMedia(bytes: Uint8Array): string {
	const boxBytes = readUint(bytes, 0, 4, 'big') ?? 0;
	const brands = readText(bytes, 8, Math.min(boxBytes - 8, LOOK_AT_BYTES));
	if (/^([^]{4})*?avi[fs]/.test(brands)) return 'an AVIF image';
	if (/^([^]{4})*?(hei[cxms]|hev[cx]|mif1|msf1)/.test(brands)) return 'an HEIC photo';
	return 'a video';
}

/** `undefined` for bytes with control characters other than white space, which no text has. */
function describeText(head: string): string | undefined {
	// UTF-16 and UTF-8 byte order marks, as one character a byte.
	if (/^(\xff\xfe|\xfe\xff)/.test(head)) return 'text';
	const text = head
		.replace(/^\xef\xbb\xbf/, '')
		.trimStart()
		.toLowerCase();
	if (hasControlCharacter(text)) return undefined;

	const known = TEXT_STARTS.find(([start]) => start.test(text.trimEnd()));
	return known ? known[1] : 'text';
}

function hasControlCharacter(text: string): boolean {
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		const isWhiteSpace = code >= 0x09 && code <= 0x0d;
		if (code < 0x20 && !isWhiteSpace) return true;
	}
	return false;
}
