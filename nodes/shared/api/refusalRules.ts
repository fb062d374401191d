import { findModel } from '../models/models';
import type { Connection } from './connection';
import type { ErrorKind } from './errors';

/** The `error` of an API answer; any part of it may be missing. */
export interface ApiError {
	readonly message: string;
	readonly type: string;
	readonly code: string;
	readonly param: string;
	/** Whether it has the API's own form; a gateway may put a word in `error` too. */
	readonly ofApi: boolean;
	/** What the safety system objected to, where it says so. */
	readonly categories: readonly string[];
}

/** Facts of one answer that the rules below look at. */
export interface Refusal {
	readonly status: number;
	readonly error: ApiError | undefined;
	readonly connection: Connection;
	readonly modelId: string;
	readonly location: string | undefined;
	/** When the API will take requests again, in milliseconds since 1970. */
	readonly retryAt: number | undefined;
}

export interface Verdict {
	readonly kind: ErrorKind;
	readonly message: string;
	readonly hint: string;
	readonly retryable?: boolean;
	readonly mayHaveBeenBilled?: boolean;
}

export interface Rule {
	readonly when: (refusal: Refusal) => boolean;
	readonly then: (refusal: Refusal) => Verdict;
}

const MODERATION = /^(moderation_blocked|content_policy_violation|content_?filter)$/i;
const QUOTA =
	/quota|billing|credit_balance|insufficient_(balance|credits?|funds)|(spend|usage)_limit/i;
const MUST_VERIFY = /organi[sz]ation.*\bverif(y|ied|ication)\b|\bverif(y|ied)\b.*organi[sz]ation/i;
const BILLING = 'https://platform.openai.com/settings/organization/billing';

export const CHECK_USAGE =
	'The image may have been made and billed: check the usage page of your account before you run this row again.';

/** Who wrote the body of a 5xx decides whether the image can have been made. */
const writtenByApi = ({ error }: Refusal) => error?.ofApi === true;

/** What the API says, as the last part of a message. */
const says = ({ error }: Refusal) => (error?.message ? `: ${error.message}` : '');

/**
 * What an answer that is no image means, and what to do about it; the first rule that fits holds.
 * Statuses, types and codes: OpenAI's error code guide and real answers (docs/errors.md).
 */
