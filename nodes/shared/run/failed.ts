import type { IExecuteFunctions, INodeExecutionData, IPairedItemData } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { ImageError } from '../api/errors';

const inItem = (message: string, itemIndex: number) => `${message} [item ${itemIndex}]`;

/**
 * The item of a row that failed. Nothing but `error` and `details` stands in it: n8n sends an
 * item to the error output only then.
 */
export function errorItem(
	{ message, details, itemIndex }: ImageError,
	pairedItem: IPairedItemData | IPairedItemData[],
): INodeExecutionData {
	const error = itemIndex === undefined ? message : inItem(message, itemIndex);
	const known = Object.entries(details).filter(([, value]) => value !== undefined);
	return { json: { error, details: Object.fromEntries(known) }, pairedItem };
}

/**
 * What the node throws where a failed row ends the run: the same words, the item, and the hint.
 * @param rowIndex usually that of its item
 * @param alsoBilled other items that may have been billed without an image
 */
export function nodeErrorOf(
	context: IExecuteFunctions,
	{ message, details, ...error }: ImageError,
	rowIndex: number,
	alsoBilled: readonly number[] = [],
): NodeApiError | NodeOperationError {
	const itemIndex = error.itemIndex ?? rowIndex;
	const others = alsoBilled.map((index) => `[item ${index}]`).join(', ');
	const words = {
		message: inItem(message, itemIndex),
		description: details.hint + (others && ` Rows that may have been billed as well: ${others}.`),
		itemIndex,
	};
	const node = context.getNode();
	return details.attempts === 0
		? new NodeOperationError(node, words.message, words)
		: new NodeApiError(node, {}, { ...words, httpCode: details.status?.toString() });
}
