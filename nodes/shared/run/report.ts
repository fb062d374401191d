import { accumulateTokenUsage, type IExecuteFunctions } from 'n8n-workflow';
import { isNoFailure, type ImageError } from '../api/errors';
import { runSummary } from '../cost/budget';
import { sumUsd } from '../cost/money';
import { costOf } from './items';
import type { PaidRow } from './row';

/** Tells n8n's output pane how many images and dollars a run was, and its statistics the tokens. */
export function report(
	context: IExecuteFunctions,
	outcomes: ReadonlyArray<PaidRow | ImageError>,
): void {
	const paid = outcomes.filter(isNoFailure);
	const costs = paid.map(costOf);
	const usages = paid.map(({ result }) => result.answer.usage);
	const sum = (counts: Array<number | undefined>) =>
		counts.reduce<number>((total, count) => total + (count ?? 0), 0);
	const message = runSummary({
		images: sum(paid.map(({ result }) => result.images.length)),
		failedRows: outcomes.length - paid.length,
		usd: sumUsd(costs.map(({ requestUsd }) => requestUsd)),
		exact: costs.every(({ exact }) => exact),
	});
	// Both are younger than the oldest n8n that runs this node.
	context.addExecutionHints?.({ message, location: 'outputPane' });
	accumulateTokenUsage?.(
		context,
		sum(usages.map((usage) => usage?.input_tokens)),
		sum(usages.map((usage) => usage?.output_tokens)),
	);
}
