import type { IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';
import { invalidInput } from './errors';

export const CREDENTIAL = 'gptImageApi';

/** Where requests go, from the credential. */
export interface Connection {
	readonly provider: 'openAi' | 'azure' | 'compatible';
	/** Address up to and including `/v1`, no slash at its end. */
	readonly baseUrl: string;
	/** Who answers, at the start of a sentence. */
	readonly who: string;
	/** Takes the key out of a text that may be shown or stored. */
	readonly withoutKey: (text: string) => string;
}

const OPENAI_URL = 'https://api.openai.com/v1';

/** Reads the node's credential. Fails when it has no usable address. */
export async function readConnection(
	context: IExecuteFunctions | ILoadOptionsFunctions,
): Promise<Connection> {
	const { provider, apiKey, baseUrl } = await context.getCredentials<{
		provider: Connection['provider'];
		apiKey: string;
		baseUrl?: string;
	}>(CREDENTIAL);
	const url = provider === 'openAi' ? OPENAI_URL : (baseUrl ?? '').trim().replace(/\/+$/, '');
	if (!/^https?:\/\/[^\s/]+/i.test(url))
		throw invalidInput(
			`The credential's Base URL ${url === '' ? 'is empty' : `cannot be '${url}'`}`,
			'Open the GPT Image API credential and enter an address that starts with https:// and ends in /v1.',
		);
	return {
		provider,
		baseUrl: url,
		who: { openAi: 'OpenAI', azure: 'Azure', compatible: 'The server' }[provider],
		withoutKey: (text) => (apiKey ? text.replaceAll(apiKey, '[API key]') : text),
	};
}
