import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { ImageGenerateParams } from 'openai/resources/images';
import { invalidInput } from '../api/errors';
import { fieldOf, valuesOf, whenSet } from './parameters';
import { readNumber, readOption, readText } from './read';

export type OutputFormat = Extract<ImageGenerateParams['output_format'], 'png' | 'jpeg' | 'webp'>;
export type Background = NonNullable<ImageGenerateParams['background']>;
export type Moderation = NonNullable<ImageGenerateParams['moderation']>;
export type Complexity = NonNullable<ImageGenerateParams['complexity']>;

/** The request fields among the options; a field that is not set is not sent. */
export interface RequestOptions {
	readonly output_format?: OutputFormat;
	readonly output_compression?: number;
	readonly background?: Background;
	readonly moderation?: Moderation;
	readonly complexity?: Complexity;
	readonly safety_identifier?: string;
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

/** The options that become fields of the request, on Generate and Edit alike. */
export const requestOptions: readonly INodeProperties[] = [
	backgroundOption,
	complexity,
	moderation,
	outputCompression,
	outputFormat,
	safetyIdentifier,
];

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
