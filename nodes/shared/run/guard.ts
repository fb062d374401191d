import { overBudget, type ImageError } from '../api/errors';
import { overLimit } from '../cost/budget';
import { estimateRequest, type Estimate } from '../cost/estimate';
import type { ImageRow } from './row';

/** The failure of a run that may cost more than its `maxCost`; undefined for one that may start. */
export function overMaxCost(rows: readonly ImageRow[]): ImageError | undefined {
	const limit = rows.at(0)?.send.maxCost;
	if (limit === undefined) return undefined;
	const estimates = rows.map(dearest);
	const over = overLimit(estimates, limit, 'Max Cost');
	return over && overBudget(`${over.message}. Nothing was sent`, over.hint, 'maxCost');
}

/** A row may be made by its fallback model, and so counts at the dearer of the two. */
function dearest({ cost, asked, send }: ImageRow): Estimate {
	const estimate = estimateRequest(cost);
	if (send.fallbackModel === '' || asked.background !== 'transparent') return estimate;
	const fallback = estimateRequest({ ...cost, model: send.fallbackModel });
	const dearer = !fallback.modelKnown || fallback.usd > estimate.usd;
	return dearer ? fallback : estimate;
}
