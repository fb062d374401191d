import type { IDataObject, INodeParameters } from 'n8n-workflow';
import OpenAI, { toFile } from 'openai';
import type { ImageEditParamsNonStreaming } from 'openai/resources/images';
import { edit, itemWith, QUICK } from '../engine/edit';
import { storeBinary, useBinaryStorage } from '../engine/engine';
import { credentialOf } from '../engine/generate';
import { mask, picture } from '../stand-in-api/pictures';
import { startStandInApi, type LoggedRequest, type StandInApi } from '../stand-in-api/server';

const API_KEY = 'sk-wire';
const MUG = 'https://example.com/mug.png';
const CUP = 'https://res.example.com/w_300,h_200/cup.jpg?x=1,2';

let api: StandInApi;
beforeAll(async () => {
	await useBinaryStorage('filesystem');
	const image = await picture(1024, 1024);
	api = await startStandInApi({
		plainImages: true,
		apiKey: API_KEY,
		files: { [MUG]: image, [CUP]: image, 'file-abc123': image, 'file-def456': image },
	});
});
afterAll(async () => await api.close());
beforeEach(() => api.reset());

interface Upload {
	readonly bytes: Buffer;
	readonly fileName: string;
	readonly mimeType: string;
}

const upload = async (
	fileName: string,
	width = 1024,
	height = 1024,
	format: 'png' | 'jpeg' | 'webp' = 'png',
): Promise<Upload> => ({
	bytes: await picture(width, height, format),
	fileName,
	mimeType: `image/${format}`,
});

const clientFile = async ({ bytes, fileName, mimeType }: Upload) =>
	await toFile(bytes, fileName, { type: mimeType });

/** What the official client sends. */
async function official(
	fields: Omit<ImageEditParamsNonStreaming, 'image' | 'mask'>,
	images: readonly Upload[],
	maskFile?: Upload,
): Promise<LoggedRequest> {
	api.reset();
	const client = new OpenAI({ baseURL: api.url, apiKey: API_KEY, maxRetries: 0 });
	await client.images.edit({
		...fields,
		image: await Promise.all(images.map(clientFile)),
		...(maskFile && { mask: await clientFile(maskFile) }),
	});
	return onlyRequest();
}

