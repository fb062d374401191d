import type { IExecuteFunctions, INodeExecutionData, IPairedItemData } from 'n8n-workflow';
import { readConnection, type Connection } from '../api/connection';
import { ImageError, imageErrorOf } from '../api/errors';
import { baseNameFrom, baseNameOfPrompt, createNames, nameOfImage } from '../images/fileNames';
import { errorItem, nodeErrorOf } from './failed';
import { createGate } from './gate';
import { itemsOf } from './items';
import { ledgerKeys, openLedger, type Ledger } from './ledger';
import type { ImageRow, RowResult } from './row';
import { sendRow, type Run } from './sendRow';

/** Where a row comes from: usually one input item. */
export interface RowSource {
	readonly pairedItem: IPairedItemData | IPairedItemData[];
	/** Reads and checks the row; sends nothing. */
	readonly read: (connection: Connection) => ImageRow | Promise<ImageRow>;
}

/**
 * Runs the rows of a node: checks them all, then sends them, several at a time, and gives their
 * items in the order of the rows. A row that fails becomes an error item, or, where the node is
 * set to stop, ends the run once what is under way has come in.
 */
export async function runRows(
	context: IExecuteFunctions,
	sources: readonly RowSource[],
): Promise<INodeExecutionData[][]> {
	if (sources.length === 0) return [[]];
	const stops = !context.continueOnFail();
	const connection = await readConnection(context).catch(imageErrorOf);
	if (connection instanceof ImageError) {
		if (stops) throw nodeErrorOf(context, connection, 0);
		return [sources.map(({ pairedItem }) => errorItem(connection, pairedItem))];
	}

	const rows = await readRows(sources, connection);
	const ledger = openLedger(context);
	const keys = ledgerKeys(rows.map((row) => ('identity' in row ? row.identity : '')));
	const known = await knownOf(rows, keys, ledger);
	const wrong = known.findIndex((result) => result instanceof ImageError);
	if (stops && wrong >= 0) throw nodeErrorOf(context, known[wrong] as ImageError, wrong);

	const halt = new AbortController();
	const stop = () => halt.abort();
	const cancelled = context.getExecutionCancelSignal();
	if (cancelled?.aborted) stop();
	cancelled?.addEventListener('abort', stop);
	const run: Run = {
		context,
		connection,
		gate: createGate(concurrencyOf(rows), halt.signal),
		halted: halt.signal,
	};
	const fileNames = fileNamesOf(rows);
	const failures: Failure[] = [];

	async function resultOf(row: ImageRow, index: number): Promise<RowResult | ImageError> {
		const paid = known[index];
		if (paid) return paid instanceof ImageError ? paid : renamed(paid, fileNames[index]);
		const result = await sendRow(run, row, fileNames[index]);
		ledger.note(keys[index], result);
		return result;
	}

	const items = await Promise.all(
		rows.map(async (row, index) => {
			const result = row instanceof ImageError ? row : await resultOf(row, index);
			if (!(result instanceof ImageError)) return itemsOf(row as ImageRow, result);
			failures.push({ failure: result, index });
			if (stops) stop();
			return [errorItem(result, sources[index].pairedItem)];
		}),
	);
	cancelled?.removeEventListener('abort', stop);
	if (stops && failures.length > 0) throw endOf(context, failures);
	const output = items.flat();
	// n8n's Retry On Fail also runs the node again when its first item has an error.
	const runsAgain = context.getNode().retryOnFail && output[0]?.json.error;
	if (!runsAgain) ledger.clear();
	return [output];
}

interface Failure {
	readonly failure: ImageError;
	readonly index: number;
}

/** The failure that ended the run, and which other rows may have been billed by then. */
function endOf(context: IExecuteFunctions, [{ failure, index }, ...others]: readonly Failure[]) {
	const billed = others
		.filter((other) => other.failure.details.mayHaveBeenBilled)
		.map((other) => other.index)
		.sort((a, b) => a - b);
	return nodeErrorOf(context, failure, index, billed);
}

type Rows = ReadonlyArray<ImageRow | ImageError>;

/** One after the other, because reading an input image takes memory. */
async function readRows(sources: readonly RowSource[], connection: Connection): Promise<Rows> {
	const rows: Array<ImageRow | ImageError> = [];
	for (const { read } of sources)
		rows.push(await Promise.resolve(connection).then(read).catch(imageErrorOf));
	return rows;
}

/** What is known before anything is sent: rows that are wrong, and what an earlier try brought. */
async function knownOf(rows: Rows, keys: readonly string[], ledger: Ledger) {
	const known: Array<RowResult | ImageError | undefined> = [];
	for (const [index, row] of rows.entries())
		known.push(row instanceof ImageError ? row : await ledger.find(row, keys[index]));
	return known;
}

function concurrencyOf(rows: Rows): number {
	const first = rows.find((row) => !(row instanceof ImageError));
	return first instanceof ImageError ? 1 : (first?.send.concurrency ?? 1);
}

/** Images that were paid for in an earlier try, under the names they have now. */
function renamed(result: RowResult, names: readonly string[]): RowResult {
	const images = result.images.map((image, index) => {
		const fileName = nameOfImage(names, index, image.header);
		return { ...image, binary: { ...image.binary, fileName } };
	});
	return { ...result, images };
}

/** Names of all images of all rows, fixed before the first is sent so that they are always the same. */
function fileNamesOf(rows: Rows): string[][] {
	const unique = createNames();
	return rows.map((row) => {
		if (row instanceof ImageError) return [];
		const { output, prompt, n } = row;
		const base = output.fileName ? baseNameFrom(output.fileName) : baseNameOfPrompt(prompt);
		return Array.from({ length: n }, (_, index) => unique(n > 1 ? `${base}-${index + 1}` : base));
	});
}
