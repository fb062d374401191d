import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { invalidInput } from '../api/errors';
import { fieldOf, valuesOf } from './parameters';
import { assertPresent, readBoolean, readOption, readText } from './read';

export type ImagesAs = 'items' | 'fields';

/** How the images of a row become items. */
export interface OutputOptions {
	/** Binary field of the image. */
	readonly outputField: string;
	/** As the builder wrote it; empty to name the file after the prompt. */
	readonly fileName: string;
	readonly imagesAs: ImagesAs;
	readonly includeInputFields: boolean;
}

const IMAGES_AS: Array<{ name: string; value: ImagesAs; description: string }> = [
	{
		name: 'Fields of One Item',
		value: 'fields',
		description: 'One output item with all images of the row in its binary fields',
	},
	{ name: 'Items', value: 'items', description: 'One output item for each image' },
];

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

/** The options of what comes out, on Generate and Edit alike. */
export const outputOptions: readonly INodeProperties[] = [
	fileName,
	imagesAs,
	includeInputFields,
	outputField,
];

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
