import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a command to its end. Its output is shown only when it fails.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { timeout?: number }} [options]
 * @returns {Promise<string>} what it printed
 */
export async function run(command, args, options = {}) {
	const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
	let stdout = '';
	let everything = '';
	child.stdout.on('data', (chunk) => {
		stdout += chunk;
		everything += chunk;
	});
	child.stderr.on('data', (chunk) => (everything += chunk));

	const [code, signal] = await once(child, 'close');
	if (code === 0) return stdout;
	const commandLine = [command, ...args].join(' ');
	throw new Error(`${commandLine} ended with ${signal ?? code}\n${everything.slice(-4000)}`);
}

/**
 * npm without a shell: `npm start` tells where npm's own script is, which also holds on Windows,
 * where `npm` is a batch file.
 *
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function npm(args, options) {
	const script = process.env.npm_execpath;
	return script
		? run(process.execPath, [script, ...args], options)
		: run('npm', args, { shell: process.platform === 'win32', ...options });
}

/**
 * Says what is being done, and every 15 seconds that it still is.
 *
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
	const started = Date.now();
	const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
	console.log(`• ${what}`);
	const ticker = setInterval(() => console.log(`  … ${seconds()}`), 15_000);
	try {
		const result = await work();
		console.log(`  done in ${seconds()}`);
		return result;
	} finally {
		clearInterval(ticker);
	}
}

/**
 * Asks a child process to end, and makes it when it has not after 20 seconds.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
export async function stop(child) {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = once(child, 'exit');
	const impatience = setTimeout(() => child.kill('SIGKILL'), 20_000);
	child.kill('SIGTERM');
	await ended;
	clearTimeout(impatience);
}