export const RULES: readonly Rule[] = [
	{
		when: ({ error }) => MODERATION.test(error?.code ?? ''),
		then: (refusal) => ({
			kind: 'moderation',
			message: `The safety system of ${refusal.connection.who} refused this request${objection(refusal)}`,
			hint: "Change the words of 'Prompt' (or the input image) that it may object to, such as real people, brands, violence or nudity. Sending it again unchanged does not help. It was not billed.",
		}),
	},
	{
		when: ({ status, error }) =>
			status === 402 || QUOTA.test(error?.code ?? '') || QUOTA.test(error?.type ?? ''),
		then: (refusal) => ({
			kind: 'quota',
			message: `The account has no credit left or has reached its spending limit${says(refusal)}`,
			hint: `Add credit or raise the limit, for OpenAI at ${BILLING}, then run the workflow again.`,
		}),
	},
	{
		when: ({ status }) => status === 401,
		then: ({ connection }) => ({
			kind: 'auth',
			message: `${connection.who} does not accept the API key`,
			hint: 'Open the GPT Image API credential and enter a valid key. OpenAI keys are made at https://platform.openai.com/api-keys; check the organization and project IDs too, if you set them.',
		}),
	},
	{
		when: ({ status, error }) =>
			(status === 403 || status === 404 || status === 400) &&
			MUST_VERIFY.test(error?.message ?? ''),
		then: ({ modelId }) => ({
			kind: 'verification',
			message: `Your OpenAI organization must be verified before it can use ${modelId}`,
			hint: 'Verify it at https://platform.openai.com/settings/organization/general. It can take 15 minutes until it has effect.',
		}),
	},
	{
		when: ({ status, error }) => status === 407 || (status === 403 && !error),
		then: ({ status, connection }) => ({
			kind: 'network',
			message: `A firewall or proxy before ${connection.withoutKey(connection.baseUrl)} refuses requests from n8n (status ${status})`,
			hint: 'Check the proxy settings of n8n, and whether its address or country may use this API.',
		}),
	},
	{
		when: ({ status }) => status === 403,
		then: (refusal) => ({
			kind: 'auth',
			message: `The API key may not do this${says(refusal)}`,
			hint: 'Check the permissions of the key and its project, and that n8n runs in a country that OpenAI supports.',
		}),
	},
	{
		when: ({ error }) => error?.code === 'model_not_found' || error?.code === 'DeploymentNotFound',
		then: ({ modelId, connection }) => {
			const successor = findModel(modelId)?.successor;
			return {
				kind: 'invalidRequest',
				message: `${connection.who} has no model '${modelId}' for this key`,
				hint: successor
					? `It has been or is being shut down: set 'Model' to ${successor}.`
					: "Choose a model from the list of 'Model'. On Azure, enter the name of your deployment.",
			};
		},
	},
	{
		when: ({ status }) => status < 300,
		then: (refusal) => ({
			kind: 'server',
			message: `${refusal.connection.who} answered without an image${says(refusal)}`,
			hint: CHECK_USAGE,
			retryable: true,
			mayHaveBeenBilled: true,
		}),
	},
	{
		when: ({ status }) => status >= 300 && status < 400,
		then: ({ location }) => ({
			kind: 'network',
			message: `The server redirects to another address${location ? ` (${location})` : ''}`,
			hint: 'Redirects are not followed, so that your key goes to no other host. Open the GPT Image API credential and enter the final address as Base URL.',
		}),
	},
	{
		when: ({ status, error }) => status === 429 || error?.code === 'slow_down',
		then: ({ connection, retryAt = 0 }) => ({
			kind: 'rateLimit',
			message: `${connection.who} received more requests than the rate limit of your account allows${patience(retryAt)}`,
			hint: "Nothing was billed. Raise 'Max Retries' or lower 'Concurrency' in the options, or ask for a higher limit at https://platform.openai.com/settings/organization/limits.",
			retryable: true,
		}),
	},
	{
		when: ({ status, error }) =>
			status === 400 && error?.param === 'background' && /transparent/i.test(error.message),
		then: ({ modelId }) => ({
			kind: 'invalidRequest',
			message: `Your account cannot make transparent backgrounds with ${modelId}`,
			hint: "Set 'Model' to gpt-image-2.5-sunburst, which makes them at the same price, or name it in the option 'Fallback Model'. Otherwise make the image with an opaque background and put a background removal node after this one.",
		}),
	},
	{
		when: ({ status, error }) => status === 404 && !error?.param,
		then: ({ connection }) => ({
			kind: 'invalidRequest',
			message: `There is no Images API at ${connection.withoutKey(connection.baseUrl)}`,
			hint: 'Open the GPT Image API credential and check Base URL: it ends in /v1, for Azure in /openai/v1.',
		}),
	},
	{
		when: ({ status }) => status === 413,
		then: (refusal) => ({
			kind: 'invalidRequest',
			message: `The request is too large${says(refusal)}`,
			hint: 'Send smaller or fewer input images.',
		}),
	},
	{
		when: ({ status }) => status >= 400 && status < 500 && status !== 408 && status !== 409,
		then: (refusal) => ({
			kind: 'invalidRequest',
			message: `${refusal.connection.who} did not accept the request${says(refusal)}`,
			hint: refusal.error?.param
				? `Change the parameter that belongs to '${refusal.error.param}'.`
				: 'Change the parameters that the message names.',
		}),
	},
	{
		when: (refusal) => writtenByApi(refusal) && [408, 409, 500, 503].includes(refusal.status),
		then: (refusal) => ({
			kind: 'server',
			message: `${refusal.connection.who} could not make the image just now${says(refusal)}`,
			hint: 'Run the workflow again in a few minutes. It was not billed. See https://status.openai.com if it goes on.',
			retryable: true,
		}),
	},
	{
		when: () => true,
		then: (refusal) => ({
			kind: 'server',
			message: `A server between n8n and the Images API answered with status ${refusal.status}${says(refusal)}`,
			hint: `${CHECK_USAGE} The option 'Retry When Billing Is Uncertain' sends such requests again by itself.`,
			retryable: true,
			mayHaveBeenBilled: true,
		}),
	},
];

/** How long the API wants to be left alone, where that is long. */
function patience(retryAt: number): string {
	const minutes = Math.round((retryAt - Date.now()) / 60_000);
	return minutes >= 1 ? `; it asks to wait ${minutes} min` : '';
}

function objection({ error }: Refusal): string {
	return error?.categories.length ? ` (it names: ${error.categories.join(', ')})` : '';
}
