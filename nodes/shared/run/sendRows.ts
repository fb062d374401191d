import type { IExecuteFunctions } from 'n8n-workflow';
import type { Connection } from '../api/connection';
import { EARLIER_MAY_BE_BILLED, ImageError, isNoFailure } from '../api/errors';
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

export interface Failure {
	readonly failure: ImageError;
	/** Place of its row. */
	readonly index: number;
}

/**
 * Sends rows, as many at a time as the first one says, and gives their outcomes in the order of
 * the rows, and their failures in the order of time. What the ledger knows is not sent again.
 * Where a failure stops the run, nothing is sent when one is known before, and nothing new after.
 */
export async function sendRows(
	{ context, connection, ledger, stops }: Order,
	rows: readonly Row[],
): Promise<{ readonly outcomes: readonly Outcome[]; readonly failures: readonly Failure[] }> {
	const keys = ledgerKeys(rows.map((row) => (row instanceof ImageError ? '' : row.identity)));
	const known = await knownOf(rows, keys, ledger);
	const failures = known.flatMap((failure, index) =>
		failure instanceof ImageError ? [{ failure, index }] : [],
	);
	if (stops && failures.length > 0) return { outcomes: [], failures };

	const halt = new AbortController();
	const stop = () => halt.abort();
	const cancelled = context.getExecutionCancelSignal();
	if (cancelled?.aborted) stop();
	cancelled?.addEventListener('abort', stop);
	const gate = createGate(rows.find(isNoFailure)?.send.concurrency ?? 1, halt.signal);
	const failed = () => {
		if (stops) stop();
	};
	const run: Run = { context, connection, gate, halted: halt.signal, failed };
	const fileNames = fileNamesOf(rows);

	const outcomes = await Promise.all(
		rows.map(async (row, index): Promise<Outcome> => {
			const before = known[index];
			if (row instanceof ImageError) return row;
			if (before instanceof ImageError) return before;
			if (before) return { row, result: renamed(before, fileNames[index]) };
			const result = await sendOrFallBack(run, row, fileNames[index]);
			ledger.note(keys[index], result);
			if (!(result instanceof ImageError)) return { row, result };
			failures.push({ failure: result, index });
			return result;
		}),
	);
	cancelled?.removeEventListener('abort', stop);
	return { outcomes, failures };
}

/** What is known before anything is sent: rows that are wrong, and what an earlier try brought. */
async function knownOf(rows: readonly Row[], keys: readonly string[], ledger: Ledger) {
	const known: Array<RowResult | ImageError | undefined> = [];
	for (const [index, row] of rows.entries())
		known.push(row instanceof ImageError ? row : await ledger.find(row, keys[index]));
	return known;
}

/** Where the model refuses a transparent background, which is not billed, the fallback makes it. */
async function sendOrFallBack(
	run: Run,
	row: ImageRow,
	names: readonly string[],
): Promise<RowResult | ImageError> {
	const { modelId, send } = row;
	const canFallBack = send.fallbackModel !== '' && send.fallbackModel !== modelId;
	const fallsBack = ({ details }: ImageError) => canFallBack && details.param === 'background';
	const failed = (failure: ImageError) => {
		if (!fallsBack(failure)) run.failed(failure);
	};
	const result = await sendRow({ ...run, failed }, row, names);
	if (!(result instanceof ImageError) || !fallsBack(result)) return result;
	const other = await sendRow(run, { ...row, modelId: send.fallbackModel }, names);
	if (other instanceof ImageError) return other.following(result.details);
	const why = `Made with ${other.modelId}, because ${modelId} refuses a transparent background`;
	const doubt = result.details.mayHaveBeenBilled ? [EARLIER_MAY_BE_BILLED] : [];
	return { ...other, warnings: [...other.warnings, why, ...doubt] };
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
