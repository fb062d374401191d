/**
 * The same rows through this package's node and through n8n's own OpenAI node, in a real n8n, by
 * the times that n8n notes for each node: npm run build && node scripts/benchmarks/real-n8n.mjs
 */
import { randomBytes } from 'node:crypto';
import drawing from '../../test/stand-in-api/draw.js';
import standIn from '../../test/stand-in-api/server.js';
import { startRealN8n } from '../../test/real-n8n/real-n8n.mjs';
import { promptsToImages } from '../../test/real-n8n/workflows.mjs';

const MEGABYTE = 2 ** 20;
const KEY = 'sk-benchmark';

/** An answer with a real PNG of 8 MB: what follows its end is noise, which no viewer minds. */
async function bigAnswer() {
	const size = { width: 1024, height: 1024 };
	const order = { size, outputFormat: 'png', transparent: false };
	const image = await drawing.drawPlainImage(order);
	const b64_json = Buffer.concat([image, randomBytes(8 * MEGABYTE)]).toString('base64');
	return Buffer.from(JSON.stringify({ created: 1_795_000_000, data: [{ b64_json }] }));
}

const cases = [
	{ name: '16 rows of 500 ms', rows: 16, latencyMs: 500 },
	{ name: '30 images of 8 MB', rows: 30, latencyMs: 0, fault: { raw: await bigAnswer() } },
];

/** The workflow with n8n's own node in place of ours. */
function withOpenAiNode(workflow, credentialId) {
	const nodes = workflow.nodes.map((node) =>
		node.name === 'Images'
			? {
					...node,
					type: '@n8n/n8n-nodes-langchain.openAi',
					typeVersion: 2.1,
					credentials: { openAiApi: { id: credentialId, name: 'Benchmark' } },
					parameters: {
						resource: 'image',
						operation: 'generate',
						model: 'gpt-image-2',
						prompt: '={{ $json.prompts }}',
						options: {},
					},
				}
			: node,
	);
	return { ...workflow, nodes };
}

const real = await startRealN8n();
try {
	for (const { name, rows, latencyMs, fault } of cases) {
		const api = await standIn.startStandInApi({ plainImages: true, latencyMs });
		api.setFaults(() => fault);
		const save = (type, data) =>
			real.client.saveCredential({ name: `${name} ${type}`, type, data });
		const ours = await save('gptImageApi', {
			provider: 'compatible',
			apiKey: KEY,
			baseUrl: api.url,
		});
		const builtIn = await save('openAiApi', { apiKey: KEY, url: api.url });

		const prompts = Array.from({ length: rows }, (_, row) => `Row ${row}`);
		const workflow = promptsToImages(ours, { name, prompts });
		const table = {};
		for (const [node, order] of [
			["n8n's own OpenAI node", withOpenAiNode(workflow, builtIn)],
			['GPT Image Generate', workflow],
		]) {
			const { runData, error } = await real.client.run(await real.client.saveWorkflow(order));
			const [{ executionTime, data }] = runData.Images ?? [{}];
			const made = data?.main[0].filter(({ binary }) => binary).length;
			if (made !== rows) throw error ?? new Error(`${node}: ${made} of ${rows} images came`);
			table[node] = { seconds: executionTime / 1000 };
		}
		console.log(`\n${name}, in a real n8n`);
		console.table(table);
		await api.close();
	}
} finally {
	await real.close();
}
