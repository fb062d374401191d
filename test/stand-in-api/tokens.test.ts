import { inputImageTokens, outputImageTokens, promptTokens } from './tokens';

// Numbers from OpenAI's image generation guide and its calculator, and from published real bills.

const dimensions = (size: string) => {
	const [width, height] = size.split('x').map(Number);
	return { width, height };
};

describe('output tokens', () => {
	it.each([
		['gpt-image-2', 'low', '1024x1024', 196],
		['gpt-image-2', 'medium', '1024x1024', 1756],
		['gpt-image-2', 'high', '1024x1024', 7024],
		['gpt-image-2', 'low', '1536x1024', 158],
		['gpt-image-2', 'medium', '1024x1536', 1372],
		['gpt-image-2', 'high', '1536x1024', 5488],
		['gpt-image-2', 'high', '1024x640', 3824],
		['gpt-image-2', 'high', '3072x1024', 3952],
		['gpt-image-2', 'high', '2560x1440', 7370],
		['gpt-image-2', 'high', '3840x1280', 5311],
		['gpt-image-2', 'high', '2048x2048', 14272],
		['gpt-image-2', 'high', '3840x2160', 13342],
		['gpt-image-2', 'low', '1456x624', 82],
		['gpt-image-2', 'low', '2880x2880', 659],
		['gpt-image-2', 'low', '3264x2448', 480],
		['gpt-image-2', 'low', '3024x1296', 166],
		['gpt-image-2', 'low', '1122x1402', 186],
		['gpt-image-2', 'low', '1254x1254', 229],
		['gpt-image-2', 'low', '1672x941', 129],
		['gpt-image-2.5', 'medium', '1024x1024', 439],
		['gpt-image-2.5', 'high', '2048x2048', 3568],
		['gpt-image-2.5', 'xhigh', '1024x1024', 3122],
		['gpt-image-2.5', 'max', '2560x1440', 7370],
		['gpt-image-1', 'low', '1024x1024', 272],
		['gpt-image-1', 'medium', '1024x1536', 1584],
		['gpt-image-1', 'high', '1536x1024', 6208],
	] as const)('%s bills %s %s as %d tokens', (family, quality, size, tokens) => {
		expect(outputImageTokens({ family, quality, size: dimensions(size), n: 1 })).toBe(tokens);
	});

	it.each([
		[1, 196],
		[2, 391],
		[3, 586],
		[4, 781],
		[8, 1561],
		[10, 1952],
	])('%d images are rounded up once, together: %d tokens', (n, tokens) => {
		const image = { family: 'gpt-image-2', quality: 'low', size: dimensions('1024x1024') } as const;
		expect(outputImageTokens({ ...image, n })).toBe(tokens);
	});

	it.each([
		['1024x672', 108],
		['1024x800', 136],
		['1536x816', 105],
	])('where half a patch is left over, %s goes the way of the calculator: %d', (size, tokens) => {
		const image = { family: 'gpt-image-2', quality: 'low', n: 1 } as const;
		expect(outputImageTokens({ ...image, size: dimensions(size) })).toBe(tokens);
	});
});

describe('input image tokens', () => {
	it.each([
		['64x64', 16],
		['256x256', 256],
		['400x400', 625],
		['512x512', 1024],
		['768x768', 1024],
		['900x900', 1024],
		['1024x1024', 1024],
		['512x1024', 512],
		['300x600', 512],
		['240x600', 416],
		['200x800', 352],
		['100x800', 352],
		['550x368', 704],
		['341x512', 704],
		['1280x720', 920],
		['1200x600', 722],
		['1376x768', 1032],
		['1536x1024', 1536],
		['1024x1536', 1536],
		['1536x1536', 1521],
		['2048x2048', 1521],
		['2048x1152', 1508],
		['3840x2160', 1508],
		['1179x2556', 1482],
		['6000x4000', 1536],
	])('an input of %s costs gpt-image-2 %d tokens', (size, tokens) => {
		expect(inputImageTokens('gpt-image-2', dimensions(size), false)).toBe(tokens);
	});

	it.each([
		['1024x1024', false, 194],
		['1536x1024', false, 323],
		['1024x1024', true, 194 + 4160],
		['1536x1024', true, 323 + 6240],
	])('an input of %s, high fidelity %s, costs the older models %d tokens', (...row) => {
		const [size, highFidelity, tokens] = row;
		expect(inputImageTokens('gpt-image-1', dimensions(size), highFidelity)).toBe(tokens);
	});
});

describe('prompt tokens', () => {
	it.each([
		['gpt-image-2', 0, 8],
		['gpt-image-2', 2, 8],
		['gpt-image-2.5', 0, 8],
		['gpt-image-2.5', 1, 18],
		['gpt-image-2.5', 2, 28],
	] as const)('%s with %d input images reads "a cat" as %d tokens', (family, images, tokens) => {
		expect(promptTokens('a cat', family, images)).toBe(tokens);
	});

	it('a prompt that looks like a control token is text', () => {
		expect(promptTokens('<|endoftext|>', 'gpt-image-2', 0)).toBeGreaterThan(7);
	});
});
