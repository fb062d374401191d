import type { IBinaryData, IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { edit, itemWith } from '../engine/edit';
import { storeBinary, useBinaryStorage } from '../engine/engine';
import { mask, picture } from '../stand-in-api/pictures';
import { startStandInApi, type StandInApi } from '../stand-in-api/server';

let api: StandInApi;
beforeAll(async () => {
	await useBinaryStorage('filesystem');
	api = await startStandInApi({ plainImages: true });
});
afterAll(async () => await api.close());
beforeEach(() => api.reset());

const MEGABYTE = 1024 * 1024;

interface Wrong {
	readonly parameters?: INodeParameters;
	/** Files of the item; `data` is a sound image of 64x48 where nothing else is said. */
	readonly files?: () => Promise<Record<string, Buffer | IBinaryData>>;
	readonly param: string;
	readonly message: string;
	readonly hint: string;
}

const stored = async (bytes: Buffer, mimeType: string) => await storeBinary(bytes, { mimeType });

/** A file that is none of the images that the API takes. */
const file = (bytes: Buffer | (() => Promise<Buffer>), message: string, hint: string): Wrong => ({
	files: async () => ({
		data: await stored(Buffer.isBuffer(bytes) ? bytes : await bytes(), 'image/png'),
	}),
	param: 'binaryFields',
	message,
	hint,
});

const USE_AN_IMAGE = 'Use a PNG, JPEG or WebP image.';
const CONVERT =
	'Turn it into a PNG, JPEG or WebP image first, for example with the Edit Image node.';
const CUT_OFF = 'Check the step that loads the file, such as a download that was interrupted.';

const byUrl = (imageUrls: string, shown = imageUrls): Wrong => ({
	parameters: { imageSource: 'urls', imageUrls },
	param: 'imageUrls',
	message: `'Image URLs' has '${shown}', which is no address of an image`,
	hint: 'Use addresses that start with https://, or OpenAI file IDs that start with file-.',
});

const byMask = (
	makeMask: () => Promise<Buffer>,
	message: string,
	hint: string,
	options: IDataObject = {},
): Wrong => ({
	parameters: { mask: 'binaryField', options } as INodeParameters,
	files: async () => ({ data: await picture(64, 48), mask: await makeMask() }),
	param: 'maskField',
	message,
	hint,
});

const NO_HOLE =
	"Make the mask transparent where to edit. If it is black and white, add the option 'Black-and-White Mask': white is edited.";

const byRegion = (region: IDataObject, message: string, hint: string): Wrong => ({
	parameters: { mask: 'region', region } as INodeParameters,
	param: 'region',
	message,
	hint,
});

const PERCENT = 'Use a number from 0 to 100 percent.';
const MOVE =
	"Change 'Region' so that it covers the part to edit and lies within the image, all in percent.";

/** Noise, which a PNG without compression keeps at its full size. */
const large = async (bytes: number) => {
	const width = 1024;
	const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
	const height = Math.ceil(bytes / width / 3);
	const image = sharp({ create: { width, height, channels: 3, background: '#fff', noise } });
	return await image.png({ compressionLevel: 0 }).toBuffer();
};

const WRONG: Record<string, Wrong> = {
	'an item without any file': {
		files: async () => await Promise.resolve({}),
		param: 'binaryFields',
		message: "The input item has no binary field 'data'",
		hint: "Change 'Input Binary Fields' to a field that is there. This item has no binary fields. Check that the node before this one passes its files on.",
	},
	'a field that is not there': {
		parameters: { binaryFields: 'data, photo' },
		files: async () => ({
			data: await stored(await picture(64, 48), 'image/png'),
			notes: await stored(Buffer.from('a,b\n'.repeat(300)), 'text/csv'),
			unknown: await stored(Buffer.from('?'), ''),
		}),
		param: 'binaryFields',
		message: "The input item has no binary field 'photo'",
		hint: expect.stringMatching(
			/^Change 'Input Binary Fields' to a field that is there\. This item has: data \(image\/png, \d+ B\), notes \(text\/csv, 1\.2 kB\), unknown \(no type, 1 B\)\.$/,
		) as string,
	},
	'no field at all': {
		parameters: { binaryFields: ' , ' },
		param: 'binaryFields',
		message: 'There is no image to edit',
		hint: "'Input Binary Fields' gives no image for this row. Check that the node before this one passes an image file on, or choose another 'Image Source'.",
	},
	'an item whose files are no images': {
		parameters: { imageSource: 'allBinaries' },
		files: async () => ({ notes: await stored(Buffer.from('a,b'), 'text/csv') }),
		param: 'imageSource',
		message: 'There is no image to edit',
		hint: "'Image Source' gives no image for this row. Check that the node before this one passes an image file on, or choose another 'Image Source'.",
	},
	'an expression that gives nothing': {
		parameters: { binaryFields: '={{ $json.nope }}' },
		param: 'binaryFields',
		message: "'Input Binary Fields' gives no binary field",
		hint: expect.stringMatching(
			/^Enter the name of a binary field, such as data\. This item has: data \(no type, \d+ B\)\.$/,
		) as string,
	},
	'an object that is no file': {
		parameters: { binaryFields: '={{ $json }}' },
		param: 'binaryFields',
		message: "'Input Binary Fields' gives no binary field",
		hint: expect.stringMatching(/^Enter the name of a binary field/) as string,
	},
	'17 images': {
		parameters: { imageSource: 'allBinaries' },
		files: async () => {
			const image = await stored(await picture(64, 48), 'image/png');
			return Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`image${i}`, image]));
		},
		param: 'imageSource',
		message: 'There are 17 images, and one edit takes at most 16',
		hint: 'Use fewer images, or split them over several rows.',
	},
	'17 URLs': {
		parameters: { imageSource: 'urls', imageUrls: 'https://example.com/a.png\n'.repeat(17) },
		param: 'imageUrls',
		message: 'There are 17 images, and one edit takes at most 16',
		hint: 'Use fewer images, or split them over several rows.',
	},
	'no URL': {
		parameters: { imageSource: 'urls', imageUrls: '={{ $json.nope }}' },
		param: 'imageUrls',
		message: 'There is no image to edit',
		hint: "'Image URLs' gives no image for this row. Check that the node before this one passes an image file on, or choose another 'Image Source'.",
	},
	'a PDF': file(
		Buffer.from('%PDF-1.7\n1 0 obj\n'),
		"The binary field 'data' holds a PDF",
		USE_AN_IMAGE,
	),
	'a web page': file(
		Buffer.from('<!doctype html><title>404</title>'),
		"The binary field 'data' holds HTML",
		USE_AN_IMAGE,
	),
	'an HEIC photo': file(
		Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
		"The binary field 'data' holds an HEIC photo",
		USE_AN_IMAGE,
	),
	'a GIF': file(
		async () =>
			await sharp(await picture(64, 48))
				.gif()
				.toBuffer(),
		"The binary field 'data' holds a GIF image",
		CONVERT,
	),
	'a GIF among all files': {
		parameters: { imageSource: 'allBinaries' },
		files: async () => ({
			data: await stored(await picture(64, 48), 'image/png'),
			logo: await stored(
				await sharp(await picture(64, 48))
					.gif()
					.toBuffer(),
				'image/gif',
			),
		}),
		param: 'imageSource',
		message: "The binary field 'logo' holds a GIF image",
		hint: CONVERT,
	},
	'an empty file': file(Buffer.alloc(0), "The binary field 'data' is empty", CUT_OFF),
	'a PNG that is cut off': file(
		async () => (await picture(640, 480)).subarray(0, 500),
		"The image in the binary field 'data' is cut off: its file ends too early",
		CUT_OFF,
	),
	'a PNG that is cut off in its head': file(
		async () => (await picture(640, 480)).subarray(0, 20),
		"The binary field 'data' holds a damaged PNG image",
		CUT_OFF,
	),
	'a JPEG that is cut off': file(
		async () => (await picture(640, 480, 'jpeg')).subarray(0, -20),
		"The image in the binary field 'data' is cut off: its file ends too early",
		CUT_OFF,
	),
	'an image of 50 MB': file(
		async () => await large(50 * MEGABYTE),
		expect.stringMatching(
			/^The image in the binary field 'data' has 50(\.\d)? MB, and the API takes less than 50 MB$/,
		) as string,
		'Make it smaller first, for example with the Edit Image node.',
	),
	'base64 text of a PDF': {
		parameters: { binaryFields: '={{ $json.pdf }}' },
		param: 'binaryFields',
		message: "The base64 text of 'Input Binary Fields' holds a PDF",
		hint: USE_AN_IMAGE,
	},
	'an address without http': byUrl('example.com/mug.png'),
	'a file of the server': byUrl('file:///etc/passwd'),
	'an FTP address': byUrl('ftp://example.com/mug.png'),
	'an FTP address among others': byUrl(
		'https://example.com/a.png,ftp://example.com/mug.png',
		'ftp://example.com/mug.png',
	),
	'an address that is none': byUrl('https://', 'https://'),
	'a data URL of a PDF': byUrl('data:application/pdf;base64,JVBERi0='),
	'a word for a file ID': {
		parameters: { imageSource: 'fileIds', fileIds: 'mug' },
		param: 'fileIds',
		message: "'File IDs' has 'mug', which is no address of an image",
		hint: 'Use addresses that start with https://, or OpenAI file IDs that start with file-.',
	},
	'an unknown image source': {
		parameters: { imageSource: 'dropbox' },
		param: 'imageSource',
		message: "'Image Source' cannot be 'dropbox'",
		hint: 'Use one of: binaryFields, allBinaries, urls, fileIds.',
	},
	'a mask of other dimensions': byMask(
		async () => await mask(48, 64),
		'The mask is 48x64, but the first image is 64x48',
		"Make the mask 64x48, for example with the Edit Image node, or set 'Mask' to 'Region'.",
	),
	'an opaque mask': byMask(
		async () =>
			await sharp(await picture(64, 48))
				.ensureAlpha()
				.png()
				.toBuffer(),
		'The mask has no transparent part, so there is nothing to edit',
		NO_HOLE,
	),
	'a mask without alpha': byMask(
		async () => await picture(64, 48),
		'The mask has no transparent part, so there is nothing to edit',
		NO_HOLE,
	),
	'a JPEG mask': byMask(
		async () => await picture(64, 48, 'jpeg'),
		'The mask is a JPEG image, and it must be a PNG image',
		'Export it as PNG with transparency: transparent where to edit.',
	),
	'an all black mask': byMask(
		async () =>
			await sharp({ create: { width: 64, height: 48, channels: 3, background: '#000' } })
				.png()
				.toBuffer(),
		'The mask has no white part, so there is nothing to edit',
		'Paint the part to edit white.',
		{ blackAndWhiteMask: true },
	),
	'a mask that is cut off': byMask(
		async () => (await mask(64, 48)).subarray(0, -30),
		'The mask is cut short',
		'Export it as PNG once more.',
	),
	'a mask of 4 MB': {
		parameters: { mask: 'binaryField' },
		files: async () => {
			const size = { width: 1024, height: 1100 };
			const pixels = { ...size, channels: 3, background: '#fff' } as const;
			const bytes = await sharp({ create: pixels })
				.ensureAlpha(0)
				.png({ compressionLevel: 0 })
				.toBuffer();
			return { data: await picture(1024, 1100), mask: bytes };
		},
		param: 'maskField',
		message: 'The mask has 4.3 MB, and the API takes less than 4 MB',
		hint: "Save it as a compressed PNG, or set 'Mask' to 'Region'.",
	},
	'a mask field that is not there': {
		parameters: { mask: 'binaryField', maskField: 'hole' },
		param: 'maskField',
		message: "The input item has no binary field 'hole'",
		hint: expect.stringMatching(
			/^Change 'Mask Binary Field' to a field that is there\. This item has: data /,
		) as string,
	},
	'an empty mask field': {
		parameters: { mask: 'binaryField', maskField: ' , ' },
		param: 'maskField',
		message: "'Mask Binary Field' is empty",
		hint: "Enter the name of the binary field that holds the mask, or set 'Mask' to 'None'.",
	},
	'a mask for images that OpenAI loads': {
		parameters: { mask: 'region', imageSource: 'urls', imageUrls: 'https://example.com/a.png' },
		param: 'mask',
		message: "'Mask' needs images from binary fields, because it must have their size",
		hint: "Load the image into a binary field first, for example with the HTTP Request node, and set 'Image Source' to 'Binary Fields'; or set 'Mask' to 'None'.",
	},
	'a region of no width': byRegion(
		{ width: 0 },
		"The region's width is 0 %, so it holds nothing to edit. Make it more than 0 %",
		MOVE,
	),
	'a region beyond the edge': byRegion(
		{ x: 60, width: 50 },
		'The region goes past the image: its left edge is at 60 % and its width is 50 %, together 110 %',
		MOVE,
	),
	'a region of words': byRegion({ x: 'left' }, "'Region > Left' cannot be 'left'", PERCENT),
	'a region with percent signs': byRegion({ y: '20%' }, "'Region > Top' cannot be '20%'", PERCENT),
	'a region before the edge': byRegion({ x: -1 }, "'Region > Left' cannot be '-1'", PERCENT),
	'a region in pixels': byRegion({ width: 512 }, "'Region > Width' cannot be '512'", PERCENT),
	'a region that is a triangle': byRegion(
		{ shape: 'triangle' },
		"'Region > Shape' cannot be 'triangle'",
		'Use one of: rectangle, ellipse.',
	),
	'a JPEG from Remove Background': {
		parameters: { operation: 'removeBackground', options: { outputFormat: 'jpeg' } },
		param: 'outputFormat',
		message: 'Remove Background cannot make a JPEG file, because JPEG has no transparency',
		hint: "Set 'Output Format' to PNG or WebP.",
	},
	'two images for Remove Background': {
		parameters: { operation: 'removeBackground', binaryFields: 'data, data' },
		param: 'imageSource',
		message: 'There are 2 images, and Remove Background takes one at a time',
		hint: 'Pass each image in an item of its own, or name one binary field.',
	},
	'a transparent JPEG': {
		parameters: { options: { background: 'transparent', outputFormat: 'jpeg' } },
		param: 'background',
		message: "'Background' is transparent, but a JPEG file cannot be transparent",
		hint: "Set 'Output Format' to PNG or WebP, or 'Background' to opaque or auto.",
	},
	'low moderation of uploaded images': {
		parameters: { options: { moderation: 'low' } },
		param: 'moderation',
		message: "'Moderation' can be set only for images from URLs or file IDs",
		hint: "Remove the option 'Moderation', or change 'Image Source'.",
	},
	'an edit without a prompt': {
		parameters: { prompt: '={{ $json.nope }}' },
		param: 'prompt',
		message: "'Prompt' is empty",
		hint: expect.stringMatching(/^Write what/) as string,
	},
	'instructions that are too long': {
		parameters: { operation: 'removeBackground', prompt: 'x'.repeat(32_000) },
		param: 'prompt',
		message: expect.stringMatching(
			/^'Additional Instructions' has 32,000 characters, and there is room for 31,\d{3}$/,
		) as string,
		hint: expect.stringMatching(/^Shorten it by \d{3} or more characters\.$/) as string,
	},
	'an unknown operation': {
		parameters: { operation: 'paint' },
		param: 'operation',
		message: "'Operation' cannot be 'paint'",
		hint: 'Use one of: edit, removeBackground.',
	},
	'a size that the model lacks': {
		parameters: { size: '1000x1000' },
		param: 'size',
		message:
			"'Size' 1000x1000 does not work with gpt-image-2: width and height must be multiples of 16",
		hint: 'The nearest size that works is 1008x1008.',
	},
};

