import type { INodeExecutionData } from 'n8n-workflow';
import { bytesOf, runNode, useBinaryStorage } from '../engine/engine';
import { credentialOf, fieldsOf, fileOf, generate, rows } from '../engine/generate';
import { picture } from '../stand-in-api/pictures';
import { startStandInApi, type StandInApi } from '../stand-in-api/server';
import sharp from '../stand-in-api/sharp';

let api: StandInApi;
beforeAll(async () => {
	await useBinaryStorage('filesystem');
	// The first of several rows is answered last.
	const latencyMs = ({ index }: { index: number }) => (index === 0 ? 150 : 0);
	api = await startStandInApi({ latencyMs });
});
afterAll(async () => await api.close());
beforeEach(() => api.reset());

const base64 = (bytes: Buffer) => ({ b64_json: bytes.toString('base64') });
const warningsOf = (items: INodeExecutionData[]) => items.map(({ json }) => json.warnings);
const namesOf = (items: INodeExecutionData[]) => items.map(({ json }) => json.fileName);

describe.each([
	['filesystem', 'separate'],
	['filesystem', 'combined'],
	['default', 'separate'],
	['default', 'combined'],
] as const)('with %s storage and %s binaries', (storage, binaryMode) => {
	beforeAll(async () => await useBinaryStorage(storage));
	afterAll(async () => await useBinaryStorage('filesystem'));

	it('each row becomes an item with a real file, in the order of the rows', async () => {
		const sheet = [
			{ p: 'a red mug', size: '1024x1024', format: 'png', extension: 'png' },
			{ p: 'a blue cup', size: '1536x1024', format: 'jpeg', extension: 'jpg' },
			{ p: 'a green bowl', size: '1024x1536', format: 'webp', extension: 'webp' },
		];
		const { items, error, status } = await generate(
			api,
			{
				prompt: '={{ $json.p }}',
				size: '={{ $json.size }}',
				options: { outputFormat: '={{ $json.format }}' },
			},
			{ items: rows(...sheet), binaryMode },
		);

		expect({ status, error }).toEqual({ status: 'success', error: undefined });
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
		for (const [index, row] of sheet.entries()) {
			const { json } = items[index];
			const file = fileOf(items[index]);
			const bytes = await bytesOf(file);
			const [width, height] = row.size.split('x').map(Number);

			expect(await sharp(bytes).metadata()).toMatchObject({ format: row.format, width, height });
			await expect(sharp(bytes).stats()).resolves.toBeDefined();
			const fileName = `${row.p.replaceAll(' ', '-')}.${row.extension}`;
			const mimeType = `image/${row.format}`;
			expect(json).toMatchObject({ width, height, byteSize: bytes.length, fileName, mimeType });
			expect(file).toMatchObject({ fileName, mimeType, fileExtension: row.extension });
			expect(file.id?.startsWith('filesystem') ?? false).toBe(storage === 'filesystem');
			expect(json).toMatchObject({
				prompt: row.p,
				model: 'gpt-image-2',
				size: row.size,
				quality: 'low',
				outputFormat: row.format,
				background: 'opaque',
				imageIndex: 0,
				imageCount: 1,
				attempts: 1,
				warnings: [],
			});
		}
	});

	it('no image is in the JSON, as base64 or otherwise', async () => {
		const { items } = await generate(api, { n: 2 }, { binaryMode });
		expect(items).toHaveLength(2);
		for (const item of items) {
			const text = JSON.stringify(fieldsOf(item));
			expect(text).not.toMatch(/[A-Za-z0-9+/]{100,}/);
			expect(text.length).toBeLessThan(2_000);
		}
	});

	it('a failed row has an item of its own', async () => {
		const { outputs } = await generate(
			api,
			{ prompt: '={{ $json.p }}' },
			{
				items: rows({ p: 'FORBIDDEN' }, { p: 'fine' }),
				settings: { onError: 'continueErrorOutput' },
				binaryMode,
			},
		);
		expect(outputs.map((items) => items.map(({ pairedItem }) => pairedItem))).toEqual([
			[{ item: 1 }],
			[{ item: 0 }],
		]);
		expect(Object.keys(outputs[1][0].json)).toEqual(['error', 'details']);
		expect(outputs[1][0].json.details).toMatchObject({ kind: 'moderation', attempts: 1 });
	});
});

