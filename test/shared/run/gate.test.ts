import { createGate, readDuration, type Gate, type Leave } from '../../../nodes/shared/run/gate';
import { pause, settle } from '../../clock';
import { seeded } from '../api/answers';

const one = { images: 1, attempts: 0 };

/** Asks for turns by name and writes down who got one, and when. */
function visitors(gate: Gate) {
	const from = Date.now();
	const entered: string[] = [];
	const turns: Leave[] = [];
	const at: Record<string, number> = {};
	return {
		entered,
		at,
		/** Of those who have a turn, who got it first gives it back. */
		leave: (result: 'good' | 'bad') => turns.shift()?.(result),
		ask: async (name: string, request: Partial<typeof one> = {}) => {
			turns.push(await gate.enter({ ...one, ...request }));
			entered.push(name);
			at[name] = Date.now() - from;
		},
	};
}

describe('turns', () => {
	it('come in the order of asking', async () => {
		const gate = createGate(1);
		const { entered, ask, leave } = visitors(gate);
		const all = ['a', 'b', 'c', 'd'].map(async (name) => await ask(name));
		for (let turn = 1; turn <= 4; turn++) {
			await settle();
			expect(entered).toEqual(['a', 'b', 'c', 'd'].slice(0, turn));
			leave('good');
		}
		await Promise.all(all);
	});

	it('come first to the row that was sent most often', async () => {
		const gate = createGate(1);
		const { entered, ask, leave } = visitors(gate);
		void ask('running');
		void ask('waiting');
		void ask('again', { attempts: 1 });
		void ask('also again', { attempts: 1 });
		void ask('once more', { attempts: 2 });
		for (let turn = 1; turn < 5; turn++) {
			await settle();
			leave('bad');
		}
		await settle();
		expect(entered).toEqual(['running', 'once more', 'again', 'also again', 'waiting']);
	});

	it('are never more at once than the concurrency, and are all used', async () => {
		const gate = createGate(4);
		const random = seeded(4);
		let open = 0;
		const seen: number[] = [];
		await Promise.all(
			Array.from({ length: 100 }, async () => {
				const leave = await gate.enter(one);
				seen.push(++open);
				for (let turns = Math.floor(random() * 4); turns >= 0; turns--) await settle();
				open--;
				leave(random() < 0.5 ? 'good' : 'bad');
			}),
		);
		expect(seen).toHaveLength(100);
		expect(Math.max(...seen)).toBe(4);
	});
});

describe('after a rate limit', () => {
	it('nothing starts before its time, then one at a time, and each good answer adds one', async () => {
		const gate = createGate(3);
		const { entered, at, ask, leave } = visitors(gate);
		gate.holdUntil(Date.now() + 200);
		const names = ['a', 'b', 'c', 'd', 'e', 'f'];
		const all = names.map(async (name) => await ask(name));

		await all[0];
		expect(at.a).toBeGreaterThanOrEqual(199);
		await settle();
		expect(entered).toHaveLength(1);
		leave('good');
		await settle();
		expect(entered).toHaveLength(3);
		leave('good');
		await settle();
		// Two more: one for the turn given back, one because the limit grew to three.
		expect(entered).toHaveLength(5);
		leave('good');
		await settle();
		expect(entered).toHaveLength(6);
		await Promise.all(all);
	});

	it('a request that was sent before neither keeps others waiting nor lets more in', async () => {
		const gate = createGate(3);
		const { entered, ask, leave } = visitors(gate);
		for (const name of ['refused', 'slow', 'slower', 'a', 'b', 'c']) void ask(name);
		await settle();
		gate.holdUntil(Date.now());
		leave('bad');
		await settle();
		expect(entered).toEqual(['refused', 'slow', 'slower', 'a']);
		leave('good');
		leave('good');
		await settle();
		expect(entered).toHaveLength(4);
		leave('good');
		await settle();
		expect(entered).toEqual(['refused', 'slow', 'slower', 'a', 'b', 'c']);
	});

	it('a bad answer adds none', async () => {
		const gate = createGate(3);
		const { entered, ask, leave } = visitors(gate);
		gate.holdUntil(Date.now());
		for (const name of ['a', 'b', 'c']) void ask(name);
		await settle();
		leave('bad');
		await settle();
		expect(entered).toEqual(['a', 'b']);
	});

	it('an earlier time does not shorten the wait', async () => {
		const gate = createGate(1);
		const { at, ask } = visitors(gate);
		gate.holdUntil(Date.now() + 200);
		gate.holdUntil(Date.now() + 10);
		await ask('a');
		expect(at.a).toBeGreaterThanOrEqual(199);
	});

	it('a later time is kept even while one waits for the first', async () => {
		const gate = createGate(1);
		const { at, ask } = visitors(gate);
		gate.holdUntil(Date.now() + 50);
		const asked = ask('a');
		gate.holdUntil(Date.now() + 200);
		await asked;
		expect(at.a).toBeGreaterThanOrEqual(195);
	});

	it('who waits is let go at once when the run is cancelled', async () => {
		const cancelled = new AbortController();
		const gate = createGate(2, cancelled.signal);
		const { at, ask, leave } = visitors(gate);
		gate.holdUntil(Date.now() + 60_000);
		const asked = [ask('a'), ask('b')];
		await settle();
		expect(at).toEqual({});
		cancelled.abort();
		await asked[0];
		leave('bad');
		await asked[1];
		expect(Math.max(at.a, at.b)).toBeLessThan(5_000);
	});
});

