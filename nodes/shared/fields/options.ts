import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { ImageGenerateParams } from 'openai/resources/images';
import { invalidInput } from '../api/errors';
import { fieldOf, valuesOf, type RowParameters } from './parameters';
import { pricingField } from './pricing';
import { assertPresent, readBoolean, readNumber, readOption, readText } from './read';

export type OutputFormat = Extract<ImageGenerateParams['output_format'], 'png' | 'jpeg' | 'webp'>;
export type Background = NonNullable<ImageGenerateParams['background']>;
export type Moderation = NonNullable<ImageGenerateParams['moderation']>;
export type Complexity = NonNullable<ImageGenerateParams['complexity']>;
export type ImagesAs = 'items' | 'fields';

/** The request fields among the options; a field that is not set is not sent. */
export interface RequestOptions {
	readonly output_format?: OutputFormat;
	readonly output_compression?: number;
	readonly background?: Background;
	readonly moderation?: Moderation;
	readonly complexity?: Complexity;
	readonly safety_identifier?: string;
}

/** How the images of a row become items. */
export interface OutputOptions {
	/** Binary field of the image. */
	readonly outputField: string;
	/** As the builder wrote it; empty to name the file after the prompt. */
	readonly fileName: string;
	readonly imagesAs: ImagesAs;
	readonly includeInputFields: boolean;
}

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

const OUTPUT_FORMATS: Array<{ name: string; value: OutputFormat; description: string }> = [
	{ name: 'JPEG', value: 'jpeg', description: 'Small and quick, no transparency' },
	{ name: 'PNG', value: 'png', description: 'No loss, large' },
	{ name: 'WebP', value: 'webp', description: 'Small, can be transparent' },
];

const BACKGROUNDS: Array<{ name: string; value: Background; description?: string }> = [
	{ name: 'Auto', value: 'auto', description: 'The model chooses' },
	{ name: 'Opaque', value: 'opaque' },
	{
		name: 'Transparent',
		value: 'transparent',
		description: 'PNG and WebP only; on gpt-image-2 a preview that not every account has',
	},
];

const MODERATIONS: Array<{ name: string; value: Moderation; description?: string }> = [
	{ name: 'Auto', value: 'auto' },
	{ name: 'Low', value: 'low', description: 'A less strict content filter' },
];

const COMPLEXITIES: Array<{ name: string; value: Complexity }> = [
	{ name: 'High', value: 'high' },
	{ name: 'Low', value: 'low' },
	{ name: 'Medium', value: 'medium' },
];

const IMAGES_AS: Array<{ name: string; value: ImagesAs; description: string }> = [
	{
		name: 'Fields of One Item',
		value: 'fields',
		description: 'One output item with all images of the row in its binary fields',
	},
	{ name: 'Items', value: 'items', description: 'One output item for each image' },
];

const outputFormat: INodeProperties = {
	displayName: 'Output Format',
	name: 'outputFormat',
	type: 'options',
	options: OUTPUT_FORMATS,
	default: 'png',
	description: 'The file type of the image',
};

const outputCompression: INodeProperties = {
	displayName: 'Output Compression',
	name: 'outputCompression',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 100, numberPrecision: 0 },
	default: 100,
	description: 'Quality of a JPEG or WebP file in percent: 100 is best, less makes smaller files',
};

export const backgroundOption: INodeProperties = {
	displayName: 'Background',
	name: 'background',
	type: 'options',
	options: BACKGROUNDS,
	default: 'auto',
	description: 'What is behind the subject',
};

const moderation: INodeProperties = {
	displayName: 'Moderation',
	name: 'moderation',
	type: 'options',
	options: MODERATIONS,
	default: 'auto',
	description: 'How strictly OpenAI filters the content',
};

const complexity: INodeProperties = {
	displayName: 'Complexity',
	name: 'complexity',
	type: 'options',
	options: COMPLEXITIES,
	default: 'medium',
	description:
		'How much the model plans the image before it draws. Made for gpt-image-2.6; other models may refuse it.',
};

const safetyIdentifier: INodeProperties = {
	displayName: 'Safety Identifier',
	name: 'safetyIdentifier',
	type: 'string',
	default: '',
	placeholder: 'e.g. user-5f2b8c',
	description:
		'A stable, anonymous ID of the person the image is made for, which helps OpenAI to trace abuse',
};

const outputField: INodeProperties = {
	displayName: 'Output Field',
	name: 'outputField',
	type: 'string',
	default: 'data',
	placeholder: 'e.g. data',
	hint: 'The name of the output binary field to put the image in',
};

const fileName: INodeProperties = {
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.name }}',
	description:
		'Name of the image file; the right extension is added. When empty, the file is named after the prompt.',
};

