import { overBudget, type ImageError } from '../api/errors';
import { overLimit } from '../cost/budget';
import { estimateRequest } from '../cost/estimate';
import type { ImageRow } from './row';

/** The failure of a run that may cost more than its `maxCost`; undefined for one that may start. */
export function overMaxCost(rows: readonly ImageRow[]): ImageError | undefined {
	const limit = rows.at(0)?.send.maxCost;
	if (limit === undefined) return undefined;
	const estimates = rows.map(({ cost }) => estimateRequest(cost));
	const over = overLimit(estimates, limit, 'Max Cost');
	return over && overBudget(`${over.message}. Nothing was sent`, over.hint, 'maxCost');
}
