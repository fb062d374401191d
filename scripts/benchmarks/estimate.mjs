/**
 * Estimates the cost of many rows in one run of the built node, in n8n-core's own engine:
 * npm run build && node --expose-gc scripts/benchmarks/estimate.mjs [rows]
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
require('../../test/setup.js');
const { runNode, useBinaryStorage } = require('../../test/engine/engine.js');

const rows = Number(process.argv[2] ?? 50_000);
const PROMPT =
	'A product photo of a red enamel mug on a walnut table, morning light from the left, 85mm lens, shallow depth of field';
const SIZES = ['1024x1024', '1536x1024', '2048x1152'];
const QUALITIES = ['low', 'medium', 'high'];

const items = Array.from({ length: rows }, (_, row) => ({
	json: {
		prompt: `${PROMPT}, variant ${row}`,
		size: SIZES[row % SIZES.length],
		quality: QUALITIES[row % QUALITIES.length],
	},
}));
const parameters = {
	model: 'gpt-image-2',
	prompt: '={{ $json.prompt }}',
	size: '={{ $json.size }}',
	quality: '={{ $json.quality }}',
};

const heap = () => {
	globalThis.gc?.();
	return process.memoryUsage().heapUsed / 2 ** 20;
};

await useBinaryStorage('filesystem');
await runNode({ node: 'gptImageEstimateCost', parameters, items: items.slice(0, 100) });

const before = heap();
const start = performance.now();
const { status, items: estimated } = await runNode({
	node: 'gptImageEstimateCost',
	parameters,
	items,
});
const seconds = (performance.now() - start) / 1000;

console.log(`${status}: ${estimated.length} rows in ${seconds.toFixed(1)} s`);
console.log(`${Math.round(rows / seconds)} rows a second`);
console.log(`${(heap() - before).toFixed(0)} MB of heap for input and output`);
console.log(`${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB resident at the most`);
console.log(`the run costs $${estimated[0].json.estimate.runUsd}`);
