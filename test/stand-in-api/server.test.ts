import OpenAI, { AuthenticationError, BadRequestError, NotFoundError, toFile } from 'openai';
import sharp from 'sharp';
import { mask, picture } from './pictures';
import { startStandInApi, type Options, type StandInApi } from './server';

let api: StandInApi;
afterEach(async () => await api?.close());

async function start(options: Options = {}, apiKey = 'sk-test') {
	api = await startStandInApi(options);
	return new OpenAI({ baseURL: api.url, apiKey, maxRetries: 0 });
}

const png = async (width: number, height: number, name = 'in.png') =>
	await toFile(await picture(width, height), name, { type: 'image/png' });

const decoded = (answer: OpenAI.ImagesResponse, index = 0) =>
	Buffer.from(answer.data?.[index].b64_json ?? '', 'base64');

describe('models', () => {
	it('the official client lists the models, with the date of their end', async () => {
		const client = await start();
		const { data: models } = await client.models.list();

		const ends = Object.fromEntries(models.map(({ id, shutdown_date }) => [id, shutdown_date]));
		expect(ends).toMatchObject({ 'gpt-image-2': null, 'gpt-image-1.5': '2026-12-01' });
		expect(Object.keys(ends)).not.toContain('gpt-image-1');
		expect(models[0]).toMatchObject({ object: 'model', created: expect.any(Number) });
	});

	it('one model can be asked for, and an unknown one is not found', async () => {
		const client = await start();

		expect((await client.models.retrieve('gpt-image-2')).id).toBe('gpt-image-2');
		await expect(client.models.retrieve('gpt-image-9')).rejects.toThrow(NotFoundError);
	});

	it('a compatible server lists its own models and follows the rules named for them', async () => {
		const models = [{ id: 'my-images', behavesAs: 'gpt-image-2.5-flare' }];
		const client = await start({ models });
		const request = { model: 'my-images', prompt: 'a cat', size: '1024x1024' as const };

		expect((await client.models.list()).data).toEqual([
			{ id: 'my-images', object: 'model', created: 0, owned_by: 'system', shutdown_date: null },
		]);
		const answer = await client.images.generate({ ...request, quality: 'xhigh' });
		expect(answer.usage?.output_tokens).toBe(3122);
	});
});

describe('generations', () => {
	it.each([
		['png', 'opaque', false],
		['png', 'transparent', true],
		['jpeg', 'opaque', false],
		['webp', 'opaque', false],
		['webp', 'transparent', true],
	] as const)('a %s on %s background is a real file of the asked size', async (...wanted) => {
		const [output_format, background, alpha] = wanted;
		const client = await start();
		const request = { prompt: 'a fox & <friends>', n: 2, size: '1536x1024' } as const;
		const answer = await client.images.generate({
			model: 'gpt-image-2.5-flare',
			quality: 'low',
			...request,
			output_format,
			background,
		});

		expect(answer).toMatchObject({ output_format, background, size: '1536x1024', quality: 'low' });
		expect(answer.data).toHaveLength(2);
		for (const index of [0, 1]) {
			const image = sharp(decoded(answer, index));
			expect(await image.metadata()).toMatchObject({
				format: output_format,
				width: 1536,
				height: 1024,
				hasAlpha: alpha,
			});
			expect((await image.stats()).isOpaque).toBe(!alpha);
		}
	});

	it('the two images of a request differ, and show their prompt as text', async () => {
		const client = await start();
		const answer = await client.images.generate({
			model: 'gpt-image-2',
			prompt: 'a cat',
			n: 2,
			size: '1024x1024',
		});

		expect(decoded(answer, 0)).not.toEqual(decoded(answer, 1));
		// Only letters are white.
		const { channels } = await sharp(decoded(answer)).stats();
		expect(channels.map(({ max }) => max)).toEqual([255, 255, 255]);
	});

	it.each(['a', '\0', '\u3164', '\ud800', '日本語 😀 <b>&', 'x'.repeat(32_000)])(
		'any prompt can be drawn: %j',
		async (prompt) => {
			const client = await start();
			expect((await client.images.generate({ model: 'gpt-image-2', prompt })).data).toHaveLength(1);
		},
	);

	it('a lower compression gives a smaller file', async () => {
		const client = await start();
		const bytes = async (output_compression: number) => {
			const request = { model: 'gpt-image-2', prompt: 'a cat', size: '1024x1024' } as const;
			return decoded(
				await client.images.generate({ ...request, output_format: 'jpeg', output_compression }),
			).length;
		};

		expect(await bytes(20)).toBeLessThan(0.6 * (await bytes(100)));
	});

	it('the answer has the live API headers and says what it cost', async () => {
		const client = await start();
		const { data, response, request_id } = await client.images
			.generate({ model: 'gpt-image-2', prompt: 'a cat', size: '1024x1024', quality: 'medium' })
			.withResponse();

		expect(request_id).toBe(api.requests[0].requestId);
		expect(Number(response.headers.get('openai-processing-ms'))).toBeGreaterThanOrEqual(0);
		expect(data.usage).toEqual({
			input_tokens: 8,
			input_tokens_details: { text_tokens: 8, image_tokens: 0 },
			output_tokens: 1756,
			output_tokens_details: { text_tokens: 0, image_tokens: 1756 },
			total_tokens: 1764,
		});
	});

	it.each([
		['gpt-image-2', '1122x1402', 'low'],
		['gpt-image-2.5-flare', '1254x1254', 'medium'],
		['gpt-image-1.5', '1024x1024', 'high'],
	])('%s resolves automatic size and quality to %s and %s', async (model, size, quality) => {
		const client = await start({ plainImages: true });
		const answer = await client.images.generate({ model, prompt: 'a cat' });
		const { width, height } = await sharp(decoded(answer)).metadata();

		expect(answer).toMatchObject({ size, quality });
		expect(`${width}x${height}`).toBe(size);
	});

	it('a safety identifier comes back, and a server without usage sends none', async () => {
		const client = await start({ usage: false });
		const request = { model: 'gpt-image-2', prompt: 'a cat', safety_identifier: 'user-1' };
		const answer = await client.images.generate(request);

		expect(answer.safety_identifier).toBe('user-1');
		expect(answer).not.toHaveProperty('usage');
	});
});

