/**
 * Many rows and large images: the node in n8n-core's own engine against one row after the other,
 * and against the floor, a plain HTTP client that keeps the same number of requests under way:
 * npm run build && node scripts/benchmarks/rows.mjs
 */
import http from 'node:http';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
require('../../test/setup.js');
const { runNode, useBinaryStorage } = require('../../test/engine/engine.js');
const { drawPlainImage } = require('../../test/stand-in-api/draw.js');
const { startStandInApi } = require('../../test/stand-in-api/server.js');

const MEGABYTE = 2 ** 20;
const CONCURRENCY = 4;

/** A real PNG of this size: what follows its end is noise, which no viewer minds. */
async function bigImage(bytes) {
	const order = { size: { width: 1024, height: 1024 }, outputFormat: 'png', transparent: false };
	const image = await drawPlainImage(order);
	return Buffer.concat([image, randomBytes(bytes - image.length)]).toString('base64');
}

/** An answer as the API gives it, made once: its making is not what is measured. */
const bigAnswer = Buffer.from(
	JSON.stringify({ created: 1_795_000_000, data: [{ b64_json: await bigImage(8 * MEGABYTE) }] }),
);
const cases = [
	{ name: '16 rows of 500 ms', rows: 16, latencyMs: 500 },
	{ name: '30 images of 8 MB', rows: 30, latencyMs: 0, fault: { raw: bigAnswer } },
];

async function viaNode(api, rows, concurrency) {
	const { items } = await runNode({
		node: 'gptImageGenerate',
		parameters: { prompt: '={{ $json.prompt }}', quality: 'low', options: { concurrency } },
		items: Array.from({ length: rows }, (_, row) => ({ json: { prompt: `Row ${row}` } })),
		credential: { provider: 'compatible', apiKey: 'sk-benchmark', baseUrl: api.url },
	});
	const made = items.filter(({ binary }) => binary).length;
	if (made !== rows) throw new Error(`${made} of ${rows} images came`);
}

/** Sends the requests and reads the answers; decodes and stores nothing. */
async function viaHttp(api, rows) {
	let next = 0;
	const worker = async () => {
		while (next < rows) await post(`${api.url}/images/generations`, `Row ${next++}`);
	};
	await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

function post(url, prompt) {
	const headers = { authorization: 'Bearer sk-benchmark', 'content-type': 'application/json' };
	return new Promise((resolve, reject) => {
		const request = http.request(url, { method: 'POST', headers }, (response) => {
			response.on('data', () => {});
			response.on('end', resolve);
		});
		request.on('error', reject);
		const size = '1024x1024';
		request.end(JSON.stringify({ model: 'gpt-image-2', prompt, size, quality: 'low' }));
	});
}

async function measure(work) {
	globalThis.gc?.();
	let peak = 0;
	const before = process.memoryUsage.rss();
	const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss() - before)), 20);
	const from = performance.now();
	await work();
	const seconds = (performance.now() - from) / 1000;
	clearInterval(watch);
	return { seconds: seconds.toFixed(2), 'MB more at the peak': Math.round(peak / MEGABYTE) };
}

await useBinaryStorage('filesystem');
for (const { name, rows, latencyMs, fault } of cases) {
	const api = await startStandInApi({ plainImages: true, latencyMs });
	api.setFaults(() => fault);
	await viaNode(api, 2, 1);
	console.log(`\n${name}, stand-in API and client in one process`);
	console.table({
		[`plain HTTP client, ${CONCURRENCY} at a time`]: await measure(() => viaHttp(api, rows)),
		[`GPT Image Generate, ${CONCURRENCY} at a time`]: await measure(() =>
			viaNode(api, rows, CONCURRENCY),
		),
		'GPT Image Generate, one at a time': await measure(() => viaNode(api, rows, 1)),
	});
	await api.close();
}
