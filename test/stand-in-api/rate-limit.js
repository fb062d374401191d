/**
 * The API's image rate limit: a bucket that refills evenly. A limit of 5 a minute allows 5 at
 * once and then one every 12 seconds, as the API's own 429s say ("Please try again in 12s").
 */
const errors = require('./errors');

const REQUESTS_PER_MINUTE = 500;
const TOKENS_PER_MINUTE = 100_000;

/**
 * @param {{ imagesPerMinute: number, minuteMs: number }} options
 */
function createRateLimit({ imagesPerMinute: limit, minuteMs }) {
	let used = 0;
	let countedAt = Date.now();

	function refill() {
		const now = Date.now();
		used = Math.max(0, used - ((now - countedAt) * limit) / minuteMs);
		countedAt = now;
	}

	/** @param {number} images over what is free, in images */
	const waitMs = (images) => Math.ceil((images * minuteMs) / limit);

	/** @returns {Record<string, string>} */
	function headers() {
		refill();
		return {
			'x-ratelimit-limit-requests': String(REQUESTS_PER_MINUTE),
			'x-ratelimit-limit-tokens': String(TOKENS_PER_MINUTE),
			'x-ratelimit-limit-input-images': String(limit),
			'x-ratelimit-remaining-requests': String(REQUESTS_PER_MINUTE - 1),
			'x-ratelimit-remaining-tokens': String(TOKENS_PER_MINUTE - 100),
			'x-ratelimit-remaining-input-images': String(Math.max(0, Math.floor(limit - used))),
			'x-ratelimit-reset-requests': '120ms',
			'x-ratelimit-reset-tokens': '60ms',
			'x-ratelimit-reset-input-images': duration(waitMs(used)),
		};
	}

	return {
		headers,

		/**
		 * Takes n images out of the bucket, or refuses with the API's 429.
		 *
		 * @param {string} model
		 * @param {number} n
		 */
		take(model, n) {
			refill();
			const missing = used + n - limit;
			// A hair, so that waiting exactly as long as told is enough.
			if (missing > 1e-6) {
				const state = { model, limit, used: Math.ceil(used), requested: n };
				throw errors.imageRateLimit({ ...state, waitMs: waitMs(missing) }, headers());
			}
			used += n;
		},

		reset() {
			used = 0;
		},
	};
}

/**
 * As the API writes times: 534ms, 12s, 1m0s.
 *
 * @param {number} ms
 */
function duration(ms) {
	if (ms < 1000) return `${ms}ms`;
	const seconds = Math.ceil(ms / 1000);
	return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

module.exports = { createRateLimit };
