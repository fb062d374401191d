import type { IExecuteFunctions, INodeExecutionData, IPairedItemData } from 'n8n-workflow';
import { readConnection, type Connection } from '../api/connection';
import { ImageError, imageErrorOf } from '../api/errors';
import { baseNameFrom, baseNameOfPrompt, createNames } from '../images/fileNames';
import { errorItem, nodeErrorOf } from './failed';
import { createGate } from './gate';
import { itemsOf } from './items';
import type { ImageRow } from './row';
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
	const cancelled = context.getExecutionCancelSignal();
	const connection = await readConnection(context).catch(imageErrorOf);
	if (connection instanceof ImageError) throw nodeErrorOf(context, connection, 0);

	const rows = await readRows(sources, connection);
	const wrong = rows.findIndex((row) => row instanceof ImageError);
	if (stops && wrong >= 0) throw nodeErrorOf(context, rows[wrong] as ImageError, wrong);

	let ending: { readonly failure: ImageError; readonly index: number } | undefined;
	const run: Run = {
		context,
		connection,
		gate: createGate(concurrencyOf(rows), cancelled),
		cancelled,
		halted: () => cancelled?.aborted === true || ending !== undefined,
	};
	const fileNames = fileNamesOf(rows);
	const items = await Promise.all(
		rows.map(async (row, index) => {
			const result = row instanceof ImageError ? row : await sendRow(run, row, fileNames[index]);
			if (!(result instanceof ImageError)) return itemsOf(row as ImageRow, result);
			if (stops) ending ??= { failure: result, index };
			return [errorItem(result, sources[index].pairedItem)];
		}),
	);
	if (ending) throw nodeErrorOf(context, ending.failure, ending.index);
	return [items.flat()];
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
