import type { Estimate } from './estimate';
import { formatUsd, sumUsd } from './money';

/** What all requests of a run cost together. */
export interface RunCost {
	/** USD; what is not known exactly counts as the most it can be. */
	readonly usd: number;
	/** False where a model is not known: then it may cost more. */
	readonly bounded: boolean;
}

export const runCost = (estimates: readonly Estimate[]): RunCost => ({
	usd: sumUsd(estimates.map(({ usd }) => usd)),
	bounded: estimates.every(({ modelKnown }) => modelKnown),
});

/** True where the run certainly costs no more than the limit, in USD. */
export const isWithin = ({ usd, bounded }: RunCost, limit: number): boolean =>
	bounded && usd <= limit;

/** How many of the dearest rows a message names. */
const NAMED_ROWS = 3;

const count = (number: number, noun: string) =>
	`${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;

function dearestRows(estimates: readonly Estimate[]): string {
	return estimates
		.map(({ usd }, row) => ({ usd, row }))
		.sort((a, b) => b.usd - a.usd || a.row - b.row)
		.slice(0, NAMED_ROWS)
		.map(({ usd, row }) => `item ${row} (${formatUsd(usd)})`)
		.join(', ');
}

/**
 * Why a run may not start, or `undefined` where it may.
 * @param estimates of every row, in the order of the items
 * @param limit USD
 * @param limitName the parameter's label
 */
export function overLimit(
	estimates: readonly Estimate[],
	limit: number,
	limitName: string,
): { readonly message: string; readonly hint: string } | undefined {
	const run = runCost(estimates);
	if (isWithin(run, limit)) return undefined;
	const unknown = estimates.find(({ modelKnown }) => !modelKnown);
	if (unknown)
		return {
			message: `The run cannot be held to '${limitName}' ${formatUsd(limit)}: its cost is not known`,
			hint: unknown.notes.join(' '),
		};
	const exact = estimates.every((estimate) => estimate.exact);
	return {
		message: `The run of ${count(estimates.length, 'row')} costs ${exact ? '' : 'up to '}${formatUsd(run.usd)}, more than '${limitName}' ${formatUsd(limit)}`,
		hint: `Dearest: ${dearestRows(estimates)}. Lower 'Quality', 'Size' or 'Number of Images', run fewer items, or raise '${limitName}'.`,
	};
}

/** One line for the output pane after a run. */
export function runSummary(run: {
	readonly images: number;
	readonly failedRows: number;
	readonly usd: number;
	/** Whether every cost is exact. */
	readonly exact: boolean;
}): string {
	const { images, failedRows, usd, exact } = run;
	const failed = failedRows ? `, ${count(failedRows, 'row')} failed` : '';
	return `${count(images, 'image')}${failed}, ${exact ? '' : 'about '}${formatUsd(usd)}`;
}