/** What the node sends for one item with these images, in fields `a0`, `a1` and so on. */
async function ours(
	parameters: INodeParameters,
	images: readonly Upload[] = [],
	maskFile?: Upload,
): Promise<LoggedRequest> {
	api.reset();
	const files = Object.fromEntries(images.map((image, index) => [`a${index}`, image]));
	const stored = Object.entries({ ...files, ...(maskFile && { mask: maskFile }) }).map(
		async ([name, file]) => [name, await storeBinary(file.bytes, file)] as const,
	);
	const item = await itemWith(Object.fromEntries(await Promise.all(stored)));
	const result = await edit(
		api,
		{ binaryFields: Object.keys(files).join(', '), ...parameters },
		[item],
		{ credential: { ...credentialOf(api), apiKey: API_KEY } },
	);
	expect(result.error).toBeUndefined();
	expect(result.items[0].binary?.data.mimeType).toMatch(/^image\//);
	return onlyRequest();
}

function onlyRequest() {
	expect(api.requests).toHaveLength(1);
	return api.requests[0];
}

/** What a form holds; its parts may come in any order. */
function contentsOf({ form }: LoggedRequest) {
	expect(form).toBeDefined();
	return {
		fields: form?.fields,
		images: form?.files.filter(({ field }) => field !== 'mask'),
		mask: form?.files.filter(({ field }) => field === 'mask'),
	};
}

function expectSame(own: LoggedRequest, theirs: LoggedRequest) {
	expect(contentsOf(own)).toEqual(contentsOf(theirs));
	for (const what of ['method', 'path', 'query'] as const) expect(own[what]).toBe(theirs[what]);
	expect(own.headers.authorization).toBe(theirs.headers.authorization);
	for (const { headers } of [own, theirs])
		expect(headers['content-type']).toMatch(/^multipart\/form-data; boundary=\S+$/);
}

/** What the node sends where the builder left everything else as it is. */
const BASE = {
	...QUICK,
	model: 'gpt-image-2',
	size: '1024x1024',
	n: 1,
} satisfies Partial<ImageEditParamsNonStreaming>;

const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const option = (options: IDataObject) => ({ options }) as INodeParameters;

type Fields = Partial<ImageEditParamsNonStreaming>;

/** Fields of the API, as the official client takes them, beside the node's parameters for them. */
const FIELDS: Array<[string, Fields, INodeParameters]> = [
	['nothing but the defaults', {}, {}],
	['prompt', { prompt: 'Grüße "日本" \\ 😀\nline' }, { prompt: 'Grüße "日本" \\ 😀\nline' }],
	['prompt with line ends of all kinds', { prompt: 'a\nb\r\nc\rd' }, { prompt: 'a\nb\r\nc\rd' }],
	[
		'prompt that looks like a part',
		{ prompt: '\r\n--form-1--\r\n' },
		{ prompt: '\r\n--form-1--\r\n' },
	],
	['prompt that keeps its spaces', { prompt: '  a mug ' }, { prompt: '  a mug ' }],
	['prompt of 32,000 characters', { prompt: 'x'.repeat(32_000) }, { prompt: 'x'.repeat(32_000) }],
	['model', { model: 'gpt-image-2.5-flare' }, { model: byId('gpt-image-2.5-flare') }],
	['size auto', { size: 'auto' }, { size: 'auto' }],
	['size by width and height', { size: '1216x832' }, { size: 'custom', width: 1216, height: 832 }],
	[
		'size by aspect ratio',
		{ size: '3840x2160' },
		{ size: 'aspectRatio', aspectRatio: '16:9', resolution: '4k' },
	],
	['quality auto', { quality: 'auto' }, { quality: 'auto' }],
	['quality high', { quality: 'high' }, { quality: 'high' }],
	[
		'quality max',
		{ quality: 'max', model: 'gpt-image-2.5-flare' },
		{ quality: 'max', model: byId('gpt-image-2.5-flare') },
	],
	['n', { n: 3 }, { n: 3 }],
	['output_format png', { output_format: 'png' }, option({ outputFormat: 'png' })],
	[
		'output_format and output_compression',
		{ output_format: 'webp', output_compression: 0 },
		option({ outputFormat: 'webp', outputCompression: 0 }),
	],
	['background opaque', { background: 'opaque' }, option({ background: 'opaque' })],
	['background transparent', { background: 'transparent' }, option({ background: 'transparent' })],
	[
		'complexity',
		{ complexity: 'high', model: 'gpt-image-2.6-flare' },
		{ ...option({ complexity: 'high' }), model: byId('gpt-image-2.6-flare') },
	],
	[
		'input_fidelity',
		{ input_fidelity: 'high', model: 'gpt-image-1.5' },
		{ ...option({ inputFidelity: 'high' }), model: byId('gpt-image-1.5') },
	],
	['safety_identifier', { safety_identifier: 'u-1' }, option({ safetyIdentifier: 'u-1' })],
	// The form of an edit has no such field: what is the default anyway is not sent.
	['moderation auto', {}, option({ moderation: 'auto' })],
	[
		'options that are no business of the API',
		{},
		option({ fileName: 'mug', includeInputFields: true, concurrency: 2, blackAndWhiteMask: true }),
	],
	[
		'everything at once',
		{
			model: 'gpt-image-2.6-sunburst',
			prompt: 'a blue cup',
			size: '2048x1152',
			quality: 'max',
			n: 2,
			output_format: 'webp',
			output_compression: 70,
			background: 'transparent',
			complexity: 'low',
			safety_identifier: 'u-2',
		},
		{
			model: byId('gpt-image-2.6-sunburst'),
			prompt: 'a blue cup',
			size: '2048x1152',
			quality: 'max',
			n: 2,
			...option({
				outputFormat: 'webp',
				outputCompression: 70,
				background: 'transparent',
				complexity: 'low',
				safetyIdentifier: 'u-2',
			}),
		},
	],
];

describe('the node uploads what the official client uploads', () => {
	it.each(FIELDS)('%s', async (_name, fields, parameters) => {
		const images = [await upload('mug.png')];
		const theirs = await official({ ...BASE, ...fields }, images);
		expectSame(await ours(parameters, images), theirs);
	});

	it('a file name of any script and sign', async () => {
		const images = [await upload('Tasse "blau" 青い;=%0A\r\n.png')];
		const theirs = await official(BASE, images);
		expect(theirs.form?.files[0].fileName).toMatch(/^Tasse /);
		expectSame(await ours({}, images), theirs);
	});

	it('16 images, in their order, with their names and types', async () => {
		const formats = ['png', 'jpeg', 'webp'] as const;
		const images = await Promise.all(
			Array.from({ length: 16 }, async (_, i) => {
				const format = formats[i % 3];
				return await upload(`photo ${i}.${format}`, 64 + i, 64, format);
			}),
		);
		const theirs = await official(BASE, images);
		expect(theirs.form?.files.map(({ fileName }) => fileName)).toHaveLength(16);
		expectSame(await ours({}, images), theirs);
	});

	it('a mask with its image', async () => {
		const images = [await upload('mug.jpg', 200, 100, 'jpeg'), await upload('logo.png')];
		const bytes = await mask(200, 100);
		const file = { bytes, fileName: 'mug mask.png', mimeType: 'image/png' };
		const theirs = await official(BASE, images, file);
		expectSame(await ours({ mask: 'binaryField', maskField: 'mask' }, images, file), theirs);
	});
});

/**
 * The JSON body of an edit, as OpenAI's API reference has it ("Create image edit", JSON): the type
 * of each property. `complexity` and `safety_identifier` are in the openai package (7.55.0).
 */
const JSON_BODY = {
	required: ['images', 'prompt'],
	properties: {
		background: 'string',
		complexity: 'string',
		images: 'object',
		input_fidelity: 'string',
		mask: 'object',
		model: 'string',
		moderation: 'string',
		n: 'number',
		output_compression: 'number',
		output_format: 'string',
		prompt: 'string',
		quality: 'string',
		safety_identifier: 'string',
		size: 'string',
	} as Record<string, string>,
};

function expectDocumented(body: IDataObject) {
	for (const name of JSON_BODY.required) expect(body).toHaveProperty(name);
	for (const [name, value] of Object.entries(body))
		expect([name, typeof value]).toEqual([name, JSON_BODY.properties[name]]);
	const images = body.images as IDataObject[];
	expect(images.length).toBeGreaterThanOrEqual(1);
	expect(images.length).toBeLessThanOrEqual(16);
	for (const image of images) {
		expect(['image_url', 'file_id']).toEqual(expect.arrayContaining(Object.keys(image)));
		expect(Object.values(image)).toEqual([expect.any(String)]);
	}
}

describe('images that OpenAI loads itself are named in a JSON body', () => {
	const urls = (imageUrls: string) => ({ imageSource: 'urls', imageUrls });
	const ids = (fileIds: string) => ({ imageSource: 'fileIds', fileIds });
	const url = (address: string) => ({ image_url: address });
	const id = (file: string) => ({ file_id: file });

	it.each<[string, INodeParameters, IDataObject[]]>([
		['a URL', urls(MUG), [url(MUG)]],
		['a URL with spaces around it', urls(`  ${MUG}\n`), [url(MUG)]],
		['URLs on lines', urls(`${MUG}\r\n${CUP}\n`), [url(MUG), url(CUP)]],
		['URLs separated by commas', urls(`${MUG}, ${CUP}`), [url(MUG), url(CUP)]],
		['URLs separated by nothing but commas', urls(`${CUP},${MUG}`), [url(CUP), url(MUG)]],
		['URLs in a list', urls(`={{ ["${MUG}", "${CUP}"] }}`), [url(MUG), url(CUP)]],
		['a file ID', ids('file-abc123'), [id('file-abc123')]],
		['file IDs', ids('file-abc123,file-def456'), [id('file-abc123'), id('file-def456')]],
		[
			'file IDs in a list',
			ids('={{ ["file-abc123", "file-def456"] }}'),
			[id('file-abc123'), id('file-def456')],
		],
		[
			'a mix of URLs and file IDs',
			urls(`${CUP}\nfile-abc123, ${MUG},file-def456`),
			[url(CUP), id('file-abc123'), url(MUG), id('file-def456')],
		],
		['16 of them', urls(Array(16).fill(MUG).join('\n')), Array(16).fill(url(MUG)) as IDataObject[]],
	])('%s', async (_name, parameters, images) => {
		const { headers, path, json, form } = await ours(parameters);
		expect([headers['content-type'], path, form]).toEqual([
			'application/json',
			'/v1/images/edits',
			undefined,
		]);
		expect(json).toEqual({ ...BASE, images });
		expectDocumented(json as IDataObject);
	});

	it('a data URL among others', async () => {
		const data = `data:image/png;base64,${(await picture(64, 64)).toString('base64')}`;
		const { json } = await ours(urls(`${MUG},${data}, file-abc123\n${data}`));
		expect(json).toEqual({
			...BASE,
			images: [url(MUG), url(data), id('file-abc123'), url(data)],
		});
		expectDocumented(json as IDataObject);
	});

	it('with every field, and a moderation that a form cannot have', async () => {
		const parameters = FIELDS.find(([name]) => name === 'everything at once')?.[2] ?? {};
		const options = { ...(parameters.options as IDataObject), moderation: 'low' };
		const { json } = await ours({ ...parameters, ...option(options), ...urls(MUG) });
		expect(json).toEqual({
			model: 'gpt-image-2.6-sunburst',
			prompt: 'a blue cup',
			size: '2048x1152',
			quality: 'max',
			n: 2,
			output_format: 'webp',
			output_compression: 70,
			background: 'transparent',
			moderation: 'low',
			complexity: 'low',
			safety_identifier: 'u-2',
			images: [url(MUG)],
		});
		expectDocumented(json as IDataObject);
	});

	it('with a size that follows an input which n8n cannot measure: auto', async () => {
		const { json } = await ours({ ...urls(MUG), size: 'sameAsInput' });
		expect(json).toEqual({ ...BASE, size: 'auto', images: [url(MUG)] });
	});

	it('with the transparent background of Remove Background', async () => {
		const { json } = await ours({ ...urls(MUG), operation: 'removeBackground', prompt: '' });
		expect(json).toEqual({
			...BASE,
			prompt: expect.stringMatching(/^Remove the background completely/) as string,
			size: 'auto',
			background: 'transparent',
			images: [url(MUG)],
		});
		expectDocumented(json as IDataObject);
	});
});
