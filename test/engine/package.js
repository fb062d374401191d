/** The package as npm would ship it and n8n load it. */
const { execFile } = require('node:child_process');
const { readFile } = require('node:fs/promises');
const path = require('node:path');
const { promisify } = require('node:util');

const ROOT = path.join(__dirname, '..', '..');

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} peerDependencies
 * @property {{ nodes: string[], credentials: string[] }} n8n paths below the package
 */

/** @returns {Promise<string[]>} every file that `npm pack` would put into the package */
async function shippedFiles() {
	const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
	const { stdout } = await promisify(execFile)('npm', args, { cwd: ROOT });
	/** @type {[{ files: Array<{ path: string }> }]} */
	const [{ files }] = JSON.parse(stdout);
	return files.map((file) => file.path);
}

/** @returns {Promise<Manifest>} */
async function readManifest() {
	return JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
}

/**
 * @param {string} file below the package
 * @returns {Promise<string>}
 */
const readText = async (file) => await readFile(path.join(ROOT, file), 'utf8');

module.exports = { readManifest, readText, shippedFiles };
