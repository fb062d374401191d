import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { npm, run } from './processes.mjs';
import { root } from './paths.mjs';

/**
 * Builds this package, packs it as for npm, and unpacks it where n8n keeps the community packages
 * that its owner installed: the same steps and the same places as n8n's own installer, which can
 * only fetch from a registry.
 *
 * @param {string} userFolder n8n's N8N_USER_FOLDER
 * @returns {Promise<string>} the package's name and version
 */
export async function installPackage(userFolder) {
	await npm(['run', 'build'], { cwd: root });

	const nodes = path.join(userFolder, '.n8n', 'nodes');
	await mkdir(nodes, { recursive: true });
	const packed = await npm(['pack', '--json', '--pack-destination', nodes], { cwd: root });
	const [{ name, version, filename }] = JSON.parse(packed);

	const folder = path.join(nodes, 'node_modules', name);
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await run('tar', ['-xzf', filename, '-C', folder, '--strip-components=1'], { cwd: nodes });
	await rm(path.join(nodes, filename));

	await keepOnlyWhatN8nKeeps(path.join(folder, 'package.json'));
	await writeJson(path.join(nodes, 'package.json'), {
		name: 'installed-nodes',
		private: true,
		dependencies: { [name]: version },
	});
	return `${name} ${version}`;
}

async function keepOnlyWhatN8nKeeps(file) {
	const manifest = JSON.parse(await readFile(file, 'utf8'));
	for (const dependencies of ['dev', 'peer', 'optional'])
		delete manifest[`${dependencies}Dependencies`];
	await writeJson(file, manifest);
}

const writeJson = (file, value) => writeFile(file, JSON.stringify(value, null, 2));
