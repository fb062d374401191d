import { sleep, type IDataObject } from 'n8n-workflow';
import { runNode, useBinaryStorage, type Result } from '../../engine/engine';
import { startStandInApi, type Fault, type StandInApi } from '../../stand-in-api/server';
import { CASES, PLANTED, type Case, type Servers } from './faultTable';
import { hangsUp, nobody, otherProtocol, untrusted } from './wrongServers';

interface Outcome extends Result {
	readonly api: StandInApi;
}

/** Requests that reached the address that redirects lead to. */
let elsewhere: StandInApi;
let wrong: Record<'nobody' | 'untrusted' | 'hangsUp' | 'otherProtocol', { url: string }>;
const closers: Array<() => Promise<void>> = [];

async function opened<T extends { close: () => Promise<void> }>(server: Promise<T>): Promise<T> {
	const { close } = await server;
	closers.push(close);
	return await server;
}

/** Runs one row through the engine, each with a stand-in of its own. */
async function outcomeOf(
	{ faults = [], baseUrl, parameters, options }: Case,
	onError: 'continueRegularOutput' | 'stopWorkflow',
): Promise<Outcome> {
	const api = await opened(startStandInApi({ plainImages: true }));
	api.setFaults(({ index }) => faultOf(faults[Math.min(index, faults.length - 1)]));
	const servers = { standIn: api.url, other: elsewhere.url, ...urlsOf(wrong) };
	const result = await runNode({
		node: 'gptImageGenerate',
		parameters: {
			prompt: 'a red mug',
			quality: 'low',
			...parameters,
			options: { maxRetries: 1, ...options },
		},
		credential: {
			provider: 'compatible',
			apiKey: PLANTED,
			baseUrl: baseUrl?.(servers) ?? api.url,
		},
		settings: { onError },
	});
	return { ...result, api };
}

const faultOf = (fault: Fault | undefined): Fault | undefined =>
	fault?.redirect === '@other'
		? { ...fault, redirect: `${elsewhere.url}/images/generations` }
		: fault;

const urlsOf = (all: typeof wrong): Omit<Servers, 'standIn' | 'other'> => ({
	nobody: all.nobody.url,
	untrusted: all.untrusted.url,
	hangsUp: all.hangsUp.url,
	otherProtocol: all.otherProtocol.url,
});

const stored = ({ data }: Result) => JSON.stringify(data).toLowerCase();

const going: Outcome[] = [];
const stopping: Outcome[] = [];

beforeAll(async () => {
	await useBinaryStorage('filesystem');
	elsewhere = await opened(startStandInApi({ plainImages: true }));
	wrong = {
		nobody: await nobody(),
		untrusted: await opened(untrusted()),
		hangsUp: await opened(hangsUp()),
		otherProtocol: await opened(otherProtocol()),
	};
	const run = async (onError: 'continueRegularOutput' | 'stopWorkflow') =>
		await Promise.all(CASES.map(async (one) => await outcomeOf(one, onError)));
	going.push(...(await run('continueRegularOutput')));
	stopping.push(...(await run('stopWorkflow')));
}, 60_000);
afterAll(async () => void (await Promise.all(closers.map(async (close) => await close()))));

const indexed = CASES.map((one, index) => [one.name, one, index] as const);

describe('where the node goes on', () => {
	it.each(indexed)(
		'%s',
		(_name, { error, requests, attempts = requests, warnings = [] }, index) => {
			const { items, api, status } = going[index];
			expect(status).toBe('success');
			expect(api.requests).toHaveLength(requests);

			const [{ json, binary }] = items;
			if (!error) {
				expect(json).toMatchObject({ outputFormat: 'png', attempts });
				expect(json.warnings).toEqual(warnings.map((one) => expect.stringMatching(one)));
				expect(binary?.data).toMatchObject({ mimeType: 'image/png', fileExtension: 'png' });
				return;
			}
			expect(Object.keys(json)).toEqual(['error', 'details']);
			expect(json.error).toMatch(error.says);
			const details = json.details as IDataObject;
			expect(details).toMatchObject({
				kind: error.kind,
				retryable: error.retryable ?? false,
				mayHaveBeenBilled: error.billed ?? false,
				attempts,
				...error.details,
			});
			expect(details.hint).toMatch(error.hint);
		},
	);
});

describe('where the node stops, its error says the same', () => {
	it.each(indexed.filter(([, { error }]) => error))('%s', (_name, { error, requests }, index) => {
		const { status, error: thrown, api } = stopping[index];
		expect(status).toBe('error');
		expect(api.requests).toHaveLength(requests);
		expect(thrown?.message).toMatch(error?.says ?? '');
		expect(thrown?.message).toMatch(/ \[item 0\]$/);
		expect(thrown?.description).toMatch(error?.hint ?? '');
		expect(thrown?.context?.itemIndex).toBe(0);
	});
});

it('an image that was billed is delivered, or its row says that it may have been', () => {
	for (const [index, { api, items }] of going.entries()) {
		const { name, baseUrl } = CASES[index];
		if (baseUrl) continue;
		const delivered = items.some(({ binary }) => binary);
		const details = items[0].json.details as IDataObject | undefined;
		const accounted = delivered || details?.mayHaveBeenBilled === true;
		expect([name, accounted]).toEqual([name, api.billedImages > 0]);
	}
});

it('the key is nowhere in what n8n would store', () => {
	const leaks = [...going, ...stopping].map(stored).filter((text) => text.includes('planted'));
	expect(leaks).toEqual([]);
});

it('no redirect leads a request elsewhere', () => {
	expect(elsewhere.requests).toEqual([]);
});

it('every socket is closed in the end', async () => {
	const open = () => CASES.filter((_, index) => going[index].api.openRequests > 0);
	for (let tries = 0; tries < 20 && open().length > 0; tries++) await sleep(50);
	expect(open().map(({ name }) => name)).toEqual([]);
});

it('there are at least 40 faults, under names of their own', () => {
	expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
	expect(CASES.length).toBeGreaterThanOrEqual(40);
});