describe('what the headers say is left', () => {
	const headers = (counted: string, limit: number, left: number, reset: string) => ({
		[`x-ratelimit-limit-${counted}`]: String(limit),
		[`x-ratelimit-remaining-${counted}`]: String(left),
		[`x-ratelimit-reset-${counted}`]: reset,
	});

	it('is used without a pause', async () => {
		const gate = createGate(9);
		const { entered, ask } = visitors(gate);
		gate.observe(headers('input-images', 5, 2, '60s'));
		for (const name of ['a', 'b', 'c']) void ask(name);
		await settle();
		expect(entered).toEqual(['a', 'b']);
	});

	it.each(['input-images', 'requests', 'tokens'])(
		'when no %s are left, the next start as they come back',
		async (counted) => {
			const gate = createGate(9);
			const { at, ask } = visitors(gate);
			// Five in 500 ms: one each 100 ms.
			gate.observe(headers(counted, 5, 0, '500ms'));
			await Promise.all(['a', 'b', 'c'].map(async (name) => await ask(name)));
			expect(at.a).toBeGreaterThanOrEqual(99);
			expect(at.b).toBeGreaterThanOrEqual(198);
			expect(at.c).toBeGreaterThanOrEqual(297);
			expect(at.c).toBeLessThan(2_000);
		},
	);

	it('a request of three images waits for three', async () => {
		const gate = createGate(9);
		const { at, ask } = visitors(gate);
		gate.observe(headers('input-images', 5, 0, '500ms'));
		await ask('three', { images: 3 });
		expect(at.three).toBeGreaterThanOrEqual(299);
		expect(at.three).toBeLessThan(2_000);
	});

	it('a late "none left" does not start the wait anew', async () => {
		const gate = createGate(9);
		const { at, ask } = visitors(gate);
		gate.observe(headers('input-images', 1, 0, '600ms'));
		const asked = ask('a');
		await pause(500);
		gate.observe(headers('input-images', 1, 0, '600ms'));
		await asked;
		void ask('b');
		await settle();
		expect(at.a).toBeGreaterThanOrEqual(599);
		expect(at.a).toBeLessThan(1_000);
		expect(at.b).toBeUndefined();
	});

	it.each([
		['no headers', {}],
		['a limit that is untouched', headers('requests', 5, 5, '10s')],
		['a limit that is no number', headers('requests', NaN, 0, '10s')],
		['a time that cannot be read', headers('requests', 5, 0, 'soon')],
		['a count of something else', headers('project-tokens', 5, 0, '10s')],
	])('is nothing to wait for: %s', async (_name, said) => {
		const gate = createGate(2);
		const { entered, ask } = visitors(gate);
		gate.observe(said);
		void ask('a');
		await settle();
		expect(entered).toEqual(['a']);
	});
});

describe('a duration', () => {
	it.each([
		['6m0s', 360_000],
		['1.5s', 1500],
		['120ms', 120],
		['1h2m3s', 3_723_000],
		['1d', 86_400_000],
		['12', 12_000],
		['0.5', 500],
		['0s', 0],
	])('%s is %d ms', (text, ms) => {
		expect(readDuration(text)).toBe(ms);
	});

	it.each(['', 'soon', '-5', '5 s', '1m and more', 's', '2026-11-21T00:00:00Z'])(
		'%j is none',
		(text) => {
			expect(readDuration(text)).toBeUndefined();
		},
	);
});