describe('edits', () => {
	it('one image from the official client is taken, and keeps its aspect at automatic size', async () => {
		const client = await start();
		const answer = await client.images.edit({
			model: 'gpt-image-2',
			prompt: 'add a hat',
			quality: 'low',
			image: await png(1600, 900),
		});

		expect(answer.size).toBe('1672x941');
		expect(await sharp(decoded(answer)).metadata()).toMatchObject({ width: 1672, height: 941 });
		expect(api.requests[0].form).toMatchObject({
			fields: { model: ['gpt-image-2'], prompt: ['add a hat'], quality: ['low'] },
			files: [{ field: 'image', fileName: 'in.png', contentType: 'image/png' }],
		});
	});

	it('several images and a mask from the official client are taken, and images billed', async () => {
		const client = await start();
		const answer = await client.images.edit({
			model: 'gpt-image-2',
			prompt: 'a cat',
			quality: 'low',
			size: '1024x1024',
			image: [await png(550, 368, 'a.png'), await png(2048, 1152, 'b.png')],
			mask: await toFile(await mask(550, 368), 'mask.png', { type: 'image/png' }),
		});

		expect(answer.usage).toMatchObject({
			input_tokens_details: { text_tokens: 8, image_tokens: 2212 },
			output_tokens: 196,
		});
		const files = api.requests[0].form?.files ?? [];
		expect(files.map(({ fileName }) => fileName).sort()).toEqual(['a.png', 'b.png', 'mask.png']);
		const first = files.find(({ field }) => field === 'image[]');
		expect(first?.bytes).toEqual(await picture(550, 368));
	});

	it('JSON edits take data URLs, file ids and image URLs', async () => {
		const [jpeg, webp] = [await picture(512, 512, 'jpeg'), await picture(256, 256, 'webp')];
		const address = 'https://example.com/cat.webp';
		const client = await start({ files: { 'file-1': jpeg, [address]: webp } });
		const data = `data:image/jpeg;base64,${jpeg.toString('base64')}`;
		const images = [{ image_url: data }, { file_id: 'file-1' }, { image_url: address }];
		const answer = await client.post<OpenAI.ImagesResponse>('/images/edits', {
			body: { model: 'gpt-image-2', prompt: 'a cat', images, moderation: 'low' },
		});

		expect(answer.usage?.input_tokens_details.image_tokens).toBe(1024 + 1024 + 256);
		expect(api.requests[0].json).toMatchObject({ images });
	});
});

