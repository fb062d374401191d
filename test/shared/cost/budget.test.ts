import { isWithin, overLimit, runCost, runSummary } from '../../../nodes/shared/cost/budget';
import { estimateRequest } from '../../../nodes/shared/cost/estimate';
import { request } from './requests';

const low = estimateRequest(request({ quality: 'low' }));
const medium = estimateRequest(request());
const high = estimateRequest(request({ quality: 'high' }));
const auto = estimateRequest(request({ quality: 'auto' }));
const unknown = estimateRequest(request({ model: 'our-images' }));

it('a run costs the sum of its rows, without the dust of adding floats', () => {
	expect(runCost(Array.from({ length: 10 }, () => medium)).usd).toBe(0.5272);
	expect(runCost([])).toEqual({ usd: 0, bounded: true });
});

it('a run at exactly the limit may start', () => {
	expect(isWithin(runCost([medium, medium]), 0.10544)).toBe(true);
	expect(isWithin(runCost([medium, medium]), 0.105439999)).toBe(false);
	expect(overLimit([medium, medium], 0.10544, 'Max Cost')).toBeUndefined();
});

it('over the limit, the sum, the limit and the dearest rows are named', () => {
	expect(overLimit([low, medium, high, low], 0.2, 'Max Cost')).toEqual({
		message: "The run of 4 rows costs $0.27532, more than 'Max Cost' $0.20",
		hint: "Dearest: item 2 ($0.21076), item 1 ($0.05272), item 0 ($0.00592). Lower 'Quality', 'Size' or 'Number of Images', run fewer items, or raise 'Max Cost'.",
	});
});

it('a row that is not exact counts at its upper bound', () => {
	expect(isWithin(runCost([auto]), auto.usdMin)).toBe(false);
	expect(isWithin(runCost([auto]), auto.usdMax)).toBe(true);
	expect(overLimit([auto], 0.1, 'Max Cost')?.message).toContain('costs up to $0.21076');
});

it('no limit is promised for a model of which nothing is known', () => {
	expect(isWithin(runCost([medium, unknown]), 1000)).toBe(false);
	const problem = overLimit([medium, unknown], 1000, 'Max Cost');
	expect(problem?.message).toContain('its cost is not known');
	expect(problem?.hint).toContain('sameAs');
});

it.each([
	[{ images: 1, failedRows: 0, usd: 0.05272, exact: true }, '1 image, $0.05272'],
	[{ images: 12, failedRows: 1, usd: 0.63, exact: true }, '12 images, 1 row failed, $0.63'],
	[{ images: 0, failedRows: 2, usd: 0, exact: true }, '0 images, 2 rows failed, $0.00'],
	[{ images: 4, failedRows: 0, usd: 1, exact: false }, '4 images, about $1.00'],
])('a run in one line: %j', (run, line) => {
	expect(runSummary(run)).toBe(line);
});