describe('the fields of an item', () => {
	it('are these, and no others', async () => {
		const { items } = await generate(api);
		expect(Object.keys(items[0].json)).toEqual([
			'prompt',
			'imageCount',
			'model',
			'size',
			'quality',
			'outputFormat',
			'background',
			'usage',
			'requestId',
			'createdAt',
			'attempts',
			'durationMs',
			'waitedMs',
			'warnings',
			'fileName',
			'mimeType',
			'byteSize',
			'width',
			'height',
			'imageIndex',
			'cost',
		]);
	});

	it('tell what the API said', async () => {
		const usage = {
			input_tokens: 8,
			input_tokens_details: { text_tokens: 8, image_tokens: 0 },
			output_tokens: 1234,
			total_tokens: 1242,
		};
		api.faultNext({
			answer: (answer: object) => ({
				...answer,
				created: 1_800_000_000,
				usage,
				quality: 'high',
				background: 'transparent',
			}),
		});
		const { items } = await generate(api, { quality: 'auto' });
		expect(items[0].json).toMatchObject({
			usage,
			quality: 'high',
			background: 'transparent',
			createdAt: '2027-01-15T08:00:00.000Z',
			requestId: api.requests[0].requestId,
		});
		expect(items[0].json.durationMs).toBeGreaterThanOrEqual(149);
		expect(items[0].json.durationMs).toBeLessThan(10_000);
	});

	it('do without usage and headers, as compatible servers answer', async () => {
		const bare = await startStandInApi({ plainImages: true, usage: false });
		bare.faultNext({
			headers: { 'x-request-id': undefined },
			answer: ({ data }: { data: unknown }) => ({ data }),
		});
		const { items, error } = await generate(bare, { size: '1536x1024' });
		await bare.close();

		expect(error).toBeUndefined();
		expect(items[0].json).not.toHaveProperty('usage');
		expect(items[0].json).not.toHaveProperty('requestId');
		expect(items[0].json).toMatchObject({
			size: '1536x1024',
			quality: 'low',
			background: 'auto',
			warnings: [],
		});
		expect(Date.parse(items[0].json.createdAt as string)).toBeGreaterThan(Date.now() - 60_000);
	});

	it('have those of the input beside them where the builder wants it, but never an error', async () => {
		const input = { sku: 'A-1', error: 'of an earlier node', prompt: 'theirs', width: 3 };
		const items = rows(input);
		const prompt = 'a red mug';
		const plain = await generate(api, { prompt }, { items });
		expect(plain.items[0].json).not.toHaveProperty('sku');

		for (const binaryMode of ['separate', 'combined'] as const) {
			const options = { includeInputFields: true };
			const result = await generate(api, { prompt, options }, { items, binaryMode });
			const [{ json }] = result.items;
			expect(json).toMatchObject({ sku: 'A-1', prompt, width: 1024 });
			expect(json).not.toHaveProperty('error');
			expect(fileOf(result.items[0])?.fileName).toBe('a-red-mug.png');
		}
		expect(items).toEqual(rows(input));
	});
});