describe('keys', () => {
	it('a wrong key is refused and shown masked', async () => {
		const client = await start({ apiKey: 'sk-right' }, 'sk-proj-0123456789abcdefghij');
		const error: AuthenticationError = await client.models.list().then(fail, (e) => e);

		expect(error).toBeInstanceOf(AuthenticationError);
		expect(error).toMatchObject({ status: 401, code: 'invalid_api_key', param: null });
		expect(error.message).toContain('sk-proj-****************ghij.');
	});

	it('a request without a key is refused', async () => {
		await start();
		const answer = await fetch(`${api.url}/models`);

		expect(answer.status).toBe(401);
		expect(await answer.json()).toMatchObject({ error: { code: null } });
	});

	it('Azure takes its own header only, and answers under its own path', async () => {
		await start({ auth: 'api-key', models: [{ id: 'my-deployment' }] });
		const url = `${api.url.replace('/v1', '/openai/v1')}/images/generations?api-version=preview`;
		const ask = async (headers: Record<string, string>, model = 'my-deployment') =>
			await fetch(url, {
				method: 'POST',
				headers: { 'content-type': 'application/json', ...headers },
				body: JSON.stringify({ model, prompt: 'a cat' }),
			});

		expect((await ask({ 'api-key': 'k' })).status).toBe(200);
		expect(api.requests[0]).toMatchObject({
			path: '/openai/v1/images/generations',
			query: '?api-version=preview',
		});
		expect((await ask({ authorization: 'Bearer k' })).status).toBe(401);
		const unknown = await ask({ 'api-key': 'k' }, 'gpt-image-2');
		expect(unknown.status).toBe(404);
		expect(await unknown.json()).toMatchObject({ error: { code: 'DeploymentNotFound' } });
	});
});

describe('the log', () => {
	it('counts requests under way, and images billed', async () => {
		const client = await start({ plainImages: true, latencyMs: 300 });
		const generate = async (n: number) =>
			await client.images.generate({ model: 'gpt-image-2', prompt: 'a cat', n });
		await Promise.all([generate(1), generate(2), generate(3)]);
		await generate(1);

		expect(api).toMatchObject({ billedImages: 7, openRequests: 0, peakOpenRequests: 3 });
		for (const { receivedAt, finishedAt, status } of api.requests) {
			expect(finishedAt).toBeGreaterThanOrEqual(receivedAt + 290);
			expect(status).toBe(200);
		}
	});

	it('tells which client left before its answer, whose images are billed', async () => {
		const client = await start({ latencyMs: (request) => (request.index === 0 ? 60_000 : 0) });
		const request = { model: 'gpt-image-2', prompt: 'a cat' };
		await expect(
			client.images.generate(request, { signal: AbortSignal.timeout(500) }),
		).rejects.toThrow();
		await client.images.generate(request);

		expect(api.requests).toMatchObject([
			{ closedByClient: true, billedImages: 1 },
			{ closedByClient: false, status: 200, billedImages: 1 },
		]);
		expect(api.requests[0].status).toBeUndefined();
		expect(api.openRequests).toBe(0);
	});

	it('a reset forgets requests and faults', async () => {
		const client = await start();
		await client.models.list();
		api.faultNext({ status: 500 });
		api.setFaults(() => ({ status: 500 }));
		api.reset();
		await client.models.list();

		expect(api.requests).toMatchObject([{ index: 0, status: 200 }]);
	});
});

it('a moderated prompt gets the moderation error, with details', async () => {
	const client = await start();
	const request = { model: 'gpt-image-2', prompt: 'something FORBIDDEN' };
	const error: BadRequestError = await client.images.generate(request).then(fail, (e) => e);

	expect(error).toBeInstanceOf(BadRequestError);
	expect(error).toMatchObject({ code: 'moderation_blocked', type: 'image_generation_user_error' });
	expect(error.error).toMatchObject({ moderation_details: { moderation_stage: 'input' } });
	expect(error.message).toContain(error.requestID);
	expect(api.billedImages).toBe(0);
});

function fail(): never {
	throw new Error('the request should have been refused');
}