const imagesAs: INodeProperties = {
	displayName: 'Images As',
	name: 'imagesAs',
	type: 'options',
	options: IMAGES_AS,
	default: 'items',
	description: 'What to do with several images of one row',
};

const includeInputFields: INodeProperties = {
	displayName: 'Include Input Fields',
	name: 'includeInputFields',
	type: 'boolean',
	default: false,
	description: 'Whether to pass the fields of the input item on beside those of the image',
};

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

/** The options that Generate and Edit share, in the alphabetical order n8n asks for. */
export const sharedOptions: readonly INodeProperties[] = [
	backgroundOption,
	complexity,
	concurrency,
	fallbackModel,
	fileName,
	imagesAs,
	includeInputFields,
	maxCost,
	maxRetries,
	moderation,
	outputCompression,
	outputField,
	outputFormat,
	pricingField,
	retryUncertain,
	safetyIdentifier,
	timeout,
];

export const optionsField = (options: readonly INodeProperties[]): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [...options].sort((a, b) => a.displayName.localeCompare(b.displayName)),
});

/** `Input Fidelity`, for the models that take it. */
export const inputFidelityOption: INodeProperties = {
	displayName: 'Input Fidelity',
	name: 'inputFidelity',
	type: 'options',
	options: [
		{ name: 'High', value: 'high' },
		{ name: 'Low', value: 'low' },
	],
	default: 'low',
	description:
		'How closely faces and features of the input are kept. Only gpt-image-1.5 and older take it; gpt-image-2 always keeps them closely.',
};

/** The options collection of one item. */
export const readOptions = (parameters: RowParameters) => parameters('options', {}) as IDataObject;

/** Reads a field that is sent only when the builder added it. */
const whenSet = <T>(options: IDataObject, field: INodeProperties, read: (value: unknown) => T) =>
	field.name in options ? read(options[field.name]) : undefined;

/** The request fields among the options, each checked, and checked against each other. */
export function readRequestOptions(options: IDataObject): RequestOptions {
	const request: RequestOptions = {
		output_format: whenSet(options, outputFormat, (value) =>
			readOption(value, valuesOf(OUTPUT_FORMATS), fieldOf(outputFormat)),
		),
		output_compression: whenSet(options, outputCompression, (value) =>
			readNumber(
				value,
				{ min: 0, max: 100, integer: true, unit: 'percent' },
				fieldOf(outputCompression),
			),
		),
		background: whenSet(options, backgroundOption, (value) =>
			readOption(value, valuesOf(BACKGROUNDS), fieldOf(backgroundOption)),
		),
		moderation: whenSet(options, moderation, (value) =>
			readOption(value, valuesOf(MODERATIONS), fieldOf(moderation)),
		),
		complexity: whenSet(options, complexity, (value) =>
			readOption(value, valuesOf(COMPLEXITIES), fieldOf(complexity)),
		),
		safety_identifier:
			readText(options.safetyIdentifier, fieldOf(safetyIdentifier)).trim() || undefined,
	};
	assertTogether(request);
	return request;
}

function assertTogether({
	output_format: format = 'png',
	output_compression: compression,
	background,
}: RequestOptions): void {
	if (background === 'transparent' && format === 'jpeg')
		throw invalidInput(
			"'Background' is transparent, but a JPEG file cannot be transparent",
			"Set 'Output Format' to PNG or WebP, or 'Background' to opaque or auto.",
			'background',
		);
	if (compression !== undefined && compression < 100 && format === 'png')
		throw invalidInput(
			`'Output Compression' is ${compression}, but a PNG file has no compression setting`,
			"Set 'Output Format' to JPEG or WebP, or remove 'Output Compression'.",
			'outputCompression',
		);
}

export function readOutputOptions(options: IDataObject): OutputOptions {
	const name = options.outputField ?? outputField.default;
	assertPresent(name, fieldOf(outputField));
	const field = readText(name, fieldOf(outputField)).trim();
	if (!/^[A-Za-z_][\w-]*$/.test(field))
		throw invalidInput(
			`'Output Field' cannot be '${field.slice(0, 60)}'`,
			"Use letters, digits and '_', starting with a letter, such as data.",
			'outputField',
		);
	return {
		outputField: field,
		fileName: readText(options.fileName, fieldOf(fileName)).trim(),
		imagesAs: readOption(
			options.imagesAs ?? imagesAs.default,
			valuesOf(IMAGES_AS),
			fieldOf(imagesAs),
		),
		includeInputFields: readBoolean(
			options.includeInputFields ?? includeInputFields.default,
			fieldOf(includeInputFields),
		),
	};
}

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
