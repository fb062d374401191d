import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import sharp from 'sharp';
import { readCsv } from '../../scripts/csv.mjs';
import { outcome, placeExample } from '../../scripts/n8n/example.mjs';
import { root } from '../../scripts/n8n/paths.mjs';
import { startRealN8n } from './real-n8n.mjs';
import { promptToImage } from './workflows.mjs';

const { n8n: shipped } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));

/** `dist/nodes/X/X.node.js` is the type `x` in the editor. */
const typeOf = (file) =>
	path
		.basename(file)
		.split('.')[0]
		.replace(/^./, (c) => c.toLowerCase());
const nodeTypes = shipped.nodes.map((file) => `n8n-nodes-gpt-image.${typeOf(file)}`);
const credentialTypes = shipped.credentials.map(typeOf);

describe('in a real n8n', () => {
	/** @type {Awaited<ReturnType<typeof startRealN8n>>} */
	let real;

	before(async () => (real = await startRealN8n()));
	after(() => real?.close());
	beforeEach(() => real.api.reset());

	it('every node of the package is in the list that the editor loads, and as an agent tool', async () => {
		const listed = (await typeList('nodes')).map(({ name }) => name);
		const ours = listed.filter((name) => name.startsWith('n8n-nodes-gpt-image.'));
		assert.deepEqual(ours.sort(), nodeTypes.flatMap((name) => [name, `${name}Tool`]).sort());
	});

	it('nodes and credential show an SVG icon on light and on dark', async () => {
		const described = [...(await typeList('nodes')), ...(await typeList('credentials'))];
		const ours = described.filter(({ name }) => [...nodeTypes, ...credentialTypes].includes(name));
		assert.equal(ours.length, nodeTypes.length + credentialTypes.length);

		for (const { iconUrl } of ours) {
			assert.deepEqual(Object.keys(iconUrl).sort(), ['dark', 'light']);
			for (const address of Object.values(iconUrl)) {
				const response = await fetch(`${real.url}/${address}`);
				assert.equal(response.status, 200, address);
				assert.match(response.headers.get('content-type'), /^image\/svg\+xml/);
				assert.match(await response.text(), /<svg[\s>]/);
			}
		}
	});

	it("the credential's test says whether the key is accepted, and does not repeat it", async () => {
		const { client, credential, credentialId } = real;
		const test = (data) =>
			client.request('POST', '/credentials/test', {
				credentials: { ...credential, id: credentialId, data },
			});

		assert.equal((await test(credential.data)).status, 'OK');

		const refused = await test({ ...credential.data, apiKey: 'sk-not-the-right-one' });
		assert.equal(refused.status, 'Error');
		assert.doesNotMatch(JSON.stringify(refused), /sk-not-the-right-one/);
		const [accepted, ...rejected] = real.api.requests;
		assert.deepEqual([accepted.path, accepted.status], ['/v1/models', 200]);
		// n8n asks once more after a 401.
		assert.ok(rejected.length > 0 && rejected.every(({ status }) => status === 401));
	});

	it('the model list offers the image models that the account has', async () => {
		const { results } = await real.client.request(
			'POST',
			'/dynamic-node-parameters/resource-locator-results',
			{
				nodeTypeAndVersion: { name: nodeTypes[0], version: 1 },
				methodName: 'searchModels',
				path: 'parameters.model',
				currentNodeParameters: {},
				credentials: { gptImageApi: { id: real.credentialId, name: real.credential.name } },
			},
		);
		assert.deepEqual(
			real.api.requests.map((request) => request.path),
			['/v1/models'],
		);
		const ids = results.map(({ value }) => value);
		assert.ok(ids.includes('gpt-image-2'), ids.join());
		assert.ok(
			ids.every((id) => /image/.test(id)),
			ids.join(),
		);
	});

	it('a published workflow answers its webhook with the image, paid for once', async () => {
		const workflow = await real.client.saveWorkflow(promptToImage(real.credentialId));
		await real.client.activate(workflow);
		const prompt = 'A red bicycle against a brick wall';

		const response = await callWebhook({ prompt, size: '1536x1024', format: 'webp' });
		const image = await sharp(Buffer.from(await response.arrayBuffer())).metadata();

		assert.equal(response.headers.get('content-type'), 'image/webp');
		assert.deepEqual([image.format, image.width, image.height], ['webp', 1536, 1024]);
		assert.equal(real.api.requests.length, 1);
		const { model, ...body } = real.api.requests[0].json;
		assert.deepEqual(
			[model, body.prompt, body.size, body.quality, body.output_format],
			['gpt-image-2', prompt, '1536x1024', 'low', 'webp'],
		);
	});

	it('the example lists a refused row with its reason, and makes the images of the others', async () => {
		const sheet = path.join(real.files, 'sheet.csv');
		const rows = [
			'Mug,a mug,png,1024x1024',
			'Knife,FORBIDDEN,png,1024x1024',
			'Jar,a jar,jpeg,1024x1536',
		];
		await writeFile(sheet, ['name,prompt,format,size', ...rows].join('\n'));
		const images = path.join(real.files, 'images');

		const { client, credentialId } = real;
		const example = await placeExample(client, 'sheet-to-images', { sheet, images, credentialId });
		const { error, failures } = outcome(await client.run(example));
		assert.equal(error, undefined);
		const results = readCsv(await readFile(path.join(images, 'results.csv'), 'utf8'));

		assert.deepEqual(results.map(({ prompt }) => prompt).sort(), ['FORBIDDEN', 'a jar', 'a mug']);
		for (const { prompt, fileName, error: reason } of results) {
			assert.equal(fileName === '', prompt === 'FORBIDDEN');
			assert.equal(reason, prompt === 'FORBIDDEN' ? failures[0].error : '');
		}
		const made = results.map(({ fileName }) => fileName).filter(Boolean);
		assert.deepEqual((await readdir(images)).sort(), [...made, 'results.csv'].sort());
	});

	/** The files in which n8n publishes its types to the editor. */
	async function typeList(kind) {
		const { cookie } = real.client;
		const response = await fetch(`${real.url}/types/${kind}.json`, { headers: { cookie } });
		return response.json();
	}

	/** A webhook is registered a moment after its workflow was published. */
	async function callWebhook(body) {
		for (const deadline = Date.now() + 20_000; ; await wait(200)) {
			const response = await fetch(`${real.url}/webhook/prompt-to-image`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
			if (response.status !== 404 || Date.now() > deadline) return response;
		}
	}
});
