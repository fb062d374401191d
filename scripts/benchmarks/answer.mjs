/**
 * Memory and time of ten 8 MB images in one answer: read as a stream, as the nodes do, and side by
 * side as a whole with JSON.parse. Each way has a process of its own; the answer comes in chunks
 * of 64 KB, as a socket gives them, and each image is let go once it is there.
 *
 * node scripts/benchmarks/answer.mjs (after npm run build)
 */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const IMAGES = 10;
const BYTES = 8 * 1024 * 1024;
const CHUNK = 64 * 1024;
const ROUNDS = 5;

const require = createRequire(import.meta.url);

/** Made piece by piece, so that making it takes no memory of the readers'. */
async function* answer() {
	// A multiple of three bytes becomes base64 that can be followed by more.
	const piece = Buffer.alloc((CHUNK * 3) / 4, 'an image of many colours').toString('base64');
	const whole = Math.floor(BYTES / ((CHUNK * 3) / 4));
	const rest = Buffer.alloc(BYTES - (whole * CHUNK * 3) / 4, 7).toString('base64');
	yield Buffer.from('{"created":1,"data":[');
	for (let image = 0; image < IMAGES; image++) {
		yield Buffer.from(`${image > 0 ? ',' : ''}{"b64_json":"`);
		for (let count = 0; count < whole; count++) yield Buffer.from(piece);
		yield Buffer.from(`${rest}"}`);
	}
	yield Buffer.from('],"usage":{"total_tokens":1}}');
}

const WAYS = {
	async stream() {
		const { readImagesAnswer } = require('../../dist/nodes/shared/api/imagesAnswer.js');
		let bytes = 0;
		await readImagesAnswer(answer(), async (image) => {
			bytes += image.length;
		});
		return bytes;
	},
	async parse() {
		const chunks = [];
		for await (const chunk of answer()) chunks.push(chunk);
		const { data } = JSON.parse(Buffer.concat(chunks).toString());
		let bytes = 0;
		for (const { b64_json: text } of data) bytes += Buffer.from(text, 'base64').length;
		return bytes;
	},
};

const MB = 1024 * 1024;
const [way] = process.argv.slice(2);

if (way) {
	const before = process.memoryUsage.rss();
	const from = performance.now();
	const bytes = await WAYS[way]();
	const ms = performance.now() - from;
	if (bytes !== IMAGES * BYTES) throw new Error(`${bytes} bytes came, not ${IMAGES * BYTES}`);
	const peak = process.resourceUsage().maxRSS * 1024;
	console.log(JSON.stringify({ megabytes: (peak - before) / MB, ms }));
} else {
	const median = (all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)];
	console.log(`${IMAGES} images of ${BYTES / MB} MB, median of ${ROUNDS} processes`);
	for (const name of Object.keys(WAYS)) {
		const rounds = Array.from({ length: ROUNDS }, () =>
			JSON.parse(
				execFileSync(process.execPath, [fileURLToPath(import.meta.url), name], {
					encoding: 'utf8',
				}),
			),
		);
		const megabytes = median(rounds.map((round) => round.megabytes)).toFixed(0);
		const ms = median(rounds.map((round) => round.ms)).toFixed(0);
		console.log(`${name.padEnd(8)} +${megabytes} MB at its peak, ${ms} ms`);
	}
}
