import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { examples } from './paths.mjs';

const products = path.join(examples, 'products.csv');

/**
 * Imports an example with this machine's folders and the saved credential filled in. One that is
 * there already stays as its builder left it.
 *
 * @param {import('./client.mjs').Client} client
 * @param {string} name of the file in `examples`
 * @param {{ sheet?: string, images: string, credentialId: string }} here the sheet defaults to
 *   the example's own
 */
export async function placeExample(client, name, { sheet = products, images, credentialId }) {
	const example = JSON.parse(await readFile(path.join(examples, `${name}.json`), 'utf8'));
	const found = await client.findWorkflow(example.id);
	if (found) return found;

	await mkdir(images, { recursive: true });
	const folders = { sheet, images };
	for (const node of example.nodes) {
		if (node.credentials?.gptImageApi) node.credentials.gptImageApi.id = credentialId;
		if (node.name === 'Folders') {
			for (const field of node.parameters.assignments.assignments)
				field.value = folders[field.name].replaceAll('\\', '/');
		}
	}
	return client.saveWorkflow(example);
}

/**
 * What came of each row.
 *
 * @param {object} execution as the client returns it
 * @returns {{ images: object[], failures: object[], error?: Error }} the `json` of the node's two
 * outputs, and what stopped the node or the execution, if anything did
 */
export function outcome({ status, runData, error }) {
	const [run] = runData['GPT Image Generate'] ?? [{}];
	// n8n sends the input of a node that threw to the node's first output.
	const outputs = run.error ? [] : (run.data?.main ?? []);
	const [images = [], failures = []] = outputs.map((items) => items?.map(({ json }) => json));
	const ended = new Error(`The execution ended with the status "${status}"`);
	return {
		images,
		failures,
		error: run.error ?? error ?? (status === 'success' ? undefined : ended),
	};
}
