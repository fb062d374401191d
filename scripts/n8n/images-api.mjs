import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { root } from './paths.mjs';
import { stop } from './processes.mjs';

/**
 * OpenAI where there is a key for it; otherwise a stand-in on this machine, which draws the prompt
 * instead of painting it.
 *
 * @returns {Promise<{ says: string, credential: object, stop: () => Promise<void> }>}
 */
export async function openImagesApi({ OPENAI_API_KEY: apiKey } = process.env) {
	if (apiKey) {
		return {
			says: 'OpenAI (OPENAI_API_KEY is set: images are billed)',
			credential: { provider: 'openAi', apiKey },
			stop: async () => {},
		};
	}
	const standIn = await startStandIn();
	return {
		says: `the stand-in API at ${standIn.url} (free; set OPENAI_API_KEY to use OpenAI)`,
		credential: { provider: 'compatible', apiKey: 'stand-in', baseUrl: `${standIn.url}/v1` },
		stop: standIn.stop,
	};
}

/**
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>} where it listens, without `/v1`
 */
export async function startStandIn() {
	const script = path.join(root, 'test', 'stand-in-api', 'serve.js');
	const child = spawn(process.execPath, [script, '--port', '0'], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const ended = once(child, 'exit').then(([code]) => {
		throw new Error(`The stand-in API ended with ${code} before it listened`);
	});
	const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended]);
	ended.catch(() => {});
	const { origin } = new URL(/http:\S+/.exec(line)[0]);
	return { url: origin, stop: () => stop(child) };
}
