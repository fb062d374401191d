import type { IExecuteFunctions, INodeExecutionData, IPairedItemData } from 'n8n-workflow';
import { readConnection, type Connection } from '../api/connection';
import { ImageError, imageErrorOf, isNoFailure } from '../api/errors';
import { errorItem, nodeErrorOf } from './failed';
import { overMaxCost } from './guard';
import { itemsOf } from './items';
import { openLedger } from './ledger';
import { report } from './report';
import type { ImageRow } from './row';
import { sendRows, type Failure, type Row } from './sendRows';

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

	const rows = withinMaxCost(await readRows(sources, connection));
	const ledger = openLedger(context);
	const { outcomes, failures } = await sendRows({ context, connection, ledger, stops }, rows);
	if (stops && failures.length > 0) throw endOf(context, failures);

	report(context, outcomes);
	const items = outcomes.flatMap((outcome, index) => {
		const { pairedItem } = sources[index];
		return outcome instanceof ImageError
			? [errorItem(outcome, pairedItem)]
			: itemsOf(outcome, pairedItem);
	});
	// n8n's Retry On Fail also runs the node again when its first item has an error.
	const runsAgain = context.getNode().retryOnFail && items[0]?.json.error;
	if (!runsAgain) ledger.clear();
	return [items];
}

/** The failure that ended the run, and which other rows may have been billed by then. */
function endOf(context: IExecuteFunctions, [{ failure, index }, ...others]: readonly Failure[]) {
	const billed = others
		.filter((other) => other.failure.details.mayHaveBeenBilled)
		.map((other) => other.index)
		.sort((a, b) => a - b);
	return nodeErrorOf(context, failure, index, billed);
}

/** One after the other, because reading an input image takes memory. */
async function readRows(sources: readonly RowSource[], connection: Connection): Promise<Row[]> {
	const rows: Row[] = [];
	for (const { read } of sources)
		rows.push(await Promise.resolve(connection).then(read).catch(imageErrorOf));
	return rows;
}

/** The rows as they are, or, where the run may cost too much, that failure in place of each. */
function withinMaxCost(rows: readonly Row[]): readonly Row[] {
	const over = overMaxCost(rows.filter(isNoFailure));
	return over ? rows.map((row) => (row instanceof ImageError ? row : over)) : rows;
}
