const { execFile } = require('node:child_process');
const { rm, writeFile } = require('node:fs/promises');
const path = require('node:path');
const { promisify } = require('node:util');
const { dest, parallel, series, src } = require('gulp');

const run = promisify(execFile);

const clean = () => rm('dist', { recursive: true, force: true });

/** Strict TypeScript to CommonJS: n8n finds its own packages through `require` only. */
async function compile() {
	try {
		await run(process.execPath, [require.resolve('typescript/bin/tsc')]);
	} catch (error) {
		throw new Error(error.stdout);
	}
}

/**
 * The package ships without dependencies: the module that reads the vocabulary from gpt-tokenizer
 * is run here, and a file with what it exports takes its place.
 */
async function tokenizer() {
	const file = path.resolve('dist/nodes/shared/cost/o200k.js');
	await writeFile(file, `module.exports = ${JSON.stringify({ ...require(file) })};\n`);
}

const assets = () =>
	src(['icons/*.svg', 'nodes/**/*.node.json'], { base: '.', encoding: false }).pipe(dest('dist'));

exports.build = series(clean, parallel(series(compile, tokenizer), assets));
