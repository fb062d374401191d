import type { INodeProperties } from 'n8n-workflow';
import { invalidInput } from '../api/errors';
import { DEFAULT_MODEL, findModel, type ImageModel } from '../models/models';
import {
	brokenSizeRule,
	formatSize,
	legalSizeLike,
	nearestLegalSize,
	parseAspectRatio,
	parseSize,
	RESOLUTIONS,
	sizeForAspectRatio,
	type Resolution,
	type Size,
} from '../models/sizes';
import { fieldOf, type RowParameters } from './parameters';
import { assertPresent, readNumber, readOption, readText } from './read';

/** What the builder asked for, before it is known what the model makes of it. */
export type SizeChoice =
	| { readonly kind: 'auto' }
	| { readonly kind: 'sameAsInput' }
	| { readonly kind: 'pixels'; readonly size: Size }
	| { readonly kind: 'aspectRatio'; readonly ratio: number; readonly resolution: Resolution };

const SIZES = [
	{ name: 'Aspect Ratio', value: 'aspectRatio', description: 'A shape and a resolution' },
	{ name: 'Auto', value: 'auto', description: 'The model chooses' },
	{ name: 'Custom', value: 'custom', description: 'Width and height in pixels' },
	{ name: 'Landscape 1536x1024', value: '1536x1024' },
	{ name: 'Landscape 2048x1152', value: '2048x1152' },
	{ name: 'Landscape 2560x1440', value: '2560x1440' },
	{ name: 'Landscape 3840x2160 (4K)', value: '3840x2160' },
	{ name: 'Portrait 1024x1536', value: '1024x1536' },
	{ name: 'Portrait 1152x2048', value: '1152x2048' },
	{ name: 'Portrait 1440x2560', value: '1440x2560' },
	{ name: 'Portrait 2160x3840 (4K)', value: '2160x3840' },
	{ name: 'Square 1024x1024', value: '1024x1024' },
	{ name: 'Square 2048x2048', value: '2048x2048' },
	{ name: 'Square 2880x2880', value: '2880x2880' },
];

const SAME_AS_INPUT = {
	name: 'Same as Input',
	value: 'sameAsInput',
	description: 'The nearest size to the first input image that the model can make',
};

const ASPECT_RATIOS = [
	'1:1',
	'1:2',
	'1:3',
	'16:9',
	'2:1',
	'2:3',
	'21:9',
	'3:1',
	'3:2',
	'3:4',
	'4:3',
	'4:5',
	'5:4',
	'9:16',
	'9:21',
];

export const sizeField: INodeProperties = {
	displayName: 'Size',
	name: 'size',
	type: 'options',
	options: SIZES,
	default: '1024x1024',
	description: 'Width x height in pixels. An expression can give any size, such as 1536x864.',
};

/** The size parameter of nodes that have an input image to follow. */
export const sizeFieldWithInput: INodeProperties = {
	...sizeField,
	options: [...SIZES, SAME_AS_INPUT].sort((a, b) => a.name.localeCompare(b.name)),
};

const aspectRatioField: INodeProperties = {
	displayName: 'Aspect Ratio',
	name: 'aspectRatio',
	type: 'options',
	displayOptions: { show: { size: ['aspectRatio'] } },
	options: ASPECT_RATIOS.map((ratio) => ({ name: ratio, value: ratio })),
	default: '1:1',
	description: 'Width to height. An expression can give any ratio from 3:1 to 1:3.',
};

const resolutionField: INodeProperties = {
	displayName: 'Resolution',
	name: 'resolution',
	type: 'options',
	displayOptions: { show: { size: ['aspectRatio'] } },
	options: [
		{ name: '1K', value: '1k', description: 'As many pixels as 1024x1024' },
		{ name: '2K', value: '2k', description: 'As many pixels as 2048x2048' },
		{ name: '4K', value: '4k', description: 'As many pixels as 3840x2160' },
	],
	default: '1k',
	description: 'How many pixels the image has; the nearest size the model can make is used',
};

const edgeField = (displayName: string, name: string): INodeProperties => ({
	displayName,
	name,
	type: 'number',
	displayOptions: { show: { size: ['custom'] } },
	typeOptions: { minValue: 16, maxValue: 3840, numberPrecision: 0 },
	default: 1024,
	description: `${displayName} in pixels, a multiple of 16`,
});

