/**
 * Memory of the built Edit node in n8n-core's own engine, with large input images kept on disk:
 * npm run build && node --expose-gc scripts/benchmarks/edit-memory.mjs [rows] [MB] [concurrency]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const MEGABYTE = 2 ** 20;

if (process.argv[2] === 'api') await serveApi();
else await measure(...process.argv.slice(2).map(Number));

/** An Images API that keeps nothing, in a process of its own so that its memory does not count. */
async function serveApi() {
	const image = await sharp(noise(1)).png({ compressionLevel: 0 }).toBuffer();
	const answer = JSON.stringify({ created: 0, data: [{ b64_json: image.toString('base64') }] });
	const server = createServer((request, response) => {
		request.resume().on('end', () => setTimeout(() => response.end(answer), 200));
	});
	server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

async function measure(rows = 100, megabytes = 5, concurrency = 4) {
	const require = createRequire(import.meta.url);
	require('../../test/setup.js');
	const { runNode, storeBinary, useBinaryStorage } = require('../../test/engine/engine.js');

	const api = fork(fileURLToPath(import.meta.url), ['api'], { execArgv: [] });
	const [port] = await once(api, 'message');
	await useBinaryStorage('filesystem');
	const bytes = await sharp(noise(megabytes)).png({ compressionLevel: 0 }).toBuffer();
	const data = await storeBinary(bytes, { mimeType: 'image/png', fileName: 'photo.png' });

	const run = (count) =>
		runNode({
			node: 'gptImageEdit',
			parameters: { prompt: 'x', mask: 'region', options: { concurrency } },
			items: Array.from({ length: count }, () => ({ json: {}, binary: { data } })),
			credential: { provider: 'compatible', apiKey: 'x', baseUrl: `http://127.0.0.1:${port}/v1` },
		});
	await run(1);

	const before = usage();
	let peak = before;
	const sampler = setInterval(() => (peak = highest(peak, usage(false))), 5);
	const start = performance.now();
	const { status, items } = await run(rows);
	const seconds = (performance.now() - start) / 1000;
	clearInterval(sampler);
	api.kill();

	const size = (bytes.length / MEGABYTE).toFixed(1);
	console.log(
		`${status}: ${items.length} rows of ${size} MB, ${concurrency} at a time, in ${seconds.toFixed(1)} s`,
	);
	for (const [what, most] of Object.entries(peak))
		console.log(
			`${what}: at most ${most.toFixed(0)} MB, ${(most - before[what]).toFixed(0)} MB more than before`,
		);
	console.log(`after: ${usage()['buffers'].toFixed(0)} MB of buffers`);
}

function usage(collect = true) {
	if (collect) globalThis.gc?.();
	const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
	return { resident: rss / MEGABYTE, heap: heapUsed / MEGABYTE, buffers: arrayBuffers / MEGABYTE };
}

function highest(a, b) {
	return Object.fromEntries(Object.keys(a).map((key) => [key, Math.max(a[key], b[key])]));
}

/** Noise, which a PNG without compression keeps at its full size. */
function noise(megabytes) {
	const width = 1024;
	const height = Math.ceil((megabytes * MEGABYTE) / width / 3);
	const gaussian = { type: 'gaussian', mean: 128, sigma: 60 };
	return { create: { width, height, channels: 3, background: '#fff', noise: gaussian } };
}
