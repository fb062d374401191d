import { retryAtOf } from '../../../nodes/shared/api/retryAt';

const NOW = Date.UTC(2026, 10, 21, 12);

describe('the API takes requests again', () => {
	it.each([
		['in milliseconds, which are exact', { 'retry-after-ms': '534', 'retry-after': '1' }, '', 534],
		['in seconds', { 'retry-after': '12' }, 'Please try again in 3s.', 12_000],
		['in parts of a second', { 'retry-after': '0.5' }, '', 500],
		['at a moment', { 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, '', 30_000],
		['in words', {}, 'Limit 5, Used 5. Please try again in 12s. Visit https://…', 12_000],
		['in words of several parts', {}, 'Please try again in 1m30.5s.', 90_500],
		['in words, milliseconds', {}, 'Please try again in 120ms.', 120],
	])('%s', (_name, headers, message, ms) => {
		expect(retryAtOf(headers, message, NOW)).toBe(NOW + ms);
	});

	it.each([
		['nothing is said', {}, ''],
		['it is said in words without a number', { 'retry-after': 'later' }, 'Try again in a while.'],
	])('at no known time when %s', (_name, headers, message) => {
		expect(retryAtOf(headers, message, NOW)).toBeUndefined();
	});
});
