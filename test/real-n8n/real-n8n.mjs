import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { signIn } from '../../scripts/n8n/client.mjs';
import { standInCredential } from '../../scripts/n8n/images-api.mjs';
import { installHost } from '../../scripts/n8n/install.mjs';
import { localOwner } from '../../scripts/n8n/owner.mjs';
import { installPackage } from '../../scripts/n8n/package.mjs';
import { startN8n } from '../../scripts/n8n/server.mjs';
import standIn from '../stand-in-api/server.js';

/**
 * A new n8n with this package installed as a community package, its owner signed in, and a
 * credential for a stand-in API that accepts only this credential's key.
 *
 * @param {import('../stand-in-api/server.js').Options} [account] more of the stand-in's options
 */
export async function startRealN8n(account = {}) {
	const closers = [];
	const close = async () => {
		while (closers.length > 0) await closers.pop()();
	};
	try {
		return { ...(await start(closers, account)), close };
	} catch (error) {
		await close();
		throw error;
	}
}

/**
 * @param {Array<() => Promise<void>>} closers filled as things start, for when a later one fails
 * @param {import('../stand-in-api/server.js').Options} account
 */
async function start(closers, account) {
	const host = await installHost();
	const userFolder = await mkdtemp(path.join(tmpdir(), 'gpt-image-real-n8n-'));
	closers.push(() => rm(userFolder, { recursive: true, force: true }));
	const files = path.join(userFolder, 'files');
	await mkdir(files);
	await installPackage(userFolder);

	const api = await standIn.startStandInApi({ ...account, apiKey: standInCredential({}).apiKey });
	closers.push(api.close);
	const n8n = await startN8n(host, { userFolder, files: [files], port: 0 });
	closers.push(n8n.stop);

	const client = await signIn(n8n.url, await localOwner(userFolder));
	const credential = { name: 'Stand-in', type: 'gptImageApi', data: standInCredential(api) };
	const credentialId = await client.saveCredential(credential);
	return { url: n8n.url, client, api, credential, credentialId, files, userFolder };
}
