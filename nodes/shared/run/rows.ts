import type { IExecuteFunctions, INodeExecutionData, IPairedItemData } from 'n8n-workflow';
import { readConnection, type Connection } from '../api/connection';
import { ImageError, imageErrorOf } from '../api/errors';
import { baseNameFrom, baseNameOfPrompt, createNames, nameOfImage } from '../images/fileNames';
import { errorItem, nodeErrorOf } from './failed';
import { createGate } from './gate';
import { itemsOf } from './items';
import { ledgerKeys, openLedger } from './ledger';
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
	const wrong = rows.findIndex((row) => row instanceof ImageError);
	if (stops && wrong >= 0) throw nodeErrorOf(context, rows[wrong] as ImageError, wrong);

	let ending: { readonly failure: ImageError; readonly index: number } | undefined;
	const halt = new AbortController();
	const cancelled = context.getExecutionCancelSignal();
	if (cancelled?.aborted) halt.abort();
	cancelled?.addEventListener('abort', () => halt.abort(), { once: true });
	const run: Run = {
		context,
		connection,
		gate: createGate(concurrencyOf(rows), halt.signal),
		halted: halt.signal,
	};
	const fileNames = fileNamesOf(rows);
	const ledger = openLedger(context);
	const keys = ledgerKeys(rows.map((row) => ('identity' in row ? row.identity : '')));

	async function resultOf(row: ImageRow, key: string, names: readonly string[]) {
		const known = await ledger.find(row, key);
		if (known) return known instanceof ImageError ? known : renamed(known, names);
		const result = await sendRow(run, row, names);
		ledger.note(key, result);
		return result;
	}

	const items = await Promise.all(
		rows.map(async (row, index) => {
			const result =
				row instanceof ImageError ? row : await resultOf(row, keys[index], fileNames[index]);
			if (!(result instanceof ImageError)) return itemsOf(row as ImageRow, result);
			if (stops) {
				ending ??= { failure: result, index };
				halt.abort();
			}
			return [errorItem(result, sources[index].pairedItem)];
		}),
	);
	if (ending) throw nodeErrorOf(context, ending.failure, ending.index);
	const output = items.flat();
	// n8n's Retry On Fail also runs the node again when its first item has an error.
	const runsAgain = context.getNode().retryOnFail && output[0]?.json.error;
	if (!runsAgain) ledger.clear();
	return [output];
}

type Rows = ReadonlyArray<ImageRow | ImageError>;

/** One after the other, because reading an input image takes memory. */
async function readRows(sources: readonly RowSource[], connection: Connection): Promise<Rows> {
	const rows: Array<ImageRow | ImageError> = [];
	for (const { read } of sources)
		rows.push(await Promise.resolve(connection).then(read).catch(imageErrorOf));
	return rows;
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