const widthField = edgeField('Width', 'width');
const heightField = edgeField('Height', 'height');

/** What follows the size parameter in every node. */
export const sizeDetailFields: readonly INodeProperties[] = [
	aspectRatioField,
	resolutionField,
	widthField,
	heightField,
];

const CURE = 'Choose a size from the list, or write width x height in pixels, such as 1536x1024.';

/**
 * Reads the size parameter and those that belong to it. n8n drops these where a workflow spells
 * `aspectRatio` or `custom` otherwise: then they are missing, and no default takes their place.
 */
export function readSizeChoice(
	parameters: RowParameters,
	byDefault: '1024x1024' | 'sameAsInput' = '1024x1024',
): SizeChoice {
	const value = parameters('size', byDefault);
	const field = fieldOf(sizeField);
	assertPresent(value, field);
	const text = readText(value, field).trim();
	switch (text.toLowerCase()) {
		case 'auto':
			return { kind: 'auto' };
		case 'sameasinput':
			return { kind: 'sameAsInput' };
		case 'custom':
			return { kind: 'pixels', size: readCustomSize(parameters) };
		case 'aspectratio':
			return readAspectRatio(parameters);
	}
	const size = parseSize(text);
	if (!size) throw invalidInput(`'Size' cannot be '${text.slice(0, 60)}'`, CURE, 'size');
	return { kind: 'pixels', size };
}

function readCustomSize(parameters: RowParameters): Size {
	const edge = (field: INodeProperties) =>
		readNumber(
			parameters(field.name, ''),
			{ min: 1, max: Infinity, integer: true, unit: 'pixels' },
			fieldOf(field),
		);
	return { width: edge(widthField), height: edge(heightField) };
}

function readAspectRatio(parameters: RowParameters): SizeChoice {
	const value = parameters('aspectRatio', '');
	assertPresent(value, fieldOf(aspectRatioField));
	const text = readText(value, fieldOf(aspectRatioField));
	const ratio = parseAspectRatio(text);
	if (ratio === undefined || ratio > 3 || ratio < 1 / 3)
		throw invalidInput(
			`'Aspect Ratio' cannot be '${text.slice(0, 60)}'`,
			'Use width:height from 3:1 to 1:3, such as 16:9.',
			'aspectRatio',
		);
	const names = Object.keys(RESOLUTIONS) as Resolution[];
	return {
		kind: 'aspectRatio',
		ratio,
		resolution: readOption(parameters('resolution', ''), names, fieldOf(resolutionField)),
	};
}

/** Whose sizes are chosen from where the model is not known, as behind an Azure deployment's name. */
const LIKELY_MODEL = findModel(DEFAULT_MODEL) as ImageModel;

/**
 * The `size` of the request: `auto` or `WIDTHxHEIGHT` in pixels. Fails with the rule and the
 * nearest legal size where the model does not make it.
 * @param model undefined where nothing is known of it: then only the API can tell whether a size is legal
 * @param input width and height in pixels of the first input image, where there is one
 */
export function resolveSize(
	choice: SizeChoice,
	modelId: string,
	model: ImageModel | undefined,
	input?: Size,
): string {
	switch (choice.kind) {
		case 'auto':
			return 'auto';
		case 'sameAsInput':
			// An image that OpenAI loads itself cannot be measured; auto follows its shape.
			if (!input) return 'auto';
			return formatSize(legalSizeLike(input, model ?? LIKELY_MODEL));
		case 'aspectRatio':
			return formatSize(sizeForAspectRatio(choice.ratio, choice.resolution, model ?? LIKELY_MODEL));
		case 'pixels': {
			const rule = model && brokenSizeRule(choice.size, model);
			if (model && rule) {
				const nearest = formatSize(nearestLegalSize(choice.size, model));
				throw invalidInput(
					`'Size' ${formatSize(choice.size)} does not work with ${modelId}: ${rule}`,
					`The nearest size that works is ${nearest}.`,
					'size',
				);
			}
			return formatSize(choice.size);
		}
	}
}
