import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { ImageError, type ErrorDetails } from '../api/errors';
import type { ImageRow, RowResult, StoredImage } from './row';

/** What is known of one request: its images, or that it may have been billed without any. */
interface Entry {
	readonly executionId: string;
	readonly result?: RowResult;
	readonly failure?: { readonly message: string; readonly details: ErrorDetails };
}

/**
 * Remembers what was paid for, so that n8n's Retry On Fail, or a retry of the failed execution,
 * asks the API only for what is missing. It lives in the node's execution context, which n8n
 * keeps between tries and saves with the execution: references to stored images, no bytes.
 */
export interface Ledger {
	/** What this request brought before, or undefined when it is to be sent. */
	find(row: ImageRow, key: string): Promise<RowResult | ImageError | undefined>;
	/** Notes what a request brought. */
	note(key: string, outcome: RowResult | ImageError): void;
	/** Forgets this run: its items are on their way to the next node. */
	clear(): void;
}

/**
 * Names the requests of a run by what they ask for. Rows that ask for the same are told apart by
 * their order, so that each gets images of its own.
 */
export function ledgerKeys(identities: readonly string[]): string[] {
	const seen = new Map<string, number>();
	return identities.map((identity) => {
		const hash = createHash('sha256').update(identity).digest('hex');
		const count = (seen.get(hash) ?? 0) + 1;
		seen.set(hash, count);
		return `${hash}-${count}`;
	});
}

export function openLedger(context: IExecuteFunctions): Ledger {
	const executionId = context.getExecutionId();
	// The context is one for all runs of a node in a loop.
	const runIndex = String(context.evaluateExpression('{{ $runIndex }}', 0));
	const runs = (context.getContext('node').paidRequests ??= {}) as Record<
		string,
		Record<string, Entry> | undefined
	>;
	const entries = (runs[runIndex] ??= {});

	/** An earlier execution may be deleted, and its files with it: they are stored again. */
	async function keep(image: StoredImage): Promise<StoredImage> {
		const { id, fileName, mimeType } = image.binary;
		if (!id) return image;
		const { getBinaryStream, prepareBinaryData } = context.helpers;
		const stream = await getBinaryStream(id);
		return { ...image, binary: await prepareBinaryData(stream, fileName, mimeType) };
	}

	return {
		async find({ send }, key) {
			const entry: Entry | undefined = entries[key];
			if (!entry) return undefined;
			const sameExecution = entry.executionId === executionId;
			if (entry.failure) {
				const { message, details } = entry.failure;
				const again = send.retryUncertain || !sameExecution;
				return again ? undefined : new ImageError(message, details);
			}
			const { result } = entry;
			if (!result || sameExecution) return result;
			const images = await Promise.all(result.images.map(keep)).catch(() => undefined);
			if (!images) return undefined;
			const kept = { ...result, images };
			entries[key] = { executionId, result: kept };
			return kept;
		},
		note(key, outcome) {
			if (!(outcome instanceof ImageError)) entries[key] = { executionId, result: outcome };
			else if (outcome.details.mayHaveBeenBilled) {
				const { message, details } = outcome;
				entries[key] = { executionId, failure: { message, details } };
			}
		},
		clear() {
			delete runs[runIndex];
		},
	};
}
