import assert from 'node:assert/strict';
import { copyFile, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readCsv } from '../../scripts/csv.mjs';
import { outcome, placeExample } from '../../scripts/n8n/example.mjs';
import { examples } from '../../scripts/n8n/paths.mjs';
import { startRealN8n } from './real-n8n.mjs';

describe('the budgeted campaign in a real n8n', () => {
	/** @type {Awaited<ReturnType<typeof startRealN8n>>} */
	let real;
	let images;
	let example;

	before(async () => {
		real = await startRealN8n();
		const sheet = path.join(real.files, 'campaign.csv');
		await copyFile(path.join(examples, 'campaign.csv'), sheet);
		images = path.join(real.files, 'images');
		const { client, credentialId } = real;
		example = await placeExample(client, 'budgeted-campaign', { sheet, images, credentialId });
	});
	after(() => real?.close());

	const results = async () =>
		readCsv(await readFile(path.join(images, 'campaign-results.csv'), 'utf8'));

	it('within the budget, every exact row is billed what was estimated, to the digit', async () => {
		const { error, failures } = outcome(await real.client.run(example));
		assert.equal(error, undefined);
		assert.deepEqual(failures, []);

		const rows = await results();
		assert.equal(rows.length, 6);
		assert.equal(real.api.billedImages, 6);
		for (const { name, estimatedUsd, billedUsd, exact } of rows) {
			assert.equal(exact.toLowerCase(), 'true', name);
			assert.ok(Number(estimatedUsd) > 0, name);
			assert.equal(billedUsd, estimatedUsd, name);
		}
		const files = await readdir(images);
		assert.equal(files.filter((file) => file.endsWith('.png')).length, 6);
	});

	it('over the budget, nothing is sent', async () => {
		real.api.reset();
		const workflow = await real.client.findWorkflow(example.id);
		const estimate = workflow.nodes.find(({ name }) => name === 'GPT Image Estimate Cost');
		estimate.parameters.budget = 0.05;
		await real.client.request('PATCH', `/workflows/${workflow.id}`, {
			nodes: workflow.nodes,
			connections: workflow.connections,
			versionId: workflow.versionId,
		});
		await real.client.run(await real.client.findWorkflow(example.id));

		assert.deepEqual(real.api.requests, []);
		assert.equal((await results()).length, 6);
	});
});