describe('several images of one row', () => {
	it('are items of their own', async () => {
		const { items } = await generate(api, { n: 3, prompt: 'a mug' });
		expect(namesOf(items)).toEqual(['a-mug-1.png', 'a-mug-2.png', 'a-mug-3.png']);
		expect(items.map(({ json }) => [json.imageIndex, json.imageCount])).toEqual([
			[0, 3],
			[1, 3],
			[2, 3],
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(Array(3).fill({ item: 0 }));
		const files = await Promise.all(items.map(async (item) => await bytesOf(fileOf(item))));
		expect(new Set(files.map((file) => file.toString('base64'))).size).toBe(3);
	});

	it.each(['separate', 'combined'] as const)(
		'are fields of one item where the builder wants it (%s)',
		async (binaryMode) => {
			const options = { imagesAs: 'fields', outputField: 'photo' };
			const { items } = await generate(api, { n: 3, options }, { binaryMode });
			expect(items).toHaveLength(1);
			const fields = ['photo', 'photo_1', 'photo_2'];
			const list = items[0].json.images as Array<Record<string, unknown>>;
			expect(list.map(({ field }) => field)).toEqual(fields);
			for (const [index, field] of fields.entries()) {
				const bytes = await bytesOf(fileOf(items[0], field));
				const { width, height, format } = await sharp(bytes).metadata();
				expect({ width, height, format }).toEqual({ width: 1024, height: 1024, format: 'png' });
				expect(list[index]).toMatchObject({
					fileName: fileOf(items[0], field).fileName,
					byteSize: bytes.length,
					imageIndex: index,
					width,
					height,
				});
			}
			expect(items[0].json).toMatchObject({
				imageCount: 3,
				imageIndex: 0,
				byteSize: list[0].byteSize,
			});
		},
	);
});

describe('the file', () => {
	it('is in the binary field that the builder names', async () => {
		const { items } = await generate(api, { options: { outputField: 'picture' } });
		expect(Object.keys(items[0].binary ?? {})).toEqual(['picture']);
	});

	it('has the name that the builder gives, safe for every disk, with the extension of its format', async () => {
		const { items } = await generate(
			api,
			{ options: { fileName: '={{ $json.name }}', outputFormat: 'jpeg' } },
			{ items: rows({ name: 'Mug 1' }, { name: 'a/b:c.png' }, { name: '' }, { name: 7 }) },
		);
		expect(namesOf(items)).toEqual(['Mug 1.jpg', 'a-b-c.jpg', 'a-red-mug.jpg', '7.jpg']);
		expect(items.map((item) => fileOf(item).fileName)).toEqual(namesOf(items));
	});

	it('never has the name of another file of the run', async () => {
		const { items } = await generate(
			api,
			{ n: '={{ $json.n }}', options: { fileName: '={{ $json.name }}' } },
			{
				items: rows(
					{ name: 'mug', n: 1 },
					{ name: 'Mug', n: 1 },
					{ name: 'mug-2', n: 1 },
					{ name: 'mug', n: 2 },
				),
			},
		);
		const names = namesOf(items).map((name) => String(name).toLowerCase());
		expect(new Set(names).size).toBe(5);
		expect(namesOf(items).slice(0, 2)).toEqual(['mug.png', 'Mug-2.png']);
	});

	it('is what its bytes are, whatever was asked for', async () => {
		const png = await picture(64, 48);
		api.faultNext({ answer: (answer: object) => ({ ...answer, data: [base64(png)] }) });
		const { items } = await generate(api, { options: { outputFormat: 'jpeg' } });

		const { json } = items[0];
		expect(json).toMatchObject({
			mimeType: 'image/png',
			outputFormat: 'png',
			width: 64,
			height: 48,
		});
		expect(json.fileName).toBe('a-red-mug.png');
		expect(fileOf(items[0])).toMatchObject({ mimeType: 'image/png', fileExtension: 'png' });
		expect(await bytesOf(fileOf(items[0]))).toEqual(png);
		expect(json.warnings).toEqual([
			'Asked for jpeg, but the image is png',
			'Asked for 1024x1024, but the image is 64x48',
		]);
	});
});

const RED = { width: 1024, height: 1024, channels: 3, background: 'red' } as const;

describe('an answer that is not whole', () => {
	it('with fewer images than asked for delivers these, and says so', async () => {
		api.faultNext({
			answer: (answer: { data: unknown[] }) => ({ ...answer, data: answer.data.slice(0, 2) }),
		});
		const { items, error } = await generate(api, { n: 3 });
		expect(error).toBeUndefined();
		expect(namesOf(items)).toEqual(['a-red-mug-1.png', 'a-red-mug-2.png']);
		expect(warningsOf(items)).toEqual(Array(2).fill(['Asked for 3 images, but 2 came']));
		expect(items[0].json.imageCount).toBe(2);
	});

	it('with something else among the images delivers the images, and says so', async () => {
		api.faultNext({
			answer: (answer: { data: unknown[] }) => ({
				...answer,
				data: [answer.data[0], base64(Buffer.from('<html>no</html>'))],
			}),
		});
		const { items } = await generate(api, { n: 2 });
		expect(warningsOf(items)).toEqual([
			['Image 2 of the answer is HTML, not an image', 'Asked for 2 images, but 1 came'],
		]);
	});

	it('with addresses instead of images delivers what is there, without the key going along', async () => {
		const picture = Buffer.from(await sharp({ create: RED }).jpeg().toBuffer());
		const files = await startStandInApi();
		files.setFaults(({ path }) =>
			path.endsWith('/1.jpg')
				? { raw: picture, contentType: 'image/jpeg' }
				: { status: 404, body: 'gone' },
		);
		api.setFaults(() => ({
			answer: (answer: object) => ({
				...answer,
				data: [{ url: `${files.url}/1.jpg` }, { url: `${files.url}/2.jpg` }],
			}),
		}));
		const { items, error } = await generate(api, { n: 2, options: { outputFormat: 'jpeg' } });
		expect(error).toBeUndefined();
		expect(await bytesOf(fileOf(items[0]))).toEqual(picture);
		expect(warningsOf(items)[0]).toContain(
			`Image 2 of the answer could not be loaded from ${files.url}/2.jpg`,
		);
		expect(files.requests.map(({ headers }) => headers.authorization)).toEqual([
			undefined,
			undefined,
		]);
		await files.close();
	});

	it.each([
		['separate items', 'items'],
		['fields of one item', 'fields'],
	])(
		'that is cut delivers the images that came whole, and says so: %s',
		async (_name, imagesAs) => {
			let first = Buffer.alloc(0);
			let atByte = 0;
			api.setFaults(() => ({
				cut: 'inBody',
				get atByte() {
					return atByte;
				},
				answer: ({ data, ...rest }: { data: Array<{ b64_json: string }> }) => {
					first = Buffer.from(data[0].b64_json, 'base64');
					atByte = JSON.stringify({ data: [data[0]] }).length + 1_000;
					return { data, ...rest };
				},
			}));
			const { items, error } = await generate(api, { n: 3, options: { imagesAs } });

			expect(error).toBeUndefined();
			expect(api.requests).toHaveLength(1);
			expect(items).toHaveLength(1);
			expect(await bytesOf(fileOf(items[0]))).toEqual(first);
			expect(items[0].json).toMatchObject({
				imageCount: 1,
				requestId: api.requests[0].requestId,
				warnings: [
					'The connection was cut before the whole answer had come: what it used is not known',
					'Asked for 3 images, but 1 came',
				],
			});
		},
	);

	it('that is cut within the first image is an error and no image', async () => {
		api.faultNext({ cut: 'inBody', atByte: 2_000 });
		const settings = { onError: 'continueRegularOutput' } as const;
		const { items } = await generate(api, {}, { settings });
		expect(items).toHaveLength(1);
		expect(items[0].binary).toBeUndefined();
		expect(items[0].json).toMatchObject({
			error: 'The connection was cut before the whole answer had come',
			details: { kind: 'network', mayHaveBeenBilled: true, attempts: 1 },
		});
		expect(api.requests).toHaveLength(1);
	});
});

describe('many rows', () => {
	const many = (count: number) => rows(...Array.from({ length: count }, (_, i) => ({ i })));

	it.each([
		[1, { concurrency: 1 }],
		[3, { concurrency: '={{ $json.i < 5 ? 3 : 9 }}' }],
		[4, {}],
	])('%d requests at once, and no more: %j', async (peak, options) => {
		const slow = await startStandInApi({ plainImages: true, latencyMs: 60 });
		const { items } = await generate(
			slow,
			{ prompt: '=mug {{ $json.i }}', options },
			{ items: many(10) },
		);
		await slow.close();
		expect(slow.peakOpenRequests).toBe(peak);
		expect(items.map(({ json }) => json.prompt)).toEqual(
			many(10).map(({ json }) => `mug ${String(json.i)}`),
		);
	});
});

describe('as a tool of an agent', () => {
	it('takes what the agent writes in any field, and answers with more than a file', async () => {
		const fromAi = (key: string) => `={{ $fromAI('${key}', '', 'string') }}`;
		const { items, error } = await runNode({
			node: 'gptImageGenerate',
			parameters: {
				prompt: fromAi('Prompt'),
				size: fromAi('Size'),
				quality: fromAi('Quality'),
				n: fromAi('Count'),
				options: {
					outputFormat: fromAi('Format'),
					outputCompression: fromAi('Compression'),
					includeInputFields: fromAi('Include'),
				},
			},
			credential: credentialOf(api),
			items: rows({
				Prompt: 'a red mug',
				Size: '1536 x 1024',
				Quality: 'LOW',
				Count: '1',
				Format: 'Jpeg',
				Compression: '80',
				Include: 'False',
				toolCallId: 'call_1',
			}),
		});
		expect(error).toBeUndefined();
		expect(api.requests[0].json).toEqual({
			model: 'gpt-image-2',
			prompt: 'a red mug',
			size: '1536x1024',
			quality: 'low',
			n: 1,
			output_format: 'jpeg',
			output_compression: 80,
		});
		// An agent sees the JSON only.
		expect(items[0].json).toMatchObject({ fileName: 'a-red-mug.jpg', width: 1536, height: 1024 });
	});
});