const PDF = Buffer.from(`%PDF-1.7\n${'0'.repeat(300)}`);

async function itemOf({ files }: Wrong): Promise<INodeExecutionData> {
	const json = { pdf: PDF.toString('base64') };
	return await itemWith(files ? await files() : { data: await picture(64, 48) }, { json });
}

const failureOf = ({ message, param, hint }: Wrong) => ({
	error: message,
	details: {
		kind: 'invalidInput',
		param,
		retryable: false,
		mayHaveBeenBilled: false,
		attempts: 0,
		hint,
	},
});

describe.each(Object.entries(WRONG))('%s is refused before any request', (_name, wrong) => {
	let item: INodeExecutionData;
	beforeAll(async () => (item = await itemOf(wrong)));

	it('the run stops with the words, the item and the hint', async () => {
		const { status, error, outputs } = await edit(api, wrong.parameters ?? {}, [item]);
		expect(api.requests).toHaveLength(0);
		expect({ status, outputs }).toEqual({ status: 'error', outputs: [] });
		expect(error?.message.replace(/ \[item 0\]$/, '')).toEqual(wrong.message);
		expect(error?.description).toEqual(wrong.hint);
		expect(error?.context.itemIndex).toBe(0);
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'the run goes on with an item that says so (%s)',
		async (onError) => {
			const settings = { onError };
			const { status, outputs } = await edit(api, wrong.parameters ?? {}, [item], { settings });
			expect(api.requests).toHaveLength(0);
			expect(status).toBe('success');
			const [failed] = onError === 'continueErrorOutput' ? outputs[1] : outputs[0];
			expect(failed.json).toMatchObject(failureOf(wrong));
			expect(failed.pairedItem).toEqual({ item: 0 });
			expect(failed.binary).toBeUndefined();
		},
	);
});

describe('one bad row among good ones', () => {
	const rows = async () => {
		const good = await picture(64, 48);
		const bad = (await picture(640, 480)).subarray(0, 500);
		return await Promise.all([good, good, bad, good].map(async (data) => await itemWith({ data })));
	};

	it('stops the run before anything is sent, and is named', async () => {
		const { error } = await edit(api, {}, await rows());
		expect(api.requests).toHaveLength(0);
		expect(error?.message).toBe(
			"The image in the binary field 'data' is cut off: its file ends too early [item 2]",
		);
		expect(error?.context.itemIndex).toBe(2);
	});

	it('does not keep the others from their images', async () => {
		const settings = { onError: 'continueRegularOutput' } as const;
		const { items } = await edit(api, {}, await rows(), { settings });
		expect(api.requests).toHaveLength(3);
		expect(items.map(({ json, pairedItem }) => [Boolean(json.error), pairedItem])).toEqual([
			[false, { item: 0 }],
			[false, { item: 1 }],
			[true, { item: 2 }],
			[false, { item: 3 }],
		]);
	});

	it('that is part of one edit with the others keeps it from being sent, and is named', async () => {
		const items = await rows();
		const parameters = { combineItems: true };
		const message =
			"The image in the binary field 'data' is cut off: its file ends too early [item 2]";

		const stopped = await edit(api, parameters, items);
		expect(stopped.error?.message).toBe(message);
		expect(stopped.error?.context.itemIndex).toBe(2);

		const settings = { onError: 'continueRegularOutput' } as const;
		const { items: output } = await edit(api, parameters, items, { settings });
		expect(output.map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual([
			[message, [0, 1, 2, 3].map((item) => ({ item }))],
		]);
		expect(api.requests).toHaveLength(0);
	});

	it.each([
		[{ binaryFields: '={{ $itemIndex === 1 ? "photo" : "data" }}' }, "no binary field 'photo'"],
		[
			{ imageSource: 'urls', imageUrls: '={{ $itemIndex === 1 ? "x" : "https://a.de/b.png" }}' },
			"'Image URLs' has 'x'",
		],
	])('is named where it is a parameter that is wrong (%j)', async (parameters, words) => {
		const { error } = await edit(api, { combineItems: true, ...parameters }, await rows());
		expect(error?.message).toContain(words);
		expect(error?.message).toMatch(/ \[item 1\]$/);
		expect(api.requests).toHaveLength(0);
	});

	it('17 items of one image are refused as one edit', async () => {
		const data = await picture(64, 48);
		const items = await Promise.all(
			Array.from({ length: 17 }, async () => await itemWith({ data })),
		);
		const { error } = await edit(api, { combineItems: true }, items);
		expect(error?.message).toBe('There are 17 images, and one edit takes at most 16 [item 0]');
		expect(api.requests).toHaveLength(0);
	});
});
