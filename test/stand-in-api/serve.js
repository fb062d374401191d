/**
 * The stand-in API as a program:
 * node test/stand-in-api/serve.js --port 0 [--latency ms] [--images-per-minute n]
 */
const { parseArgs } = require('node:util');
const { startStandInApi } = require('./server');

async function main() {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '0' },
			latency: { type: 'string', default: '0' },
			'images-per-minute': { type: 'string' },
		},
	});
	const imagesPerMinute = values['images-per-minute'];
	const api = await startStandInApi({
		port: Number(values.port),
		latencyMs: Number(values.latency),
		imagesPerMinute: imagesPerMinute === undefined ? undefined : Number(imagesPerMinute),
	});
	console.log(`Stand-in Images API at ${api.url}`);
}

void main();
