import { readDuration } from './duration';
import type { ApiAnswer } from './transport';

/**
 * When the API will take requests again, in milliseconds since 1970: from its headers, or from the
 * words of its rate limit ("Please try again in 12s").
 */
export function retryAtOf(
	headers: ApiAnswer['headers'],
	message: string,
	now: number,
): number | undefined {
	const ms = Number.parseFloat(headers['retry-after-ms'] ?? '');
	if (Number.isFinite(ms)) return now + ms;
	const after = headers['retry-after'] ?? '';
	const seconds = Number.parseFloat(after);
	if (Number.isFinite(seconds)) return now + seconds * 1000;
	const date = Date.parse(after);
	if (!Number.isNaN(date)) return date;
	const [, words = ''] = /\btry again in ((?:\d+(?:\.\d+)?(?:ms|[smhd]))+)/.exec(message) ?? [];
	const wait = readDuration(words);
	return wait === undefined ? undefined : now + wait;
}
