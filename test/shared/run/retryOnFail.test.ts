import { runNode, useBinaryStorage } from '../../engine/engine';
import { startStandInApi } from '../../stand-in-api/server';

test('row 7 of 10 fails twice, then works: ten images are billed', async () => {
	const api = await startStandInApi({ plainImages: true });
	await useBinaryStorage('filesystem');
	let failures = 0;
	api.setFaults((request) => {
		const { prompt } = request.json as { prompt: string };
		if (prompt !== 'Mug 7' || failures >= 2) return undefined;
		failures++;
		return { status: 400, body: { error: { message: 'no', type: 'x', code: 'x', param: null } } };
	});
	const { items, error } = await runNode({
		node: 'gptImageGenerate',
		parameters: { prompt: '={{ $json.prompt }}', options: { concurrency: 2 } },
		items: Array.from({ length: 10 }, (_, i) => ({ json: { prompt: `Mug ${i + 1}` } })),
		credential: { provider: 'compatible', apiKey: 'sk-x', baseUrl: api.url },
		settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 },
	});
	expect(error).toBeUndefined();
	expect(items.map(({ json }) => json.prompt)).toEqual(
		Array.from({ length: 10 }, (_, i) => `Mug ${i + 1}`),
	);
	expect(api.billedImages).toBe(10);
	await api.close();
});
