import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { examples } from './paths.mjs';

/** Every example, by the name of its file. */
export const exampleNames = async () =>
	(await readdir(examples))
		.filter((file) => file.endsWith('.json'))
		.map((file) => path.basename(file, '.json'));

/**
 * Imports an example with this machine's folders and the saved credential filled in. One that is
 * there already stays as its builder left it.
 *
 * @param {import('./client.mjs').Client} client
 * @param {string} name of the file in `examples`
 * @param {{ images: string, credentialId: string, sheet?: string, photos?: string }} here the sheet
 *   and the photos default to those that come with the examples
 */
export async function placeExample(client, name, { credentialId, ...folders }) {
	const example = JSON.parse(await readFile(path.join(examples, `${name}.json`), 'utf8'));
	const found = await client.findWorkflow(example.id);
	if (found) return found;

	await mkdir(folders.images, { recursive: true });
	for (const node of example.nodes) {
		if (node.credentials?.gptImageApi) node.credentials.gptImageApi.id = credentialId;
		if (node.name === 'Folders') {
			for (const field of node.parameters.assignments.assignments) {
				const ours = path.join(examples, path.posix.basename(field.value));
				field.value = (folders[field.name] ?? ours).replaceAll('\\', '/');
			}
		}
	}
	return client.saveWorkflow(example);
}

/**
 * What came of each row of a node.
 *
 * @param {object} execution as the client returns it
 * @param {string} [node] its name
 * @returns {{ images: object[], failures: object[], error?: Error }} the `json` of the node's two
 * outputs, and what stopped the node or the execution, if anything did
 */
export function outcome({ status, runData, error }, node = 'GPT Image Generate') {
	const [run] = runData[node] ?? [{}];
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
