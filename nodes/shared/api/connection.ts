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
	/** Takes the key out of what a server said, however deep in it, before it is shown or stored. */
	readonly withoutKey: <T>(said: T) => T;
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
	const withoutKey = scrubber([apiKey, passwordOf(url)]);
	if (!/^https?:\/\/[^\s/]+/i.test(url))
		throw invalidInput(
			`The credential's Base URL ${url === '' ? 'is empty' : `cannot be '${withoutKey(url)}'`}`,
			'Open the GPT Image API credential and enter an address that starts with https:// and ends in /v1.',
		);
	return {
		provider,
		baseUrl: url,
		who: { openAi: 'OpenAI', azure: 'Azure', compatible: 'The server' }[provider],
		withoutKey,
	};
}

/** Of an address such as `https://user:password@host/v1`. */
const passwordOf = (url: string) => (URL.canParse(url) ? new URL(url).password : '');

/** Shorter than a real secret: such a key may be an everyday word, and goes only as a whole word. */
const SHORT = 12;

/** Replaces secrets in texts, lists and objects, also where a host name has them in small letters. */
function scrubber(secrets: ReadonlyArray<string | undefined>): <T>(said: T) => T {
	const forms = secrets
		.map((secret) => secret?.trim() ?? '')
		.filter((secret) => secret !== '')
		.flatMap((secret) => [secret, encodeURIComponent(secret)]);
	const patterns = [...new Set(forms)].map((form) => {
		const exact = form.replace(/[^A-Za-z0-9]/g, '\\$&');
		return form.length < SHORT ? `(?<![A-Za-z0-9])${exact}(?![A-Za-z0-9])` : exact;
	});
	if (patterns.length === 0) return (said) => said;
	const secret = new RegExp(patterns.join('|'), 'gi');

	function scrub(said: unknown): unknown {
		if (typeof said === 'string') return said.replace(secret, '[API key]');
		if (Array.isArray(said)) return said.map(scrub);
		if (typeof said !== 'object' || said === null) return said;
		return Object.fromEntries(
			Object.entries(said).map(([name, value]) => [scrub(name), scrub(value)]),
		);
	}
	return <T>(said: T) => scrub(said) as T;
}
