import type { INodeProperties } from 'n8n-workflow';
import { binaryFieldsField as sharedBinaryFieldsField } from '../shared/fields/binaries';
import { sharedOptions } from '../shared/fields/options';
import { promptField } from '../shared/fields/prompt';
import { backgroundOption } from '../shared/fields/requestOptions';
import { sizeFieldWithInput } from '../shared/fields/size';

const EDIT = { show: { operation: ['edit'] } };
const REMOVE_BACKGROUND = { show: { operation: ['removeBackground'] } };

export const operationField: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Edit',
			value: 'edit',
			action: 'Edit image',
			description: 'Change an image, or make a new one from several',
		},
		{
			name: 'Remove Background',
			value: 'removeBackground',
			action: 'Remove background of image',
			description: 'Keep the subject and make everything around it transparent',
		},
	],
	default: 'edit',
};

export const editPromptField: INodeProperties = {
	...promptField,
	displayOptions: EDIT,
	placeholder: 'e.g. Put the mug on a marble kitchen counter, keep its logo as it is',
	description: 'What to change, in up to 32,000 characters',
};

export const removeBackgroundPromptField: INodeProperties = {
	...promptField,
	displayName: 'Additional Instructions',
	displayOptions: REMOVE_BACKGROUND,
	required: false,
	placeholder: 'e.g. Keep the plate under the cake',
	description: 'Anything to say about what belongs to the subject; can be empty',
};

export const editSizeField: INodeProperties = { ...sizeFieldWithInput, displayOptions: EDIT };

export const removeBackgroundSizeField: INodeProperties = {
	...sizeFieldWithInput,
	displayOptions: REMOVE_BACKGROUND,
	default: 'sameAsInput',
};

export const imageSourceField: INodeProperties = {
	displayName: 'Image Source',
	name: 'imageSource',
	type: 'options',
	options: [
		{
			name: 'All Binary Fields',
			value: 'allBinaries',
			description: 'Every image file of the input item',
		},
		{
			name: 'Binary Fields',
			value: 'binaryFields',
			description: 'Files of the input item by name',
		},
		{ name: 'OpenAI File IDs', value: 'fileIds', description: 'Files uploaded to OpenAI' },
		{
			name: 'URLs',
			value: 'urls',
			description: 'Public addresses that OpenAI loads the images from',
		},
	],
	default: 'binaryFields',
	description: 'Where the images to edit are, up to 16 of them',
};

export const binaryFieldsField: INodeProperties = {
	...sharedBinaryFieldsField,
	displayOptions: { show: { imageSource: ['binaryFields'] } },
};

export const imageUrlsField: INodeProperties = {
	displayName: 'Image URLs',
	name: 'imageUrls',
	type: 'string',
	displayOptions: { show: { imageSource: ['urls'] } },
	default: '',
	required: true,
	placeholder: 'e.g. https://example.com/mug.png',
	description:
		'Addresses of the images, one a line or separated by commas; file IDs can be among them',
};

export const fileIdsField: INodeProperties = {
	displayName: 'File IDs',
	name: 'fileIds',
	type: 'string',
	displayOptions: { show: { imageSource: ['fileIds'] } },
	default: '',
	required: true,
	placeholder: 'e.g. file-abc123',
	description: 'OpenAI file IDs of the images, separated by commas',
};

export const combineItemsField: INodeProperties = {
	displayName: 'Combine Items',
	name: 'combineItems',
	type: 'boolean',
	// One for all items: it says how they become rows.
	noDataExpression: true,
	displayOptions: EDIT,
	default: false,
	description:
		'Whether to put the images of all input items into one edit. The other parameters are taken from the first item.',
};

export const maskField: INodeProperties = {
	displayName: 'Mask',
	name: 'mask',
	type: 'options',
	displayOptions: EDIT,
	options: [
		{
			name: 'Binary Field',
			value: 'binaryField',
			description: 'A PNG that is transparent where to edit',
		},
		{ name: 'None', value: 'none', description: 'The whole image may change' },
		{ name: 'Region', value: 'region', description: 'A rectangle or ellipse of the first image' },
	],
	default: 'none',
	description:
		'Which part of the first image to edit. The model takes it as a guide and may change a few pixels around it.',
};

export const maskFieldField: INodeProperties = {
	displayName: 'Mask Binary Field',
	name: 'maskField',
	type: 'string',
	displayOptions: { show: { operation: ['edit'], mask: ['binaryField'] } },
	default: 'mask',
	required: true,
	placeholder: 'e.g. mask',
	hint: 'The name of the input binary field that holds the mask',
};

const percent = (displayName: string, name: string, byDefault: number, description: string) =>
	({
		displayName: `${displayName} (%)`,
		name,
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: byDefault,
		description,
	}) satisfies INodeProperties;

// eslint wants the alphabet; builders think of a place first and of a size then.
const REGION_PARTS: INodeProperties[] = [
	{
		displayName: 'Shape',
		name: 'shape',
		type: 'options',
		options: [
			{ name: 'Ellipse', value: 'ellipse' },
			{ name: 'Rectangle', value: 'rectangle' },
		],
		default: 'rectangle',
	},
	percent('Left', 'x', 25, 'Where the region begins, from the left edge of the image'),
	percent('Top', 'y', 25, 'Where the region begins, from the top edge of the image'),
	percent('Width', 'width', 50, 'Of the width of the image'),
	percent('Height', 'height', 50, 'Of the height of the image'),
];

export const regionField: INodeProperties = {
	displayName: 'Region',
	name: 'region',
	type: 'collection',
	placeholder: 'Add part of region',
	displayOptions: { show: { operation: ['edit'], mask: ['region'] } },
	default: { shape: 'rectangle', x: 25, y: 25, width: 50, height: 50 },
	description: 'The part to edit, in percent of the width and height of the first image',
	options: REGION_PARTS,
};

export const blackAndWhiteMaskOption: INodeProperties = {
	displayName: 'Black-and-White Mask',
	name: 'blackAndWhiteMask',
	type: 'boolean',
	displayOptions: { show: { '/operation': ['edit'], '/mask': ['binaryField'] } },
	default: false,
	description:
		'Whether the mask is black and white instead of transparent: white is edited, black is kept',
};

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

/** The options of Edit; Remove Background has a background of its own. */
export const editOptions: readonly INodeProperties[] = [
	...sharedOptions.map((option) =>
		option === backgroundOption
			? { ...option, displayOptions: { show: { '/operation': ['edit'] } } }
			: option,
	),
	blackAndWhiteMaskOption,
	inputFidelityOption,
];
