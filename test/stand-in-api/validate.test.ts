import OpenAI, { APIError, toFile, type Uploadable } from 'openai';
import { mask, picture } from './pictures';
import { startStandInApi, type StandInApi } from './server';

let api: StandInApi;
let client: OpenAI;
beforeAll(async () => {
	api = await startStandInApi({ plainImages: true, transparentPreview: false });
	client = new OpenAI({ baseURL: api.url, apiKey: 'k', maxRetries: 0 });
});
beforeEach(() => api.reset());
afterAll(async () => await api.close());

type Body = Record<string, unknown>;

/** What the official client makes of the answer to a request that is refused. */
async function refusal(request: Promise<unknown>): Promise<APIError> {
	const error: unknown = await request.then(
		() => undefined,
		(reason) => reason,
	);
	expect(error).toBeInstanceOf(APIError);
	expect(api.billedImages).toBe(0);
	return error as APIError;
}

const generate = async (body: Body) =>
	await refusal(
		client.post('/images/generations', {
			body: { model: 'gpt-image-2', prompt: 'a cat', ...body },
		}),
	);

const INVALID_REQUEST = 'invalid_request_error';
const USER_ERROR = 'image_generation_user_error';

describe('generations are refused as the API does', () => {
	it.each<[string, Body, Partial<APIError>]>([
		['no prompt', { prompt: undefined }, { code: 'missing_required_parameter', param: 'prompt' }],
		['an empty prompt', { prompt: '' }, { code: 'empty_string', param: 'prompt' }],
		[
			'a prompt over 32,000 characters',
			{ prompt: 'a'.repeat(32_001) },
			{ code: 'string_above_max_length', param: 'prompt' },
		],
		['a prompt that is no text', { prompt: 7 }, { code: 'invalid_type', param: 'prompt' }],
		['no model', { model: null }, { code: 'missing_required_parameter', param: 'model' }],
		[
			'an unknown parameter',
			{ thinking: 'high' },
			{ code: 'unknown_parameter', param: 'thinking' },
		],
		[
			'a parameter of retired models',
			{ response_format: 'b64_json' },
			{ code: 'unknown_parameter', param: 'response_format' },
		],
		['no image', { n: 0 }, { code: 'integer_below_min_value', param: 'n' }],
		['eleven images', { n: 11 }, { code: 'integer_above_max_value', param: 'n' }],
		['half an image', { n: 1.5 }, { code: 'invalid_type', param: 'n' }],
		['a number as text', { n: '2' }, { code: 'invalid_type', param: 'n' }],
		['a word as size', { size: 'large' }, { code: 'invalid_value', param: 'size' }],
		['edges off the grid', { size: '1920x1080' }, { code: 'invalid_value', param: 'size' }],
		['too few pixels', { size: '800x800' }, { code: 'invalid_value', param: 'size' }],
		['too many pixels', { size: '3840x2176' }, { code: 'invalid_value', param: 'size' }],
		['too long an edge', { size: '3856x1600' }, { code: 'invalid_value', param: 'size' }],
		['too flat a size', { size: '3088x1024' }, { code: 'invalid_value', param: 'size' }],
		[
			'a free size on an older model',
			{ model: 'gpt-image-1.5', size: '1280x720' },
			{ code: 'invalid_value', param: 'size' },
		],
		[
			'a quality that the model lacks',
			{ quality: 'xhigh' },
			{ code: 'invalid_value', param: 'quality' },
		],
		[
			'a preview format',
			{ output_format: 'gif' },
			{ code: 'invalid_value', param: 'output_format' },
		],
		[
			'compression out of range',
			{ output_format: 'webp', output_compression: 101 },
			{ code: 'integer_above_max_value', param: 'output_compression' },
		],
		[
			'compressed PNG',
			{ output_compression: 50 },
			{ type: USER_ERROR, param: 'output_compression' },
		],
		[
			'a transparent background without the preview',
			{ background: 'transparent' },
			{ type: USER_ERROR, code: 'invalid_value', param: 'background' },
		],
		[
			'a transparent JPEG',
			{ model: 'gpt-image-2.5-flare', background: 'transparent', output_format: 'jpeg' },
			{ code: 'invalid_value', param: 'background' },
		],
		[
			'a wrong moderation level',
			{ moderation: 'none' },
			{ code: 'invalid_value', param: 'moderation' },
		],
		['input fidelity', { input_fidelity: 'high' }, { code: 'unknown_parameter' }],
		['streaming', { stream: true }, { param: 'stream' }],
	])('%s', async (_name, body, error) => {
		expect(await generate(body)).toMatchObject({ status: 400, type: INVALID_REQUEST, ...error });
	});

	it.each([
		['a model nobody knows', 'gpt-image-9', 404, 'model_not_found'],
		['a model that is gone', 'gpt-image-1', 404, 'model_not_found'],
		['a text model', 'gpt-4o-mini', 400, 'invalid_value'],
	])('%s', async (_name, model, status, code) => {
		const error = await generate({ model });

		expect(error).toMatchObject({ status, code, param: 'model', type: INVALID_REQUEST });
		expect(error.message).toContain(model);
	});

	it.each(['1024x640', '1440x480', '816x816', '3840x2160', '2880x2880', 'auto'] as const)(
		'but the size %s is taken',
		async (size) => {
			const { data } = await client.images.generate({ model: 'gpt-image-2', prompt: 'a', size });
			expect(data).toHaveLength(1);
		},
	);
});

