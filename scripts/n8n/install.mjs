import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { npm, run, step } from './processes.mjs';
import { host } from './paths.mjs';

const modules = path.join(host, 'node_modules');
const stamp = path.join(modules, '.complete');

/**
 * Makes sure that the pinned n8n is installed with all it needs to run. Takes minutes the first
 * time and nothing after, until the lock file changes.
 *
 * @returns {Promise<{ node: string, n8n: string }>} the Node.js to run n8n with, and n8n's script
 */
export async function installHost() {
	const wanted = await fingerprint();
	if ((await readFile(stamp, 'utf8').catch(() => '')) !== wanted) {
		await rm(stamp, { force: true });
		await step('Installing n8n (2.2 GB, once; 2 to 4 minutes)', () => npm(['ci'], { cwd: host }));
		if (!ownNodeServes())
			await step('Getting Node.js 24, which n8n needs', () =>
				// The `node` package's own install script: npm was told to run none.
				run(process.execPath, ['installArchSpecificPackage.js'], {
					cwd: path.join(modules, 'node'),
				}),
			);
		await step('Getting SQLite', getSqlite);
		await writeFile(stamp, wanted);
	}
	return { node: nodeForN8n(), n8n: path.join(modules, 'n8n', 'bin', 'n8n') };
}

/** What is installed depends on the lock file, and on the machine: both may change under a checkout. */
async function fingerprint() {
	const lock = await readFile(path.join(host, 'package-lock.json'));
	const hash = createHash('sha256').update(lock).digest('hex');
	return [hash, process.platform, process.arch, ownNodeServes()].join(' ');
}

/** n8n's sandbox for expressions is a native module that is published for even versions from 24. */
function ownNodeServes() {
	const major = Number(process.versions.node.split('.')[0]);
	return major >= 24 && major % 2 === 0;
}

function nodeForN8n() {
	if (ownNodeServes()) return process.execPath;
	const file = process.platform === 'win32' ? 'node.exe' : 'node';
	return path.join(modules, 'node', 'bin', file);
}

/** The prebuilt file comes from GitHub; where that cannot be reached, it is compiled. */
async function getSqlite() {
	const cwd = path.join(modules, 'sqlite3');
	const prebuilt = path.join(modules, 'prebuild-install', 'bin.js');
	try {
		await run(process.execPath, [prebuilt, '-r', 'napi'], { cwd, timeout: 60_000 });
	} catch {
		console.log('  no prebuilt file: compiling it (about a minute)');
		const nodeGyp = path.join(modules, 'node-gyp', 'bin', 'node-gyp.js');
		await run(process.execPath, [nodeGyp, 'rebuild', ...localHeaders()], { cwd });
	}
}

/** Headers beside Node.js save node-gyp a download. SQLite uses N-API: any version's serve. */
function localHeaders() {
	const prefix = path.resolve(process.execPath, '..', '..');
	const found = existsSync(path.join(prefix, 'include', 'node', 'node_api.h'));
	return found ? [`--nodedir=${prefix}`] : [];
}
