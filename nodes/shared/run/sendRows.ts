import type { IExecuteFunctions } from 'n8n-workflow';
import type { Connection } from '../api/connection';
import { ImageError, isNoFailure } from '../api/errors';
import { baseNameFrom, createNames, nameOfImage } from '../images/fileNames';
import { createGate } from './gate';
import { ledgerKeys, type Ledger } from './ledger';
import type { ImageRow, PaidRow, RowResult } from './row';
import { sendRow, type Run } from './sendRow';

/** A row that can be sent, or what is wrong with it. */
export type Row = ImageRow | ImageError;

/** What became of a row: its images, or why there are none. */
export type Outcome = PaidRow | ImageError;

interface Order {
	readonly context: IExecuteFunctions;
	readonly connection: Connection;
	readonly ledger: Ledger;
	/** Whether the first row that fails ends the run. */
	readonly stops: boolean;
}

/**
 * Sends rows, as many at a time as the first one says, and gives their outcomes in the order of
 * the rows. What the ledger knows is not sent again. `ending` is the row that ended the run.
 */
export async function sendRows(
	{ context, connection, ledger, stops }: Order,
	rows: readonly Row[],
): Promise<{
	readonly outcomes: readonly Outcome[];
	readonly ending?: { readonly failure: ImageError; readonly index: number };
}> {
	let ending: { readonly failure: ImageError; readonly index: number } | undefined;
	const halt = new AbortController();
	const abort = () => halt.abort();
	const cancelled = context.getExecutionCancelSignal();
	if (cancelled?.aborted) abort();
	cancelled?.addEventListener('abort', abort);
	const gate = createGate(concurrencyOf(rows), halt.signal);
	const run: Run = { context, connection, gate, halted: halt.signal };
	const fileNames = fileNamesOf(rows);
	const keys = ledgerKeys(rows.map((row) => (row instanceof ImageError ? '' : row.identity)));

	async function outcomeOf(row: ImageRow, index: number): Promise<Outcome> {
		const key = keys[index];
		const names = fileNames[index];
		const known = await ledger.find(row, key);
		if (known instanceof ImageError) return known;
		if (known) return { row, result: renamed(known, names) };
		const result = await sendOrFallBack(run, row, names);
		ledger.note(key, result);
		return result instanceof ImageError ? result : { row, result };
	}

	const outcomes = await Promise.all(
		rows.map(async (row, index) => {
			const outcome = row instanceof ImageError ? row : await outcomeOf(row, index);
			if (stops && outcome instanceof ImageError) {
				ending ??= { failure: outcome, index };
				abort();
			}
			return outcome;
		}),
	);
	cancelled?.removeEventListener('abort', abort);
	return { outcomes, ending };
}

/** Where the model refuses a transparent background, which is not billed, the fallback makes it. */
async function sendOrFallBack(
	run: Run,
	row: ImageRow,
	names: readonly string[],
): Promise<RowResult | ImageError> {
	const { modelId, send } = row;
	const result = await sendRow(run, row, names);
	const refused = result instanceof ImageError && result.details.param === 'background';
	if (!refused || send.fallbackModel === '' || send.fallbackModel === modelId) return result;
	const other = await sendRow(run, { ...row, modelId: send.fallbackModel }, names);
	if (other instanceof ImageError) return other;
	const why = `Made with ${other.modelId}, because ${modelId} refuses a transparent background`;
	return { ...other, warnings: [...other.warnings, why] };
}

function concurrencyOf(rows: readonly Row[]): number {
	const first = rows.find(isNoFailure);
	return first?.send.concurrency ?? 1;
}

/** Names of all images of all rows, fixed before the first is sent so that they are always the same. */
function fileNamesOf(rows: readonly Row[]): string[][] {
	const unique = createNames();
	return rows.map((row) => {
		if (row instanceof ImageError) return [];
		const { output, suggestedName, n } = row;
		const base = output.fileName ? baseNameFrom(output.fileName) : suggestedName;
		return Array.from({ length: n }, (_, index) => unique(n > 1 ? `${base}-${index + 1}` : base));
	});
}

/** Images that were paid for in an earlier try, under the names they have now. */
function renamed(result: RowResult, names: readonly string[]): RowResult {
	const images = result.images.map((image, index) => {
		const fileName = nameOfImage(names, index, image.header);
		return { ...image, binary: { ...image.binary, fileName } };
	});
	return { ...result, images };
}
