import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { stop } from './processes.mjs';

/**
 * Starts n8n and waits until it answers.
 *
 * @param {{ node: string, n8n: string }} host from installHost()
 * @param {object} options
 * @param {string} options.userFolder where n8n keeps its database, key and installed packages
 * @param {string[]} options.files the folders that the file nodes may read and write
 * @param {number} [options.port] taken if it is free, otherwise another
 * @param {Record<string, string>} [options.env] more of n8n's own settings
 * @returns {Promise<{ url: string, log: string, ended: Promise<unknown>, stop: () => Promise<void> }>}
 */
export async function startN8n(host, { userFolder, files, port = 5678, env = {} }) {
	const address = { port: await freePort(port), broker: await freePort() };
	const log = path.join(userFolder, 'n8n.log');
	const output = await open(log, 'w');
	const child = spawn(host.node, [host.n8n, 'start'], {
		cwd: userFolder,
		env: { ...process.env, ...settings({ userFolder, files, ...address }), ...env },
		stdio: ['ignore', output.fd, output.fd],
	});
	await output.close();

	const url = `http://localhost:${address.port}`;
	const ended = once(child, 'exit');
	const ready = await Promise.race([answers(`${url}/rest/settings`), ended.then(() => false)]);
	if (!ready) {
		await stop(child);
		throw new Error(
			`n8n did not start. The end of ${log}:\n${(await readFile(log, 'utf8')).slice(-3000)}`,
		);
	}
	return { url, log, ended, stop: () => stop(child) };
}

/** Only this machine can reach it, it calls nobody, and it leaves the person's own ~/.n8n alone. */
function settings({ userFolder, files, port, broker }) {
	return {
		N8N_USER_FOLDER: userFolder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: 'localhost',
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(broker),
		N8N_RESTRICT_FILE_ACCESS_TO: files.join(';'),
		N8N_SECURE_COOKIE: 'false', // Safari keeps no secure cookie from http://localhost
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false', // the catalogue of community packages is online
		N8N_DISABLED_MODULES: 'mcp-registry', // so is this one
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		// A proxy for the internet must not be asked for what runs on this machine.
		NO_PROXY: [process.env.NO_PROXY, 'localhost', '127.0.0.1'].filter(Boolean).join(','),
	};
}

/** The database is migrated first: a slow machine needs its time. */
async function answers(address, patience = 180_000) {
	for (const deadline = Date.now() + patience; Date.now() < deadline; await wait(250)) {
		const response = await fetch(address).catch(() => undefined);
		if (response?.headers.get('content-type')?.includes('json') && response.ok) return true;
	}
	return false;
}

function freePort(wanted = 0) {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', (error) => (wanted ? resolve(freePort()) : reject(error)));
		server.listen(wanted, '127.0.0.1', () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}