describe('edits are refused as the API does', () => {
	const edit = async (form: Partial<OpenAI.ImageEditParamsNonStreaming> & Body) => {
		const image = await upload();
		const body = { model: 'gpt-image-2', prompt: 'a cat', image, ...form };
		return await refusal(client.images.edit(body));
	};
	const upload = async (type = 'image/png', width = 64, height = 64, bytes?: Buffer) =>
		await toFile(bytes ?? (await picture(width, height)), 'in', { type });

	it.each<[string, () => Promise<Body>, Partial<APIError>]>([
		['no image', async () => ({ image: undefined }), { code: 'missing_required_parameter' }],
		[
			'seventeen images',
			async () => ({ image: await Promise.all(Array.from({ length: 17 }, () => upload())) }),
			{ code: 'array_above_max_length', param: 'image' },
		],
		[
			'a file of no declared image type',
			async () => ({ image: await upload('application/octet-stream') }),
			{ code: 'unsupported_file_mimetype', param: 'image' },
		],
		[
			'a second file of a wrong type',
			async () => ({ image: [await upload(), await upload('image/gif')] }),
			{ code: 'unsupported_file_mimetype', param: 'image[1]' },
		],
		[
			'bytes that are no image',
			async () => ({ image: await upload('image/png', 0, 0, Buffer.from('hello')) }),
			{ code: 'invalid_image_file', type: USER_ERROR },
		],
		[
			'an image of 50 MB',
			async () => ({ image: await upload('image/png', 0, 0, Buffer.alloc(50 * 1024 * 1024)) }),
			{ status: 413, param: 'image' },
		],
		[
			'a mask of other dimensions',
			async () => ({ mask: await upload('image/png', 0, 0, await mask(32, 64)) }),
			{ code: 'invalid_mask_image_format', type: USER_ERROR },
		],
		[
			'a mask without alpha',
			async () => ({ mask: await upload() }),
			{ code: 'invalid_mask_image_format', type: USER_ERROR },
		],
		[
			'a mask that is no PNG',
			async () => ({ mask: await upload('image/webp', 0, 0, await picture(64, 64, 'webp')) }),
			{ code: 'invalid_mask_image_format', type: USER_ERROR },
		],
		[
			'a mask of 4 MB',
			async () => ({ mask: await upload('image/png', 0, 0, Buffer.alloc(4 * 1024 * 1024)) }),
			{ code: 'invalid_mask_image_format', type: USER_ERROR },
		],
		[
			'input fidelity on gpt-image-2',
			async () => ({ input_fidelity: 'high' }),
			{ code: 'invalid_input_fidelity_model', param: 'input_fidelity', type: USER_ERROR },
		],
		[
			'high input fidelity on mini',
			async () => ({ model: 'gpt-image-1-mini', input_fidelity: 'high' }),
			{ code: 'invalid_value', param: 'input_fidelity' },
		],
		[
			'moderation in a form',
			async () => ({ moderation: 'low' }),
			{ code: 'unknown_parameter', param: 'moderation' },
		],
		['a word as number', async () => ({ n: 'two' }), { code: 'invalid_type', param: 'n' }],
	])('%s', async (_name, form, error) => {
		const expected = { status: 400, type: INVALID_REQUEST, ...error };
		expect(await edit(await form())).toMatchObject(expected);
	});

	it('several files under the name of one', async () => {
		const form = new FormData();
		const fields = { model: 'gpt-image-2', prompt: 'a cat' };
		for (const [name, value] of Object.entries(fields)) form.append(name, value);
		const file = (await upload()) as Uploadable & Blob;
		form.append('image', file);
		form.append('image', file);
		const answer = await fetch(`${api.url}/images/edits`, {
			method: 'POST',
			headers: { authorization: 'Bearer k' },
			body: form,
		});

		expect(answer.status).toBe(400);
		expect(await answer.json()).toMatchObject({
			error: { code: 'duplicate_parameter', param: 'image' },
		});
	});

	it.each<[string, Body, Partial<APIError>]>([
		['JSON without images', {}, { code: 'missing_required_parameter', param: 'images' }],
		['JSON with no image', { images: [] }, { code: 'empty_array', param: 'images' }],
		[
			'an image that is both file and URL',
			{ images: [{ file_id: 'file-1', image_url: 'https://example.com' }] },
			{ code: 'invalid_value', param: 'images[0]' },
		],
		[
			'a file that is not there',
			{ images: [{ file_id: 'file-1' }] },
			{ code: 'invalid_image_url', param: 'images[0].file_id' },
		],
		[
			'a data URL that is no image',
			{ images: [{ image_url: 'data:text/plain;base64,aGk=' }] },
			{ code: 'unsupported_file_mimetype', param: 'images[0].image_url' },
		],
	])('%s', async (_name, body, error) => {
		const request = { model: 'gpt-image-2', prompt: 'a cat', ...body };
		expect(await refusal(client.post('/images/edits', { body: request }))).toMatchObject({
			status: 400,
			type: INVALID_REQUEST,
			...error,
		});
	});
});

describe('requests that are none are refused as the API does', () => {
	const post = async (path: string, body: string, contentType = 'application/json') => {
		const headers = { authorization: 'Bearer k', 'content-type': contentType };
		const answer = await fetch(`${api.url}${path}`, { method: 'POST', headers, body });
		return { status: answer.status, ...((await answer.json()) as object) };
	};

	it.each([
		['broken JSON', '/images/generations', 'application/json', 400, null],
		['plain text', '/images/generations', 'text/plain', 400, 'unsupported_content_type'],
		['a broken form', '/images/edits', 'multipart/form-data', 400, 'invalid_multipart_form'],
		['an unknown path', '/images/variations', 'application/json', 404, null],
		['a wrong method', '/models', 'application/json', 405, 'method_not_supported'],
	])('%s', async (_name, path, contentType, status, code) => {
		const answer = await post(path, '{', contentType);
		expect(answer).toMatchObject({ status, error: { type: INVALID_REQUEST, code } });
	});
});
