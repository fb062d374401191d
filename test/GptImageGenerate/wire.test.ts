import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import OpenAI from 'openai';
import type { ImageGenerateParamsNonStreaming } from 'openai/resources/images';
import { credentialOf, generate } from '../engine/generate';
import { startStandInApi, type LoggedRequest, type StandInApi } from '../stand-in-api/server';

const API_KEY = 'sk-wire';

let api: StandInApi;
beforeAll(async () => (api = await startStandInApi({ plainImages: true, apiKey: API_KEY })));
afterAll(async () => await api.close());
beforeEach(() => api.reset());

/** What the official client sends for these parameters. */
async function official(
	params: ImageGenerateParamsNonStreaming,
	options: ConstructorParameters<typeof OpenAI>[0] = {},
): Promise<LoggedRequest> {
	api.reset();
	const client = new OpenAI({ baseURL: api.url, apiKey: API_KEY, maxRetries: 0, ...options });
	await client.images.generate(params);
	return onlyRequest();
}

/** What the node sends. */
async function ours(
	parameters: INodeParameters,
	credential: ICredentialDataDecryptedObject = {},
): Promise<LoggedRequest> {
	api.reset();
	const result = await generate(api, parameters, {
		credential: { ...credentialOf(api), apiKey: API_KEY, ...credential },
	});
	expect(result.error).toBeUndefined();
	expect(Object.values(result.items[0].binary ?? {})[0].mimeType).toMatch(/^image\//);
	return onlyRequest();
}

function onlyRequest() {
	expect(api.requests).toHaveLength(1);
	return api.requests[0];
}

/** What the node sends where the builder left everything else as it is. */
const BASE = {
	model: 'gpt-image-2',
	prompt: 'a red mug',
	size: '1024x1024',
	quality: 'low',
	n: 1,
} satisfies ImageGenerateParamsNonStreaming;

const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** Fields of the API, as the official client takes them, beside the node's parameters for them. */
const FIELDS: Array<[string, Partial<ImageGenerateParamsNonStreaming>, INodeParameters]> = [
	['nothing but the defaults', {}, {}],
	['prompt', { prompt: 'Grüße "日本" \\ 😀\nline' }, { prompt: 'Grüße "日本" \\ 😀\nline' }],
	['prompt of 32,000 characters', { prompt: 'x'.repeat(32_000) }, { prompt: 'x'.repeat(32_000) }],
	['prompt that keeps its spaces', { prompt: '  a mug\n' }, { prompt: '  a mug\n' }],
	['model from the list', { model: 'gpt-image-1.5' }, { model: listed('gpt-image-1.5') }],
	['model by its ID', { model: 'gpt-image-2.6-flare' }, { model: byId('gpt-image-2.6-flare') }],
	[
		'model snapshot',
		{ model: 'gpt-image-2-2026-04-21' },
		{ model: byId('gpt-image-2-2026-04-21') },
	],
	['size auto', { size: 'auto' }, { size: 'auto' }],
	['size 3840x2160', { size: '3840x2160' }, { size: '3840x2160' }],
	['size by expression', { size: '1536x864' }, { size: '={{ "1536" + "x864" }}' }],
	[
		'size by aspect ratio and resolution',
		{ size: '3840x2160' },
		{ size: 'aspectRatio', aspectRatio: '16:9', resolution: '4k' },
	],
	['size by aspect ratio alone', { size: '1024x1024' }, { size: 'aspectRatio' }],
	[
		'size by width and height',
		{ size: '1216x832' },
		{ size: 'custom', width: 1216, height: '={{ 832 }}' },
	],
	...(['auto', 'low', 'medium', 'high'] as const).map(
		(quality): [string, Partial<ImageGenerateParamsNonStreaming>, INodeParameters] => [
			`quality ${quality}`,
			{ quality },
			{ quality },
		],
	),
	...(['xhigh', 'max'] as const).map(
		(quality): [string, Partial<ImageGenerateParamsNonStreaming>, INodeParameters] => [
			`quality ${quality}`,
			{ quality, model: 'gpt-image-2.5-flare' },
			{ quality, model: byId('gpt-image-2.5-flare') },
		],
	),
	['n', { n: 3 }, { n: 3 }],
	['n as text', { n: 2 }, { n: '={{ "2" }}' }],
	['output_format png', { output_format: 'png' }, { options: { outputFormat: 'png' } }],
	['output_format jpeg', { output_format: 'jpeg' }, { options: { outputFormat: 'jpeg' } }],
	['output_format webp', { output_format: 'webp' }, { options: { outputFormat: 'webp' } }],
	[
		'output_compression 0',
		{ output_format: 'webp', output_compression: 0 },
		{ options: { outputFormat: 'webp', outputCompression: 0 } },
	],
	[
		'output_compression 100 of a PNG',
		{ output_compression: 100 },
		{ options: { outputCompression: 100 } },
	],
	['background auto', { background: 'auto' }, { options: { background: 'auto' } }],
	['background opaque', { background: 'opaque' }, { options: { background: 'opaque' } }],
	[
		'background transparent',
		{ background: 'transparent' },
		{ options: { background: 'transparent' } },
	],
	['moderation auto', { moderation: 'auto' }, { options: { moderation: 'auto' } }],
	['moderation low', { moderation: 'low' }, { options: { moderation: 'low' } }],
	...(['low', 'medium', 'high'] as const).map(
		(complexity): [string, Partial<ImageGenerateParamsNonStreaming>, INodeParameters] => [
			`complexity ${complexity}`,
			{ complexity, model: 'gpt-image-2.6-sunburst' },
			{ options: { complexity }, model: byId('gpt-image-2.6-sunburst') },
		],
	),
	[
		'safety_identifier',
		{ safety_identifier: 'user-5f2b8c' },
		{ options: { safetyIdentifier: 'user-5f2b8c' } },
	],
	['safety_identifier left empty', {}, { options: { safetyIdentifier: '' } }],
	[
		'options that are no business of the API',
		{},
		{
			options: {
				outputField: 'picture',
				fileName: 'mug',
				imagesAs: 'fields',
				includeInputFields: true,
				concurrency: 2,
				timeout: 60,
				maxRetries: 0,
				retryUncertain: true,
			},
		},
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
			moderation: 'low',
			complexity: 'high',
			safety_identifier: 'user-1',
		},
		{
			model: byId('gpt-image-2.6-sunburst'),
			prompt: 'a blue cup',
			size: '2048x1152',
			quality: 'max',
			n: 2,
			options: {
				outputFormat: 'webp',
				outputCompression: 70,
				background: 'transparent',
				moderation: 'low',
				complexity: 'high',
				safetyIdentifier: 'user-1',
			},
		},
	],
];

