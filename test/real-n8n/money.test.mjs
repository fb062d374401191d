import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import standIn from '../stand-in-api/server.js';
import { startRealN8n } from './real-n8n.mjs';
import { promptsToImages } from './workflows.mjs';

/** A key as OpenAI's look. */
const PLANTED = 'sk-proj-Planted-0123456789-abcdefABCDEF';

const promptOf = ({ json }) => json.prompt;
const numbered = (count) => Array.from({ length: count }, (_, i) => `Mug ${i + 1}`);

describe('money and secrets in a real n8n', () => {
	let real;
	/** Accepts any key, so that one can be planted. */
	let api;
	let credentialId;
	let latencyMs = 0;

	before(async () => {
		api = await standIn.startStandInApi({ plainImages: true, latencyMs: () => latencyMs });
		real = await startRealN8n();
		const data = { provider: 'compatible', apiKey: PLANTED, baseUrl: api.url };
		credentialId = await real.client.saveCredential({ name: 'Planted', type: 'gptImageApi', data });
	});
	after(async () => {
		await real?.close();
		await api?.close();
	});
	beforeEach(() => {
		api.reset();
		latencyMs = 0;
	});

	it('an execution retried from the list pays only for what is missing', async () => {
		let failures = 0;
		api.setFaults((request) =>
			promptOf(request) === 'Mug 7' && failures++ === 0 ? { status: 400 } : undefined,
		);
		const failed = await run({ name: 'Retried', prompts: numbered(10) });
		assert.equal(failed.status, 'error');
		const paid = api.billedImages;
		assert.ok(paid >= 6 && paid < 10, String(paid));

		const { id } = await real.client.request('POST', `/executions/${failed.id}/retry`, {
			loadWorkflow: false,
		});
		const retried = await real.client.execution(id);
		const items = retried.runData.Images.at(-1).data.main[0];
		assert.deepEqual(
			items.map(({ json }) => json.prompt),
			numbered(10),
		);
		assert.equal(api.billedImages, 10);
		assert.equal(api.requests.length, 11);
		for (const { binary } of items)
			assert.match(binary.data.id, new RegExp(`/executions/${id}/`), 'an image of its own');
	});

	it('Stop closes the connections, and Retry On Fail sends nothing after it', async () => {
		latencyMs = 60_000;
		const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
		const id = await begin({ name: 'Stopped', prompts: numbered(10), settings });
		await until(() => api.requests.length === 4, 10_000);

		const stoppedAt = Date.now();
		await real.client.request('POST', `/executions/${id}/stop`);
		await until(() => api.openRequests === 0, 5_000);
		const took = Date.now() - stoppedAt;
		await wait(1_000);
		assert.equal(api.requests.length, 4);
		assert.ok(api.requests.every(({ closedByClient }) => closedByClient));
		assert.ok(took < 1_000, `${took} ms`);
		assert.equal((await real.client.execution(id)).status, 'canceled');
	});

	it('a key that the server repeats is nowhere in what n8n keeps', async () => {
		const echo = { message: `Bad key ${PLANTED}`, type: PLANTED, code: PLANTED, param: PLANTED };
		const headers = { 'x-request-id': PLANTED, 'x-echo': PLANTED };
		const faults = {
			'Echo in a 400': { status: 400, body: { error: echo }, headers },
			'Echo in a 401': { status: 401, body: { error: echo }, headers },
			'Echo in a 500': { status: 500, body: { error: echo }, headers },
			'Echo in a page': { status: 502, body: `<html>${PLANTED}</html>`, headers },
			'Echo in a redirect': { redirect: `https://${PLANTED}.example.com/${PLANTED}` },
			'Echo beside an image': {
				answer: (answer) => ({ ...answer, size: PLANTED, usage: { [PLANTED]: PLANTED } }),
				headers,
			},
		};
		api.setFaults((request) => faults[promptOf(request)]);
		const prompts = Object.keys(faults);
		const options = { maxRetries: 0 };
		const goesOn = { onError: 'continueRegularOutput' };
		const all = await run({ name: 'Echo', prompts, options, settings: goesOn });
		const items = all.runData.Images[0].data.main[0];
		assert.equal(items.filter(({ json }) => json.error).length, 5);
		for (const prompt of prompts.slice(0, -1)) {
			const { status } = await run({ name: prompt, prompts: [prompt], options });
			assert.equal(status, 'error');
		}
		assert.equal(api.requests.length, 11);

		const kept = await filesIn(real.userFolder);
		const holding = (text) =>
			kept.filter(({ bytes }) => bytes.toString('latin1').toLowerCase().includes(text));
		// So that it is known to look in the right place.
		assert.ok(holding('echo in a redirect').length > 0);
		assert.ok(holding('[api key]').length > 0);
		assert.deepEqual(
			holding(PLANTED.toLowerCase()).map(({ file }) => file),
			[],
		);
	});

	async function begin(order) {
		const workflow = await real.client.saveWorkflow(promptsToImages(credentialId, order));
		const body = { triggerToStartFrom: { name: 'Start' } };
		const { executionId } = await real.client.request(
			'POST',
			`/workflows/${workflow.id}/run`,
			body,
		);
		return executionId;
	}

	const run = async (order) => real.client.execution(await begin(order));
});

async function until(met, within) {
	for (const end = Date.now() + within; !met() && Date.now() < end;) await wait(10);
	assert.ok(met());
}

/** The database, its log of changes, n8n's logs: all that n8n has written. */
async function filesIn(folder) {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const files = entries
		.filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
		.map(({ parentPath, name }) => path.join(parentPath, name));
	return Promise.all(files.map(async (file) => ({ file, bytes: await readFile(file) })));
}
