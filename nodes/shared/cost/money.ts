/**
 * Money is reckoned in whole billionths of a dollar, so that sums are exact and an estimate can
 * equal a bill to the digit. A price of $8 per million tokens is 8,000 of them per token.
 */
export const nanoUsd = (tokens: number, usdPerMillion: number): number =>
	Math.round(tokens * usdPerMillion * 1000);

/** Dollars as the nearest number to so many billionths: equal billionths give equal dollars. */
export const toUsd = (nano: number): number => nano / 1e9;

const toNano = (usd: number) => Math.round(usd * 1e9);

/** Adds dollars without the dust that adding floats leaves. */
export const sumUsd = (amounts: readonly number[]): number =>
	toUsd(amounts.reduce((sum, usd) => sum + toNano(usd), 0));

/**
 * Splits dollars into shares that differ by a billionth at most and add up to the whole: each gets
 * the whole billionths of an even share, the first ones one more until nothing is left.
 */
export function splitUsd(usd: number, shares: number): number[] {
	const nano = toNano(usd);
	const even = Math.floor(nano / shares);
	const left = nano - even * shares;
	return Array.from({ length: shares }, (_, index) => toUsd(even + (index < left ? 1 : 0)));
}

/** `$0.0527`: at least cents, and as many digits more as it takes. */
export const formatUsd = (usd: number): string =>
	usd.toLocaleString('en-US', {
		style: 'currency',
		currency: 'USD',
		minimumFractionDigits: 2,
		maximumFractionDigits: 6,
	});
