import { readUint } from './bytes';
import { gifBlocks, isGif } from './gifBlocks';
import type { HeaderFacts } from './header';

const GRAPHIC_CONTROL = 0xf9;

/** GIF89a specification, sections 18 and 23. The API takes no GIF in, so it only has to be named. */
export function readGifHeader(bytes: Uint8Array): HeaderFacts | undefined {
	const width = readUint(bytes, 6, 2, 'little');
	const height = readUint(bytes, 8, 2, 'little');
	if (!isGif(bytes) || !width || !height) return undefined;

	let frames = 0;
	let hasAlpha = false;
	for (const block of gifBlocks(bytes)) {
		if (block.kind === 'frame') frames += 1;
		if (block.kind === 'extension' && block.label === GRAPHIC_CONTROL) {
			const flags = readUint(bytes, block.start, 1, 'little') ?? 0;
			hasAlpha ||= (flags & 1) === 1;
		}
	}
	return { width, height, orientation: 1, hasAlpha, animated: frames > 1 };
}
