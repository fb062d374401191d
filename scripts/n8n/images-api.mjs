import standIn from '../../test/stand-in-api/server.js';

/**
 * OpenAI where there is a key for it; otherwise a stand-in on this machine, which draws the prompt
 * instead of painting it.
 *
 * @returns {Promise<{ says: string, credential: object, stop: () => Promise<void> }>}
 */
export async function openImagesApi({ OPENAI_API_KEY: apiKey } = process.env) {
	if (apiKey) {
		return {
			says: 'OpenAI (OPENAI_API_KEY is set: they are billed)',
			credential: { provider: 'openAi', apiKey },
			stop: async () => {},
		};
	}
	const api = await standIn.startStandInApi();
	return {
		says: `the stand-in API at ${api.url} (free; set OPENAI_API_KEY to use OpenAI)`,
		credential: standInCredential(api),
		stop: api.close,
	};
}

/** @param {{ url: string }} standIn */
export const standInCredential = ({ url }) => ({
	provider: 'compatible',
	apiKey: 'stand-in',
	baseUrl: url,
});
