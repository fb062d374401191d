import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { fieldOf, whenSet } from './parameters';
import { readBoolean, readNumber, readText } from './read';

/** How the requests of a row are sent. */
export interface SendOptions {
	/** Requests under way at once; the first item's value holds for the run. */
	readonly concurrency: number;
	/** For one request from first to last byte. */
	readonly timeoutSeconds: number;
	readonly maxRetries: number;
	readonly retryUncertain: boolean;
	/** Model to use instead where the chosen one refuses a transparent background; empty for none. */
	readonly fallbackModel: string;
	/** USD for the whole run; the first item's value holds. */
	readonly maxCost: number | undefined;
}

const concurrency: INodeProperties = {
	displayName: 'Concurrency',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 100, numberPrecision: 0 },
	default: 4,
	description: 'How many requests may be under way at once',
};

const timeout: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 3600 },
	default: 600,
	description:
		'Seconds to wait for one request. Large images in high quality can take several minutes.',
};

const maxRetries: INodeProperties = {
	displayName: 'Max Retries',
	name: 'maxRetries',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 20, numberPrecision: 0 },
	default: 4,
	description:
		'How often to send a request again after a rate limit or another answer that is certainly not billed',
};

const retryUncertain: INodeProperties = {
	displayName: 'Retry When Billing Is Uncertain',
	name: 'retryUncertain',
	type: 'boolean',
	default: false,
	description:
		'Whether to send a request again after a timeout or a cut connection, when the image may have been made and billed. You may then pay twice for it.',
};

const fallbackModel: INodeProperties = {
	displayName: 'Fallback Model',
	name: 'fallbackModel',
	type: 'string',
	default: '',
	placeholder: 'e.g. gpt-image-2.5-flare',
	description:
		'Model to use when the chosen one refuses a transparent background, which gpt-image-2 does on many accounts. A refusal is not billed.',
};

const maxCost: INodeProperties = {
	displayName: 'Max Cost',
	name: 'maxCost',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 4 },
	default: 1,
	description:
		'USD that the whole run may cost at most. It is estimated first; when it may cost more, nothing is sent.',
};

/** The options of how rows are sent, on Generate and Edit alike. */
export const sendOptions: readonly INodeProperties[] = [
	concurrency,
	fallbackModel,
	maxCost,
	maxRetries,
	retryUncertain,
	timeout,
];

export function readSendOptions(options: IDataObject): SendOptions {
	const whole = (field: INodeProperties, min: number, max: number) =>
		readNumber(options[field.name] ?? field.default, { min, max, integer: true }, fieldOf(field));
	return {
		concurrency: whole(concurrency, 1, 100),
		timeoutSeconds: readNumber(
			options.timeout ?? timeout.default,
			{ min: 1, max: 3600, unit: 'seconds' },
			fieldOf(timeout),
		),
		maxRetries: whole(maxRetries, 0, 20),
		retryUncertain: readBoolean(
			options.retryUncertain ?? retryUncertain.default,
			fieldOf(retryUncertain),
		),
		maxCost: whenSet(options, maxCost, (value) =>
			readNumber(value, { min: 0, max: Infinity, unit: 'USD' }, fieldOf(maxCost)),
		),
		fallbackModel: readText(options.fallbackModel, fieldOf(fallbackModel)).trim(),
	};
}
