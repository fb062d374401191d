import type { IBinaryData, IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { edit, itemWith } from '../engine/edit';
import { bytesOf, retryDataOf, storeBinary, useBinaryStorage, type Order } from '../engine/engine';
import { picture } from '../stand-in-api/pictures';
import {
	apiFaults,
	startStandInApi,
	type LoggedRequest,
	type StandInApi,
} from '../stand-in-api/server';

let api: StandInApi;
/** An account without the preview of transparent backgrounds on gpt-image-2. */
let withoutPreview: StandInApi;

beforeAll(async () => {
	api = await startStandInApi({ files: { 'file-a': await picture(64, 64) } });
	withoutPreview = await startStandInApi({ transparentPreview: false });
});
afterAll(async () => await Promise.all([api.close(), withoutPreview.close()]));
beforeEach(async () => {
	api.reset();
	withoutPreview.reset();
	await useBinaryStorage('filesystem');
});

const filesOf = ({ form }: LoggedRequest) => form?.files ?? [];
const imagesOf = (request: LoggedRequest) =>
	filesOf(request).filter(({ field }) => field !== 'mask');
const fieldOf = ({ form }: LoggedRequest, name: string) => form?.fields[name]?.[0];

const maskOf = (request: LoggedRequest) => {
	const mask = filesOf(request).find(({ field }) => field === 'mask');
	if (!mask) throw new Error('no mask was sent');
	return mask;
};

/** The image of an output item: in `binary`, or in the JSON of the combined binary mode. */
function outputOf({ json, binary }: INodeExecutionData): IBinaryData {
	const combined = json._files as Record<string, IBinaryData> | undefined;
	const file = binary?.data ?? combined?.data;
	if (!file) throw new Error('no image in this item');
	return file;
}

/** Whether each pixel of a mask is to be edited, row by row. */
async function editedPixels(mask: Buffer) {
	const { data, info } = await sharp(mask).raw().toBuffer({ resolveWithObject: true });
	const alphas = Array.from(data).filter((_, i) => i % info.channels === info.channels - 1);
	expect(new Set(alphas)).toEqual(new Set([0, 255]));
	return { width: info.width, height: info.height, edited: alphas.map((alpha) => alpha === 0) };
}

/** What `editedPixels` should be: each pixel whose centre is inside. */
function pixelsWhere(width: number, height: number, inside: (x: number, y: number) => boolean) {
	const all = Array.from({ length: width * height }, (_, i) => i);
	const edited = all.map((i) => inside((i % width) + 0.5, Math.floor(i / width) + 0.5));
	return { width, height, edited };
}

/** A JPEG that is stored on its side, as phones store upright photos. */
const photoOnItsSide = async (width: number, height: number) =>
	await sharp(await picture(height, width, 'jpeg'))
		.withMetadata({ orientation: 6 })
		.toBuffer();

const RECTANGLE = { shape: 'rectangle', x: 25, y: 10, width: 50, height: 30 };

describe.each([
	['filesystem', 'separate'],
	['filesystem', 'combined'],
	['default', 'separate'],
	['default', 'combined'],
] as const)('files in n8n (storage %s, binary mode %s)', (storage, binaryMode) => {
	// In memory, n8n does not move files into the JSON.
	const combined = binaryMode === 'combined' && storage === 'filesystem';
	const order: Partial<Order> = { binaryMode };
	const files = combined ? '$json._files' : '$binary';

	beforeEach(async () => await useBinaryStorage(storage));

	it('two images and a region go in as they are, and an edited image comes out', async () => {
		const photo = await picture(200, 100, 'jpeg');
		const logo = await picture(64, 64, 'webp');
		const item = await itemWith(
			{
				photo: await storeBinary(photo, { fileName: 'mug.jpg', mimeType: 'image/jpeg' }),
				logo: await storeBinary(logo, { fileName: 'logo ü.webp', mimeType: 'image/webp' }),
			},
			{ combined },
		);
		const { items, error } = await edit(
			api,
			{ binaryFields: 'photo, logo', mask: 'region', region: RECTANGLE, size: '1536x1024' },
			[item],
			order,
		);

		expect(error).toBeUndefined();
		const [request] = api.requests;
		expect(imagesOf(request)).toEqual([
			{ field: 'image[]', fileName: 'mug.jpg', contentType: 'image/jpeg', bytes: photo },
			{ field: 'image[]', fileName: 'logo ü.webp', contentType: 'image/webp', bytes: logo },
		]);
		const mask = maskOf(request);
		expect(mask).toMatchObject({ fileName: 'mask.png', contentType: 'image/png' });
		expect(await editedPixels(mask.bytes)).toEqual(
			pixelsWhere(200, 100, (x, y) => x > 50 && x < 150 && y > 10 && y < 40),
		);

		expect(items).toHaveLength(1);
		const [{ json, pairedItem }] = items;
		expect(pairedItem).toEqual({ item: 0 });
		expect(json).toMatchObject({ fileName: 'make-it-blue.png', width: 1536, height: 1024 });
		const output = outputOf(items[0]);
		expect(output).toMatchObject({ fileName: 'make-it-blue.png', mimeType: 'image/png' });
		const { format, width, height } = await sharp(await bytesOf(output)).metadata();
		expect([format, width, height]).toEqual(['png', 1536, 1024]);
	});

	it('all images of an item, but for the mask and what is no image', async () => {
		const image = await picture(64, 64);
		const mask = await sharp(image).ensureAlpha(0).png().toBuffer();
		const item = await itemWith(
			{
				front: await storeBinary(image, { mimeType: 'image/png' }),
				notes: await storeBinary(Buffer.from('a,b'), { mimeType: 'text/csv' }),
				hole: await storeBinary(mask, { mimeType: 'image/png' }),
				back: await storeBinary(await picture(80, 64), { mimeType: 'image/png' }),
			},
			{ combined },
		);
		const parameters = { imageSource: 'allBinaries', mask: 'binaryField' };
		for (const maskField of ['hole', `={{ ${files}.hole }}`]) {
			api.reset();
			const { error } = await edit(api, { ...parameters, maskField }, [item], order);
			expect(error).toBeUndefined();
			expect(imagesOf(api.requests[0]).map(({ bytes }) => bytes)).toEqual([
				image,
				await picture(80, 64),
			]);
			expect(maskOf(api.requests[0]).bytes).toEqual(mask);
		}
	});

	it('an expression that gives a file itself, or a list of them', async () => {
		const [front, back] = [await picture(64, 64), await picture(80, 64)];
		const item = await itemWith(
			{
				front: await storeBinary(front, { fileName: 'front.png', mimeType: 'image/png' }),
				back: await storeBinary(back, { mimeType: 'image/png' }),
			},
			{ combined },
		);
		for (const [expression, sent] of [
			[`={{ ${files}.front }}`, [front]],
			[`={{ [${files}.back, ${files}.front] }}`, [back, front]],
			[`={{ Object.values(${files}) }}`, [front, back]],
			['={{ ["back", "front"] }}', [back, front]],
		] as const) {
			api.reset();
			const { error } = await edit(api, { binaryFields: expression }, [item], order);
			expect([expression, error]).toEqual([expression, undefined]);
			expect(imagesOf(api.requests[0]).map(({ bytes }) => bytes)).toEqual(sent);
		}
		expect(imagesOf(api.requests[0]).map(({ fileName }) => fileName)).toEqual([
			'image.png',
			'front.png',
		]);
	});

	// Expressions see only the JSON of earlier nodes in the combined mode.
	const filesAreSeen = binaryMode === 'separate' || combined;
	if (filesAreSeen)
		it('a file of an earlier node, for an agent whose item has JSON only', async () => {
			const photo = await picture(64, 64);
			const form = await itemWith(
				{ photo: await storeBinary(photo, { fileName: 'mug.png', mimeType: 'image/png' }) },
				{ combined },
			);
			const path = combined ? '_files' : 'binary';
			const { items, error } = await edit(
				api,
				{ binaryFields: `={{ $('Form').first().${path}.photo }}`, prompt: '={{ $json.prompt }}' },
				[{ json: { prompt: 'add steam', toolCallId: 'call_1' } }],
				{ ...order, earlier: { name: 'Form', items: [form] } },
			);
			expect(error).toBeUndefined();
			expect(imagesOf(api.requests[0])).toMatchObject([{ fileName: 'mug.png', bytes: photo }]);
			expect(items[0].json).toMatchObject({ prompt: 'add steam', fileName: 'add-steam.png' });
		});

	it('base64 and data URIs, as text or as a file, are the images they stand for', async () => {
		const image = await sharp(await picture(64, 64))
			.withMetadata()
			.png({ compressionLevel: 0 })
			.toBuffer();
		const base64 = image.toString('base64');
		const lines = base64.replace(/.{76}/g, '$&\r\n');
		const texts = { base64, lines, uri: `data:image/png;base64,${base64}` };
		const stored = await Promise.all(
			Object.entries(texts).map(
				async ([name, text]) =>
					[name, await storeBinary(Buffer.from(text), { mimeType: 'text/plain' })] as const,
			),
		);
		const item = await itemWith(Object.fromEntries(stored), { json: texts, combined });
		for (const parameters of [
			{ binaryFields: 'base64, lines, uri' },
			{ imageSource: 'allBinaries' },
			{ binaryFields: '={{ [$json.base64, $json.lines, $json.uri] }}' },
		]) {
			api.reset();
			const { error } = await edit(api, parameters, [item], order);
			expect([parameters, error]).toEqual([parameters, undefined]);
			expect(imagesOf(api.requests[0])).toEqual(
				Array(3).fill({
					field: 'image[]',
					fileName: 'image.png',
					contentType: 'image/png',
					bytes: image,
				}),
			);
		}
	});

	it('types that are missing, generic or wrong are read from the bytes', async () => {
		const webp = await picture(64, 64, 'webp');
		const types = ['', 'application/octet-stream', 'text/plain; charset=utf-8', 'image/png'];
		const stored: Record<string, IBinaryData> = {};
		for (const [index, mimeType] of types.entries())
			stored[`file${index}`] = await storeBinary(webp, { mimeType, fileName: 'file' });
		for (const parameters of [
			{ binaryFields: Object.keys(stored).join(',') },
			{ imageSource: 'allBinaries' },
		]) {
			api.reset();
			const { error } = await edit(api, parameters, [await itemWith(stored, { combined })], order);
			expect(error).toBeUndefined();
			expect(imagesOf(api.requests[0])).toEqual(
				Array(4).fill({
					field: 'image[]',
					fileName: 'file',
					contentType: 'image/webp',
					bytes: webp,
				}),
			);
		}
	});
});

it('a file that a Code node made without a type is taken all the same', async () => {
	const image = await picture(64, 64);
	const data = await storeBinary(image);
	delete (data as Partial<IBinaryData>).mimeType;
	const item = { json: {}, binary: { data } };
	for (const parameters of [{}, { imageSource: 'allBinaries' }]) {
		const { error } = await edit(api, parameters, [item]);
		expect(error).toBeUndefined();
	}
	expect(api.requests.map((request) => imagesOf(request)[0].contentType)).toEqual([
		'image/png',
		'image/png',
	]);
});

it('a file that an expression shows only by its ID is read from where n8n keeps it', async () => {
	const photo = await picture(64, 64);
	const form = await itemWith({ photo: await storeBinary(photo, { mimeType: 'image/png' }) });
	const { error } = await edit(
		api,
		{ binaryFields: '={{ $node["Form"].binary.photo }}' },
		[{ json: {} }],
		{ earlier: { name: 'Form', items: [form] } },
	);
	expect(error).toBeUndefined();
	expect(imagesOf(api.requests[0])[0].bytes).toEqual(photo);
});

it('in the combined binary mode, a file is found at any path of the JSON', async () => {
	const image = await picture(64, 64);
	const file = (await storeBinary(image, { mimeType: 'image/png' })) as unknown as IDataObject;
	const item = { json: { _files: { data: file }, shots: [{ front: file }] } };
	for (const binaryFields of ['data', '_files.data', 'shots[0].front', 'shots.0.front']) {
		const { error } = await edit(api, { binaryFields }, [item], { binaryMode: 'combined' });
		expect([binaryFields, error]).toEqual([binaryFields, undefined]);
	}
	expect(api.requests.flatMap(imagesOf).map(({ bytes }) => bytes)).toEqual(Array(4).fill(image));
});

it('20 MB of base64 text are an image like any other', async () => {
	const image = await sharp({
		create: { width: 2400, height: 2100, channels: 3, background: '#336', noise: noise() },
	})
		.png({ compressionLevel: 0 })
		.toBuffer();
	expect(image.length).toBeGreaterThan(15_000_000);
	const text = Buffer.from(image.toString('base64'));
	const item = await itemWith({ data: await storeBinary(text, { mimeType: 'text/plain' }) });
	const { error } = await edit(api, {}, [item]);
	expect(error).toBeUndefined();
	expect(imagesOf(api.requests[0])[0].bytes.equals(image)).toBe(true);
});

function noise() {
	return { type: 'gaussian', mean: 128, sigma: 30 } as const;
}

describe('masks', () => {
	const sendMask = async (image: Buffer, parameters: INodeParameters, mask?: Buffer) => {
		api.reset();
		const item = await itemWith({ data: image, ...(mask && { mask }) });
		const { error } = await edit(api, parameters, [item]);
		expect(error).toBeUndefined();
		return maskOf(api.requests[0]).bytes;
	};
	const region = (part: IDataObject): INodeParameters => ({
		mask: 'region',
		region: { ...RECTANGLE, ...part },
	});

	it('an ellipse is transparent to the pixel', async () => {
		const bytes = await sendMask(
			await picture(120, 80, 'webp'),
			region({ shape: 'ellipse', x: 10, y: 20, width: 70, height: 60 }),
		);
		const inside = (x: number, y: number) => ((x - 54) / 42) ** 2 + ((y - 40) / 24) ** 2 < 1;
		expect(await editedPixels(bytes)).toEqual(pixelsWhere(120, 80, inside));
	});

	it('percent may be text, and what is not given is a quarter in and half as large', async () => {
		const bytes = await sendMask(await picture(40, 40), {
			mask: 'region',
			region: { x: ' 50 ', width: '12.5' },
		});
		expect(await editedPixels(bytes)).toEqual(
			pixelsWhere(40, 40, (x, y) => x > 20 && x < 25 && y > 10 && y < 30),
		);
	});

	it('a photo that lies on its side gets a mask of its upright size', async () => {
		const photo = await photoOnItsSide(60, 100);
		const bytes = await sendMask(photo, region({ x: 0, y: 0, width: 50, height: 10 }));
		expect(await editedPixels(bytes)).toEqual(pixelsWhere(60, 100, (x, y) => x < 30 && y < 10));
		expect(api.requests[0].status).toBe(200);
	});

	it('a photo that lies on its side takes a mask file of its upright size', async () => {
		const mask = await sharp(await picture(60, 100))
			.ensureAlpha(0)
			.png()
			.toBuffer();
		const sent = await sendMask(await photoOnItsSide(60, 100), { mask: 'binaryField' }, mask);
		expect(sent).toEqual(mask);
	});

	it('a mask file is sent as it is, and its name with it', async () => {
		const mask = await sharp(await picture(64, 48))
			.ensureAlpha(0)
			.png()
			.toBuffer();
		const item = await itemWith({
			data: await picture(64, 48),
			hole: await storeBinary(mask, { fileName: 'hole in mug.png', mimeType: 'image/png' }),
		});
		const { error } = await edit(api, { mask: 'binaryField', maskField: 'hole' }, [item]);
		expect(error).toBeUndefined();
		expect(maskOf(api.requests[0])).toMatchObject({ fileName: 'hole in mug.png', bytes: mask });
	});

	it.each(['removed', 'opaque'])(
		'a black-and-white mask is edited where it is white (alpha %s)',
		async (alpha) => {
			const drawing = sharp(
				Buffer.from('<svg width="64" height="48"><path fill="#fff" d="M8 4h20v30h-20z"/></svg>'),
			).flatten({ background: '#000' });
			const mask = await (alpha === 'opaque' ? drawing.ensureAlpha() : drawing).png().toBuffer();
			const sent = await sendMask(
				await picture(64, 48),
				{ mask: 'binaryField', options: { blackAndWhiteMask: true } },
				mask,
			);
			expect(await editedPixels(sent)).toEqual(
				pixelsWhere(64, 48, (x, y) => x > 8 && x < 28 && y > 4 && y < 34),
			);
		},
	);

	it('a mask that is transparent already is left alone by the black-and-white option', async () => {
		const mask = await sharp(await picture(64, 48))
			.ensureAlpha(0)
			.png()
			.toBuffer();
		const parameters = { mask: 'binaryField', options: { blackAndWhiteMask: true } };
		expect(await sendMask(await picture(64, 48), parameters, mask)).toEqual(mask);
	});

	it('a mask belongs to the first of several images', async () => {
		const item = await itemWith({ a: await picture(40, 30), b: await picture(64, 64) });
		const { error } = await edit(api, { binaryFields: 'a,b', ...region({}) }, [item]);
		expect(error).toBeUndefined();
		expect(await editedPixels(maskOf(api.requests[0]).bytes)).toMatchObject({
			width: 40,
			height: 30,
		});
	});
});

describe('items', () => {
	it('16 items of one image each become one edit, paired with all of them', async () => {
		const images = await Promise.all(
			Array.from({ length: 16 }, async (_, i) => await picture(64 + i, 64)),
		);
		const items = await Promise.all(
			images.map(async (data, i) => await itemWith({ data }, { json: { name: `shot ${i}` } })),
		);
		const output = await edit(
			api,
			{ combineItems: true, prompt: '={{ $json.name }}', n: 2 },
			items,
		);

		expect(output.error).toBeUndefined();
		expect(api.requests).toHaveLength(1);
		expect(imagesOf(api.requests[0]).map(({ bytes }) => bytes)).toEqual(images);
		expect(fieldOf(api.requests[0], 'prompt')).toBe('shot 0');
		const pairedItem = images.map((_, item) => ({ item }));
		expect(output.items.map((item) => item.pairedItem)).toEqual([pairedItem, pairedItem]);
	});

	it('combined items may each name other fields, and have several images', async () => {
		const [a, b, c] = [await picture(64, 64), await picture(65, 64), await picture(66, 64)];
		const items = [
			await itemWith({ a, b }, { json: { fields: 'a, b' } }),
			await itemWith({ c }, { json: { fields: 'c' } }),
		];
		const { error } = await edit(
			api,
			{ combineItems: true, binaryFields: '={{ $json.fields }}' },
			items,
		);
		expect(error).toBeUndefined();
		expect(imagesOf(api.requests[0]).map(({ bytes }) => bytes)).toEqual([a, b, c]);
	});

	it('a mask of combined items is the first one’s, and of no other item', async () => {
		const mask = await sharp(await picture(64, 64))
			.ensureAlpha(0)
			.png()
			.toBuffer();
		const stored = async (bytes: Buffer) => await storeBinary(bytes, { mimeType: 'image/png' });
		const items = [
			await itemWith({ data: await stored(await picture(64, 64)), mask: await stored(mask) }),
			await itemWith({ data: await stored(await picture(65, 64)) }),
		];
		const { error } = await edit(
			api,
			{ combineItems: true, imageSource: 'allBinaries', mask: 'binaryField' },
			items,
		);
		expect(error).toBeUndefined();
		expect(imagesOf(api.requests[0])).toHaveLength(2);
		expect(maskOf(api.requests[0]).bytes).toEqual(mask);
	});

	it('URLs of combined items are one edit', async () => {
		const url = (name: string) => `https://example.com/${name}.png`;
		const items = ['a', 'b'].map((name) => ({ json: { url: url(name) } }));
		await edit(
			api,
			{ combineItems: true, imageSource: 'urls', imageUrls: '={{ $json.url }}' },
			items,
		);
		expect(api.requests).toHaveLength(1);
		expect(api.requests[0].json).toMatchObject({
			images: [{ image_url: url('a') }, { image_url: url('b') }],
		});
	});

	it('each makes an edit of its own otherwise, in order and paired', async () => {
		const items = await Promise.all(
			Array.from(
				{ length: 6 },
				async (_, i) => await itemWith({ data: await picture(64 + i, 64) }),
			),
		);
		const output = await edit(api, { prompt: '={{ "mug " + $itemIndex }}', n: 2 }, items);
		expect(output.items.map(({ json, pairedItem }) => [json.fileName, pairedItem])).toEqual(
			items.flatMap((_, item) => [
				[`mug-${item}-1.png`, { item }],
				[`mug-${item}-2.png`, { item }],
			]),
		);
		for (const request of api.requests) {
			const { width } = await sharp(imagesOf(request)[0].bytes).metadata();
			expect(fieldOf(request, 'prompt')).toBe(`mug ${(width ?? 0) - 64}`);
		}
	});
});

describe('the size', () => {
	const sizes = async (data: Buffer, parameters: INodeParameters) => {
		const { items, error } = await edit(api, parameters, [await itemWith({ data })]);
		expect(error).toBeUndefined();
		const { width, height } = await sharp(await bytesOf(outputOf(items[0]))).metadata();
		return { asked: fieldOf(api.requests[0], 'size'), got: `${width}x${height}` };
	};
	const id = (value: string) => ({ __rl: true, mode: 'id', value });

	it('auto follows the shape of the first image', async () => {
		expect(await sizes(await picture(320, 180), { size: 'auto' })).toEqual({
			asked: 'auto',
			got: '1672x941',
		});
	});

	it('same as input is the nearest size that the model makes', async () => {
		expect(await sizes(await picture(1200, 900), { size: 'sameAsInput' })).toEqual({
			asked: '1216x912',
			got: '1216x912',
		});
	});

	it('same as input looks at a photo as a viewer shows it', async () => {
		const photo = await photoOnItsSide(1024, 1536);
		expect((await sizes(photo, { size: 'sameAsInput' })).asked).toBe('1024x1536');
	});

	it('same as input is one of three on a model of three sizes', async () => {
		const parameters = { size: 'sameAsInput', model: id('gpt-image-1.5') };
		expect((await sizes(await picture(1920, 1080), parameters)).asked).toBe('1536x1024');
	});
});

describe('input fidelity', () => {
	const id = (value: string) => ({ __rl: true, mode: 'id', value });
	const send = async (model: string, inputFidelity: string) => {
		const item = await itemWith({ data: await picture(64, 64) });
		return await edit(api, { model: id(model), options: { inputFidelity } }, [item]);
	};

	it('is sent to a model that takes it', async () => {
		await send('gpt-image-1.5', 'high');
		expect(fieldOf(api.requests[0], 'input_fidelity')).toBe('high');
	});

	it.each([
		['gpt-image-2', 'high', "Remove the option 'Input Fidelity': gpt-image-2 has no such setting."],
		['gpt-image-1-mini', 'high', 'Set it to low.'],
	])('is refused before any request on %s (%s)', async (model, fidelity, hint) => {
		const { error } = await send(model, fidelity);
		expect(error?.message).toBe(
			`'Input Fidelity' ${fidelity} does not work with ${model} [item 0]`,
		);
		expect(error?.description).toBe(hint);
		expect(api.requests).toHaveLength(0);
	});
});

describe('Remove Background', () => {
	const removeBackground = async (
		parameters: INodeParameters = {},
		to = api,
		order: Partial<Order> = {},
	) => {
		const bytes = await picture(1200, 900, 'jpeg');
		const data = await storeBinary(bytes, { fileName: 'Red mug.jpg', mimeType: 'image/jpeg' });
		return await edit(
			to,
			{ operation: 'removeBackground', prompt: '', ...parameters },
			[await itemWith({ data })],
			order,
		);
	};
	/** Alpha of the corner, where nothing is left, and of the middle. */
	const alphas = async (item: INodeExecutionData) => {
		const bytes = await bytesOf(outputOf(item));
		const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
		expect(info.channels).toBe(4);
		const middle = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * 4;
		return [data[3], data[middle + 3]];
	};

	it.each([
		['png', {}],
		['webp', { options: { outputFormat: 'webp' } }],
	])('makes a %s that is transparent around the subject', async (format, parameters) => {
		const { items, error } = await removeBackground(parameters);
		expect(error).toBeUndefined();
		expect(items[0].json).toMatchObject({
			fileName: `Red mug-no-background.${format}`,
			outputFormat: format,
			background: 'transparent',
			size: '1216x912',
		});
		expect(outputOf(items[0]).fileName).toBe(`Red mug-no-background.${format}`);
		expect(await alphas(items[0])).toEqual([0, 255]);
	});

	it('asks in words of its own, and adds those of the builder', async () => {
		await removeBackground();
		await removeBackground({ prompt: ' Keep the plate. ' });
		const [own, added] = api.requests.map((request) => fieldOf(request, 'prompt'));
		expect(own).toMatch(/^Remove the background completely .* no backdrop\.$/);
		expect(added).toBe(`${own} Keep the plate.`);
	});

	it('takes a file name, a size and a quality as an edit does', async () => {
		const { items } = await removeBackground({
			size: '1024x1024',
			quality: 'high',
			options: { fileName: 'cut out' },
		});
		expect(items[0].json).toMatchObject({ fileName: 'cut out.png', size: '1024x1024' });
		expect(fieldOf(api.requests[0], 'quality')).toBe('high');
	});

	it('uses the fallback model where the first refuses, and pays once', async () => {
		const { items, error } = await removeBackground(
			{ options: { fallbackModel: 'gpt-image-2.5-flare' } },
			withoutPreview,
		);
		expect(error).toBeUndefined();
		expect(withoutPreview.requests.map((request) => fieldOf(request, 'model'))).toEqual([
			'gpt-image-2',
			'gpt-image-2.5-flare',
		]);
		const [first, second] = withoutPreview.requests;
		expect(imagesOf(second)).toEqual(imagesOf(first));
		expect(withoutPreview.billedImages).toBe(1);
		expect(items[0].json).toMatchObject({
			model: 'gpt-image-2.5-flare',
			warnings: [
				'Made with gpt-image-2.5-flare, because gpt-image-2 refuses a transparent background',
			],
		});
		expect(await alphas(items[0])).toEqual([0, 255]);
	});

	it('without a fallback model says what works', async () => {
		const { error } = await removeBackground({}, withoutPreview);
		expect(error?.message).toBe(
			'Your account cannot make transparent backgrounds with gpt-image-2 [item 0]',
		);
		expect(error?.description).toBe(
			"Set 'Model' to gpt-image-2.5-sunburst, which makes them at the same price, or name it in the option 'Fallback Model'. Otherwise make the image with an opaque background and put a background removal node after this one.",
		);
		expect(withoutPreview.billedImages).toBe(0);
	});
});

describe('sending again', () => {
	it('a rate limit: the same form goes out once more', async () => {
		api.faultNext(apiFaults.rateLimited(50));
		const item = await itemWith({ a: await picture(64, 64), b: await picture(65, 64) });
		const { items, error } = await edit(
			api,
			{ binaryFields: 'a, b', mask: 'region', region: RECTANGLE, n: 2 },
			[item],
		);
		expect(error).toBeUndefined();
		expect(items[0].json.attempts).toBe(2);
		const [first, second] = api.requests;
		expect([first.status, second.status]).toEqual([429, 200]);
		expect(second.form).toEqual(first.form);
		expect(imagesOf(second)).toHaveLength(2);
	});

	it("n8n's Retry On Fail sends only the rows that have no image, and each is billed once", async () => {
		let failures = 0;
		api.setFaults((request) => {
			if (fieldOf(request, 'prompt') !== 'mug 3' || failures >= 2) return undefined;
			failures++;
			return { status: 400, body: { error: { message: 'no', type: 'x', code: 'x', param: null } } };
		});
		const items = await Promise.all(
			Array.from({ length: 5 }, async () => await itemWith({ data: await picture(64, 64) })),
		);
		const output = await edit(
			api,
			{ prompt: '={{ "mug " + $itemIndex }}', mask: 'region', options: { concurrency: 2 } },
			items,
			{ settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 } },
		);
		expect(output.error).toBeUndefined();
		expect(output.items.map(({ json }) => json.prompt)).toEqual(
			items.map((_, index) => `mug ${index}`),
		);
		expect(failures).toBe(2);
		expect(api.billedImages).toBe(5);
	});

	describe('a failed execution that is retried', () => {
		const BEFORE = { binaryFields: 'a, b', mask: 'region', region: RECTANGLE };

		/** Two rows of which the second fails, then the retry of it with these parameters. */
		async function retriedWith(parameters: INodeParameters) {
			const { a, b } = {
				a: await picture(64, 64),
				b: await sharp({ ...RED })
					.png()
					.toBuffer(),
			};
			const items = [await itemWith({ a, b }), await itemWith({ a, b })];
			const order = { options: { concurrency: 1 } };
			api.setFaults(({ index }) => (index === 1 ? { status: 400 } : undefined));
			const failed = await edit(api, { ...order, ...BEFORE }, items);
			expect(failed.status).toBe('error');

			api.reset();
			const resume = retryDataOf(failed);
			const [entry] = resume.executionData?.nodeExecutionStack ?? [];
			Object.assign(entry.node.parameters, parameters);
			const again = { resume, mode: 'retry', executionId: '2' } as const;
			const retried = await edit(api, entry.node.parameters, [], again);
			expect(retried.error).toBeUndefined();
			expect(retried.items).toHaveLength(2);
			return api.billedImages;
		}
		const RED = { create: { width: 64, height: 64, channels: 3, background: '#f00' } } as const;

		it('pays only for what is missing', async () => {
			expect(await retriedWith({})).toBe(1);
		});

		it.each([
			['other images', { binaryFields: 'b, b' }],
			['another order of images', { binaryFields: 'b, a' }],
			['another region', { region: { ...RECTANGLE, x: 26 } }],
			['no mask', { mask: 'none' }],
			['another prompt', { prompt: 'something else' }],
			['another source', { imageSource: 'urls', imageUrls: 'file-a', mask: 'none' }],
		])('with %s asks for all of them', async (_name, parameters) => {
			expect(await retriedWith(parameters as INodeParameters)).toBe(2);
		});
	});
});
