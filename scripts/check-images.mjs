/**
 * Opens every image that `npm start` made and compares it with what the sheet asked for:
 * node scripts/check-images.mjs [folder]
 */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { readCsv } from './csv.mjs';
import { examples, runFolder } from './n8n/paths.mjs';

const folder = process.argv[2] ?? path.join(runFolder, 'images');
const table = async (file) => readCsv(await readFile(file, 'utf8'));

const products = await table(path.join(examples, 'products.csv'));
const results = await table(path.join(folder, 'results.csv'));
const problems = [];

for (const { name, prompt, format, size } of products) {
	const result = results.find((row) => row.prompt === prompt);
	try {
		if (!result?.fileName) throw new Error(result?.error ?? 'no row in results.csv');
		const wanted = { format, size, bytes: Number(result.bytes) };
		assert.deepEqual(await open(result.fileName), wanted);
		assert.equal(result.size, size);
		assert.ok(result.tokens > 0, 'no tokens in results.csv');
	} catch (error) {
		problems.push(`${name}: ${error.message}`);
	}
}

const files = (await readdir(folder)).filter((file) => file !== 'results.csv');
if (files.length !== products.length) {
	problems.push(`${files.length} files for ${products.length} rows: ${files.join(', ')}`);
}

for (const problem of problems) console.error(`✗ ${problem}`);
if (problems.length === 0) {
	console.log(`✓ ${files.length} images, each of the format and size that its row asked for`);
}
process.exitCode = problems.length > 0 ? 1 : 0;

/** Decodes the whole image: a header alone would open as well. */
async function open(name) {
	const bytes = await readFile(path.join(folder, name));
	const { info } = await sharp(bytes).toBuffer({ resolveWithObject: true });
	return { format: info.format, size: `${info.width}x${info.height}`, bytes: bytes.length };
}
