/**
 * `npm start`: a real n8n with this package installed and the examples imported, the first of which,
 * a sheet of products, is run once.
 * `npm start -- --once` ends after that run, with an exit code that tells how it went.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { signIn } from './n8n/client.mjs';
import { exampleNames, outcome, placeExample } from './n8n/example.mjs';
import { openImagesApi } from './n8n/images-api.mjs';
import { installHost } from './n8n/install.mjs';
import { localOwner } from './n8n/owner.mjs';
import { installPackage } from './n8n/package.mjs';
import { examples, root, runFolder } from './n8n/paths.mjs';
import { step } from './n8n/processes.mjs';
import { startN8n } from './n8n/server.mjs';

const once = process.argv.includes('--once');
const images = path.join(runFolder, 'images');
const running = [];

async function stopEverything() {
	while (running.length > 0) await running.pop().stop();
}

// Ctrl-C reaches n8n as well, and npm passes it on once more: this may be called twice.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
	process.on(signal, () => void stopEverything().then(() => process.exit(once ? 1 : 0)));
}

async function start() {
	const host = await installHost();
	await mkdir(images, { recursive: true });
	const installed = await step('Building the package and installing it in n8n', () =>
		installPackage(runFolder),
	);

	const api = await openImagesApi();
	running.push(api);
	const n8n = await step('Starting n8n', () =>
		startN8n(host, { userFolder: runFolder, files: [examples, images] }),
	);
	running.push(n8n);

	const owner = await localOwner(runFolder);
	const client = await signIn(n8n.url, owner);
	const credentialId = await client.saveCredential({
		name: 'GPT Image API',
		type: 'gptImageApi',
		data: api.credential,
	});
	const placed = {};
	for (const name of await exampleNames())
		placed[name] = await placeExample(client, name, { images, credentialId });
	const workflow = placed['sheet-to-images'];

	console.log(`• Images come from ${api.says}`);
	const execution = await step(`Running "${workflow.name}" with ${installed}`, () =>
		client.run(workflow),
	);
	const succeeded = report(outcome(execution));

	if (once) {
		await stopEverything();
		process.exitCode = succeeded ? 0 : 1;
		return;
	}
	console.log(`
The editor:  ${n8n.url}/workflow/${workflow.id}   (all examples: ${n8n.url}/home/workflows)
Sign in:     ${owner.email}   ${owner.password}
n8n's log:   ${n8n.log}

Ctrl-C stops it.`);
	await n8n.ended;
	await stopEverything();
}

function report({ images: made, failures, error }) {
	for (const { fileName, width, height, byteSize, usage } of made) {
		const tokens = usage ? `, ${usage.total_tokens} tokens` : '';
		console.log(`  ${fileName}  ${width}x${height}, ${byteSize} bytes${tokens}`);
	}
	for (const { prompt, error: reason } of failures) console.error(`  ✗ ${prompt}: ${reason}`);
	if (error) console.error(`  ✗ ${error.message}`, error.description ?? '');

	const folder = path.relative(root, images);
	console.log(`${made.length} files and results.csv are in ${folder}${path.sep}`);
	return made.length > 0 && failures.length === 0 && !error;
}

await start().catch(async (error) => {
	console.error(error.message);
	await stopEverything();
	process.exitCode = 1;
});
