import type { NodeOperationError } from 'n8n-workflow';
import { searchList } from '../../engine/engine';
import { credentialOf } from '../../engine/generate';
import {
	apiFaults,
	startStandInApi,
	type Options,
	type StandInApi,
} from '../../stand-in-api/server';

let api: StandInApi;
afterEach(async () => await api?.close());

async function search(options: Options, filter?: string, credential = {}) {
	api = await startStandInApi(options);
	return await searchAgain(filter, credential);
}

const searchAgain = async (filter?: string, credential = {}) =>
	await searchList(
		{ node: 'gptImageGenerate', credential: { ...credentialOf(api), ...credential } },
		'searchModels',
		filter,
	);

const listed = (id: string, created: string, shutdown_date: string | null = null) => ({
	id,
	created: Date.parse(created) / 1000,
	shutdown_date,
});

const MODELS = [
	listed('gpt-5.5', '2026-04-23'),
	listed('gpt-image-1', '2025-04-23', '2026-10-23'),
	listed('gpt-image-1.5', '2025-12-16', '2099-12-01'),
	listed('gpt-image-2', '2026-04-21'),
	listed('whisper-1', '2023-02-27'),
	listed('gpt-image-2.5-flare', '2026-09-08'),
	listed('chatgpt-image-latest', '2025-12-17'),
];

describe('the list of models', () => {
	it('has the image models that are to be had, newest first, with the day they end', async () => {
		expect(await search({ models: MODELS })).toEqual({
			results: [
				{ name: 'gpt-image-2.5-flare', value: 'gpt-image-2.5-flare' },
				{ name: 'gpt-image-2', value: 'gpt-image-2' },
				{ name: 'chatgpt-image-latest', value: 'chatgpt-image-latest' },
				{ name: 'gpt-image-1.5 (shuts down on 2099-12-01)', value: 'gpt-image-1.5' },
			],
		});
		expect(api.requests.map(({ method, path }) => [method, path])).toEqual([['GET', '/v1/models']]);
		expect(api.requests[0].headers.authorization).toBe('Bearer sk-test-key');
	});

	it.each([
		['2', ['gpt-image-2.5-flare', 'gpt-image-2']],
		['FLARE', ['gpt-image-2.5-flare']],
		['5.5', []],
		['', ['gpt-image-2.5-flare', 'gpt-image-2', 'chatgpt-image-latest', 'gpt-image-1.5']],
	])('is narrowed by what the builder types: %j', async (filter, ids) => {
		const { results } = await search({ models: MODELS }, filter);
		expect(results.map(({ value }) => value)).toEqual(ids);
	});

	it('of a server that names its models otherwise has all of them', async () => {
		const { results } = await search({ models: [{ id: 'flux' }, { id: 'my-deployment' }] });
		expect(results.map(({ value }) => value)).toEqual(['flux', 'my-deployment']);
	});

	it('of the stand-in for OpenAI begins with the newest image model', async () => {
		const { results } = await search({});
		expect(results[0].value).toMatch(/^gpt-image-2\.6/);
		expect(results.map(({ value }) => value)).not.toContain('gpt-5.5');
	});
});

describe('a list that cannot be had says why', () => {
	const failure = async (searching: Promise<unknown>) => {
		const error = await searching.then(
			() => undefined,
			(reason: NodeOperationError) => reason,
		);
		return { message: error?.message, hint: error?.description };
	};

	it('with a wrong key', async () => {
		expect(await failure(search({ apiKey: 'sk-other' }))).toEqual({
			message: 'The server does not accept the API key',
			hint: expect.stringContaining('Open the GPT Image API credential and enter a valid key.'),
		});
	});

	it('with a wrong address', async () => {
		api = await startStandInApi();
		const baseUrl = api.url.replace('/v1', '/v2');
		expect(await failure(searchAgain('', { baseUrl }))).toEqual({
			message: `There is no Images API at ${baseUrl}`,
			hint: expect.stringContaining('check Base URL'),
		});
		expect(await failure(searchAgain('', { baseUrl: 'here' }))).toEqual({
			message: "The credential's Base URL cannot be 'here'",
			hint: expect.stringContaining('starts with https://'),
		});
	});

	const LATER = "Try again in a moment, or choose 'By ID' and enter the name of the model.";

	it.each([
		['a rate limit', apiFaults.rateLimited(1000), /rate limit/, LATER],
		['a gateway in between', { html: 502 }, /answered with status 502$/, LATER],
		['a cut answer', { cut: 'inBody' } as const, /connection was cut/, LATER],
		[
			'a page instead of a list',
			{ body: '<html>hello</html>' },
			/^The server gives no list of models$/,
			"Instead, choose 'By ID' and enter the name of the model.",
		],
		[
			'something else instead of a list',
			{ body: { data: { models: [] } } },
			/^The server gives no list of models$/,
			"Instead, choose 'By ID' and enter the name of the model.",
		],
	])('with %s', async (_name, fault, message, hint) => {
		api = await startStandInApi();
		api.faultNext(fault);
		expect(await failure(searchAgain())).toEqual({
			message: expect.stringMatching(message),
			hint,
		});
	});

	it('without a server', async () => {
		api = await startStandInApi();
		await api.close();
		expect((await failure(searchAgain())).message).toMatch(
			/^n8n could not connect to http.*: it refuses the connection$/,
		);
	});
});