function listed(value: string) {
	return { __rl: true, mode: 'list', value, cachedResultName: value };
}

describe('the node sends what the official client sends', () => {
	it.each(FIELDS)('%s', async (_name, params, parameters) => {
		const theirs = await official({ ...BASE, ...params });
		const own = await ours(parameters);

		expect(own.json).toEqual(theirs.json);
		// Byte for byte the same values: no number became a text, no field is null or empty.
		expect(sorted(own.json)).toBe(sorted(theirs.json));
		for (const what of ['method', 'path', 'query'] as const) expect(own[what]).toBe(theirs[what]);
		for (const header of ['authorization', 'content-type'])
			expect(own.headers[header]).toBe(theirs.headers[header]);
	});

	it('with a medium quality image of 1024x1024 where the builder chose nothing', async () => {
		const own = await ours({ prompt: 'a red mug', quality: undefined });
		expect(own.json).toEqual({ ...BASE, quality: 'medium' });
	});
});

function sorted(json: unknown) {
	return JSON.stringify(Object.entries(json as object).sort(([a], [b]) => a.localeCompare(b)));
}

describe('the credential', () => {
	const headersOf = ({ headers }: LoggedRequest) => {
		const { authorization, 'openai-organization': org, 'openai-project': project } = headers;
		return { authorization, org, project, azure: headers['api-key'] };
	};

	it.each([
		[{}, {}],
		[{ organizationId: 'org-1' }, { organization: 'org-1' }],
		[{ projectId: 'proj_1' }, { project: 'proj_1' }],
		[
			{ organizationId: 'org-1', projectId: 'proj_1' },
			{ organization: 'org-1', project: 'proj_1' },
		],
	])('%j gives the headers of the official client', async (credential, options) => {
		const theirs = await official(BASE, options);
		const own = await ours({}, credential);
		expect(headersOf(own)).toEqual(headersOf(theirs));
	});

	it.each([
		['a slash at its end', '/'],
		['several slashes at its end', '///'],
		['spaces around it', '  '],
	])('takes a base URL with %s', async (_name, end) => {
		const own = await ours({}, { baseUrl: end.trim() ? api.url + end : ` ${api.url} ` });
		expect([own.path, own.query]).toEqual(['/v1/images/generations', '']);
	});

	it('Azure gets the key in its own header, and no other header with it', async () => {
		const azure = await startStandInApi({
			plainImages: true,
			auth: 'api-key',
			apiKey: 'azure-key',
			models: [{ id: 'my-deployment' }],
		});
		const { items, error } = await generate(
			azure,
			{ model: byId('my-deployment') },
			{
				credential: {
					provider: 'azure',
					apiKey: 'azure-key',
					baseUrl: azure.url.replace('/v1', '/openai/v1/'),
					organizationId: 'org-1',
					projectId: 'proj_1',
				},
			},
		);
		await azure.close();

		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		const [request] = azure.requests;
		expect(request.path).toBe('/openai/v1/images/generations');
		expect(headersOf(request)).toEqual({ azure: 'azure-key' });
		expect(request.json).toEqual({ ...BASE, model: 'my-deployment' });
	});

	it.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'has its key in no output, even where the server repeats it (%s)',
		async (onError) => {
			const wrong = 'sk-wrong-0123456789';
			const body = { error: { message: `no ${wrong}`, code: wrong, param: wrong } };
			for (const apiKey of [API_KEY, wrong]) {
				if (apiKey === wrong)
					api.faultNext({ status: 400, body, headers: { 'x-request-id': wrong } });
				const credential = { ...credentialOf(api), apiKey };
				const { data } = await generate(api, {}, { credential, settings: { onError } });
				expect(api.requests.at(-1)?.headers.authorization).toBe(`Bearer ${apiKey}`);
				expect(JSON.stringify(data)).not.toContain(apiKey);
			}
		},
	);
});
