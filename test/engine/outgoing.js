/** What n8n's HTTP helper hands to its HTTP client. */
const { createRequire } = require('node:module');

// The one that n8n uses, wherever npm has put it.
const axios = createRequire(require.resolve('@n8n/backend-network'))('axios');

/**
 * @param {() => Promise<unknown>} work
 * @returns {Promise<Array<{ url: string, timeout: number, maxRedirects: number }>>} the requests
 *   that were made meanwhile
 */
async function requestsDuring(work) {
	/** @type {Array<{ url: string, timeout: number, maxRedirects: number }>} */
	const requests = [];
	const interceptor = axios.interceptors.request.use(
		(/** @type {{ url: string, timeout: number, maxRedirects: number }} */ config) => {
			const { url, timeout, maxRedirects } = config;
			requests.push({ url, timeout, maxRedirects });
			return config;
		},
	);
	try {
		await work();
	} finally {
		axios.interceptors.request.eject(interceptor);
	}
	return requests;
}

module.exports = { requestsDuring };
