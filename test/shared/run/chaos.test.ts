import type { IDataObject } from 'n8n-workflow';
import errors from '../../stand-in-api/errors';
import { bytesOf, start, useBinaryStorage, type Result } from '../../engine/engine';
import {
	apiFaults,
	startStandInApi,
	type Fault,
	type LoggedRequest,
	type StandInApi,
} from '../../stand-in-api/server';
import { print } from '../../engine/print';
import { complaintsDuring } from './complaints';

const ROWS = 1000;
const FAULTY = 0.2;
const CONCURRENCY = 16;
/** Longer than a busy machine may need for a request that nothing is wrong with. */
const TIMEOUT_SECONDS = 3;
const SEED = 20261121;

/** Every family of faults; what is uncertain was billed here, so that the bills can be compared. */
const FAULTS: readonly Fault[] = [
	// Certainly not billed, and sent again.
	{ status: 500 },
	{ status: 500 },
	{ status: 503, body: { error: { message: 'Overloaded.', type: 'server_error' } } },
	{ status: 408 },
	{ status: 409 },
	apiFaults.rateLimited(20),
	{ html: 429, headers: { 'retry-after': '0.02' } },
	{ ...apiFaults.slowDown, headers: { 'retry-after-ms': '20' } },
	// Refused for good.
	{ status: 400 },
	{ status: 422 },
	errors.moderationBlocked('req_chaos'),
	errors.noTransparency('gpt-image-2'),
	apiFaults.outOfCredit,
	apiFaults.billingLimit,
	apiFaults.notVerified,
	errors.wrongKey('sk-wrong'),
	errors.noSuchModel('gpt-image-2'),
	{ html: 403 },
	{ html: 404 },
	{ redirect: 'http://127.0.0.1:9/v1/images/generations' },
	// Uncertain.
	{ cut: 'beforeHeaders' },
	{ cut: 'afterHeaders' },
	{ cut: 'inBody' },
	{ cut: 'inBody', gzip: true },
	{ truncateJson: true },
	{ html: 502 },
	{ html: 503 },
	{ html: 520 },
	{ html: 524 },
	{ body: '<html></html>' },
	{ answer: (answer: object) => ({ ...answer, data: [] }) },
	{ answer: () => ({ error: { message: 'Sorry' } }) },
	{ delayMs: 20_000 },
	{ drip: { bytesPerChunk: 1, everyMs: 100 } },
	// Odd, and yet an image.
	{ gzip: true },
	{ chunks: [1, 1, 1, 50] },
	{ contentType: 'text/html' },
];

/** A number from 0 to 1 that depends on nothing but what it is asked for (mulberry32). */
function chance(...of: readonly number[]): number {
	let seed = of.reduce((mixed, one) => Math.imul(mixed ^ one, 0x9e3779b1) + 1, SEED);
	seed = Math.imul(seed ^ (seed >>> 15), seed | 1);
	seed ^= seed + Math.imul(seed ^ (seed >>> 7), seed | 61);
	return ((seed ^ (seed >>> 14)) >>> 0) / 2 ** 32;
}

const promptOf = (row: number) => `Picture ${row}`;
const promptIn = ({ json }: LoggedRequest) => (json as { prompt: string }).prompt;

let api: StandInApi;
let result: Result;
let listeners: number;
let complaints: string[];
let seconds: number;
/** Requests of each row, as the stand-in saw them. */
const sent = new Map<string, LoggedRequest[]>();
let faulty = 0;

beforeAll(async () => {
	api = await startStandInApi({ plainImages: true });
	await useBinaryStorage('filesystem');
	api.setFaults((request) => {
		const row = promptIn(request);
		const requests = [...(sent.get(row) ?? []), request];
		sent.set(row, requests);
		const ask = [Number(row.split(' ')[1]), requests.length];
		if (chance(...ask, 1) >= FAULTY) return undefined;
		faulty++;
		return FAULTS[Math.floor(chance(...ask, 2) * FAULTS.length)];
	});
	complaints = await complaintsDuring(async () => {
		const from = Date.now();
		const execution = await start({
			node: 'gptImageGenerate',
			parameters: {
				prompt: '={{ $json.prompt }}',
				quality: 'low',
				options: { concurrency: CONCURRENCY, timeout: TIMEOUT_SECONDS },
			},
			items: Array.from({ length: ROWS }, (_, row) => ({ json: { prompt: promptOf(row) } })),
			credential: { provider: 'compatible', apiKey: 'sk-chaos', baseUrl: api.url },
			settings: { onError: 'continueRegularOutput' },
		});
		result = await execution.done;
		listeners = execution.listeners();
		seconds = (Date.now() - from) / 1000;
	});
}, 120_000);
afterAll(async () => await api.close());

const detailsOf = ({ json }: Result['items'][number]) => json.details as IDataObject | undefined;

test('a fifth of all requests goes wrong, in every way there is', () => {
	expect(faulty / api.requests.length).toBeGreaterThan(0.15);
	expect(faulty / api.requests.length).toBeLessThan(0.25);
	const kinds = new Set(result.items.map((item) => detailsOf(item)?.kind).filter(Boolean));
	expect([...kinds].sort()).toEqual(
		'auth invalidRequest moderation network quota server timeout verification'.split(' '),
	);
});

test('every row ends as its image or as its own error, in the order of the input', async () => {
	expect(result.status).toBe('success');
	expect(result.items).toHaveLength(ROWS);
	for (const [row, item] of result.items.entries()) {
		expect(item.pairedItem).toEqual({ item: row });
		const requests = sent.get(promptOf(row)) ?? [];
		const details = detailsOf(item);
		expect(details?.attempts ?? item.json.attempts).toBe(requests.length);
		if (details) {
			const { requestId, status } = requests.at(-1) as LoggedRequest;
			if (details.requestId) expect(details.requestId).toBe(requestId);
			if (details.status) expect(details.status).toBe(status);
		} else {
			expect(item.json.prompt).toBe(promptOf(row));
			const bytes = await bytesOf(item.binary?.data);
			expect(bytes.subarray(1, 4).toString()).toBe('PNG');
		}
	}
});

test('what was billed is what was delivered and what is flagged, to the image', () => {
	const delivered = result.items.filter(({ binary }) => binary).length;
	const flagged = result.items.filter((item) => detailsOf(item)?.mayHaveBeenBilled).length;
	const wrong = result.items.filter((item, row) => {
		const [request] = sent.get(promptOf(row))?.filter(({ billedImages }) => billedImages) ?? [];
		const accounted = item.binary !== undefined || detailsOf(item)?.mayHaveBeenBilled === true;
		return accounted !== (request !== undefined);
	});
	expect(wrong).toEqual([]);
	expect(delivered + flagged).toBe(api.billedImages);
	expect(flagged).toBeGreaterThan(30);
	const failed = ROWS - delivered;
	print(
		`${ROWS} rows, ${api.requests.length} requests, ${faulty} of them faulty: ${delivered} images and ${flagged} flagged = ${api.billedImages} billed; ${failed} rows failed; ${seconds} s`,
	);
});

test('no row is billed twice', () => {
	for (const [row, requests] of sent) {
		const billed = requests.reduce((sum, { billedImages }) => sum + billedImages, 0);
		expect([row, billed <= 1]).toEqual([row, true]);
	}
});

test('no more requests are under way than asked for', () => {
	expect(api.peakOpenRequests).toBeLessThanOrEqual(CONCURRENCY);
});

test('nothing is left behind: no listener, no warning, no lost rejection', () => {
	expect(listeners).toBe(0);
	expect(complaints).toEqual([]);
});
