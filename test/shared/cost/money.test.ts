import fc from 'fast-check';
import { formatUsd, nanoUsd, splitUsd, sumUsd, toUsd } from '../../../nodes/shared/cost/money';

const nano = (usd: number) => Math.round(usd * 1e9);

it('dollars come out with the digits a person would write', () => {
	expect(toUsd(nanoUsd(196, 30))).toBe(0.00588);
	expect(toUsd(nanoUsd(13_342, 30) + nanoUsd(15, 5))).toBe(0.400335);
	expect(sumUsd([0.1, 0.2])).toBe(0.3);
});

describe('the shares of a request', () => {
	const usd = fc.integer({ min: 0, max: 1e12 }).map(toUsd);

	it('add up to it exactly', () => {
		fc.assert(
			fc.property(usd, fc.integer({ min: 1, max: 10 }), (whole, count) => {
				const shares = splitUsd(whole, count);
				expect(shares).toHaveLength(count);
				expect(sumUsd(shares)).toBe(whole);
				expect(shares.reduce((sum, share) => sum + nano(share), 0)).toBe(nano(whole));
			}),
		);
	});

	it('differ by a billionth of a dollar at most', () => {
		fc.assert(
			fc.property(usd, fc.integer({ min: 1, max: 10 }), (whole, count) => {
				const shares = splitUsd(whole, count).map(nano);
				expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
			}),
		);
	});

	it('one image bears the whole request', () => {
		expect(splitUsd(0.05272, 1)).toEqual([0.05272]);
		expect(splitUsd(0.01, 3)).toEqual([0.003333334, 0.003333333, 0.003333333]);
	});
});

it.each([
	[0, '$0.00'],
	[12.5, '$12.50'],
	[0.00588, '$0.00588'],
	[1234.5678, '$1,234.5678'],
])('%f reads %s', (usd, text) => {
	expect(formatUsd(usd)).toBe(text);
});
