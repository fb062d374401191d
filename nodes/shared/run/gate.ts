import { readDuration } from '../api/duration';
import type { ApiAnswer } from '../api/transport';
import { wait } from './wait';

export { readDuration };

/**
 * Gives a turn back. A good answer lets one more request run beside the others, unless it was sent
 * before the last rate limit.
 */
export type Leave = (result: 'good' | 'bad') => void;

/** Lets requests through: so many at once, and none while a rate limit holds. */
export interface Gate {
	/**
	 * Waits for a turn. First come, first served, but a row that was sent before goes first, and
	 * the one that was sent most often before all: none is to run out of retries.
	 */
	enter(request: { readonly images: number; readonly attempts: number }): Promise<Leave>;
	/** Reads what the rate limit has left from the headers of an answer. */
	observe(headers: ApiAnswer['headers']): void;
	/** After a rate limit: nothing starts until then, then one at a time at first. */
	holdUntil(time: number): void;
}

/** What a rate limit counts, and how many of them a request takes. */
const COUNTED = {
	'input-images': (images: number) => images,
	requests: () => 1,
	tokens: () => 1,
} as const;

type Counted = keyof typeof COUNTED;

/** No header makes a request wait for longer, in milliseconds; a real limit answers with a 429. */
const LONGEST_SLOWDOWN = 60_000;

/** What is left of one rate limit, as far as the answers have told. */
interface Allowance {
	readonly left: number;
	/** Milliseconds until there is one more, again and again. */
	readonly msForOne: number;
	/** When the next one is there, in milliseconds since 1970. */
	readonly nextAt: number;
}

/**
 * Reads what an answer says is left. `x-ratelimit-reset-*` tells when all of the limit is back; it
 * comes back evenly (OpenAI rate limit guide).
 */
function readAllowance(
	headers: ApiAnswer['headers'],
	counted: Counted,
	known: Allowance | undefined,
): Allowance | undefined {
	const limit = Number(headers[`x-ratelimit-limit-${counted}`] ?? NaN);
	const left = Number(headers[`x-ratelimit-remaining-${counted}`] ?? NaN);
	const reset = readDuration(headers[`x-ratelimit-reset-${counted}`] ?? '');
	if (!(limit > left) || reset === undefined) return known;
	// No more than that: a day's limit, or a reset time in another form, must not halt the run.
	const msForOne = Math.min(reset / (limit - left), LONGEST_SLOWDOWN);
	// Once none is left, the next one comes when it was due, however late an answer says "none left".
	const nextAt = known && known.left < 1 && left < 1 ? known.nextAt : Date.now() + msForOne;
	return { left, msForOne, nextAt };
}

/** When so many are there; 0 when they are there now. */
const readyAt = ({ left, msForOne, nextAt }: Allowance, needed: number) =>
	left >= needed ? 0 : nextAt + Math.min((needed - left - 1) * msForOne, LONGEST_SLOWDOWN);

function take(allowance: Allowance, needed: number): Allowance {
	const { left, msForOne } = allowance;
	if (left >= needed) return { ...allowance, left: left - needed };
	const nextAt = Math.max(readyAt(allowance, needed), Date.now()) + msForOne;
	return { left: 0, msForOne, nextAt };
}

export function createGate(concurrency: number, signal?: AbortSignal): Gate {
	const waiting: Array<{ images: number; attempts: number; start: (leave: Leave) => void }> = [];
	const allowances = new Map<Counted, Allowance>();
	let running = 0;
	/** Rate limits so far; how many requests sent since the last one may run, and how many do. */
	let limits = 0;
	let limit = concurrency;
	let runningSince = 0;
	let opensAt = 0;
	let opening = false;

	function letIn(): void {
		while (waiting.length > 0 && running < concurrency && runningSince < limit && !opening) {
			const [{ images, start }] = waiting;
			const ready = [...allowances].map(([counted, allowance]) =>
				readyAt(allowance, COUNTED[counted](images)),
			);
			const pause = Math.max(opensAt, ...ready) - Date.now();
			if (pause > 0 && !signal?.aborted) {
				opening = true;
				void wait(pause, signal).then(reopen);
				return;
			}
			for (const [counted, allowance] of allowances)
				allowances.set(counted, take(allowance, COUNTED[counted](images)));
			waiting.shift();
			start(turn());
		}
	}

	function turn(): Leave {
		running++;
		runningSince++;
		const startedAfter = limits;
		return (result) => {
			running--;
			if (startedAfter === limits) {
				runningSince--;
				if (result === 'good') limit = Math.min(limit + 1, concurrency);
			}
			letIn();
		};
	}

	function reopen(): void {
		opening = false;
		letIn();
	}

	return {
		async enter({ images, attempts }) {
			return await new Promise<Leave>((start) => {
				const after = waiting.findLastIndex((other) => other.attempts >= attempts);
				waiting.splice(after + 1, 0, { images, attempts, start });
				letIn();
			});
		},
		observe(headers) {
			for (const counted of Object.keys(COUNTED) as Counted[]) {
				const allowance = readAllowance(headers, counted, allowances.get(counted));
				if (allowance) allowances.set(counted, allowance);
			}
		},
		holdUntil(time) {
			opensAt = Math.max(opensAt, time);
			limits++;
			limit = 1;
			runningSince = 0;
		},
	};
}
