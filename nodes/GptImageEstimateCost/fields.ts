import type { INodeProperties } from 'n8n-workflow';
import { binaryFieldsField as sharedBinaryFieldsField } from '../shared/fields/binaries';
import { sizeField, sizeFieldWithInput } from '../shared/fields/size';

const GENERATE = { show: { operation: ['generate'] } };
const EDIT = { show: { operation: ['edit'] } };

export const operationField: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Edit',
			value: 'edit',
			action: 'Estimate cost of edit',
			description: 'What GPT Image Edit will cost',
		},
		{
			name: 'Generate',
			value: 'generate',
			action: 'Estimate cost of generate',
			description: 'What GPT Image Generate will cost',
		},
	],
	default: 'generate',
};

export const inputImagesField: INodeProperties = {
	displayName: 'Input Images',
	name: 'inputImages',
	type: 'options',
	displayOptions: EDIT,
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
		{
			name: 'Dimensions',
			value: 'dimensions',
			description: 'Width x height, without the files',
		},
	],
	default: 'binaryFields',
	description: 'The images to edit: their dimensions decide what they cost. A mask costs nothing.',
};

export const binaryFieldsField: INodeProperties = {
	...sharedBinaryFieldsField,
	displayOptions: { show: { operation: ['edit'], inputImages: ['binaryFields'] } },
};

export const dimensionsField: INodeProperties = {
	displayName: 'Dimensions',
	name: 'dimensions',
	type: 'string',
	displayOptions: { show: { operation: ['edit'], inputImages: ['dimensions'] } },
	default: '',
	placeholder: 'e.g. 1024x1024, 1536x1024',
	description:
		'Width x height of each input image in pixels, separated by commas. When empty, one image of any size is counted.',
};

export const generateSizeField: INodeProperties = { ...sizeField, displayOptions: GENERATE };
export const editSizeField: INodeProperties = { ...sizeFieldWithInput, displayOptions: EDIT };

export const batchField: INodeProperties = {
	displayName: 'Batch',
	name: 'batch',
	type: 'boolean',
	default: false,
	description: 'Whether the requests go through the Batch API, which costs half',
};

export const budgetField: INodeProperties = {
	displayName: 'Budget',
	name: 'budget',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 10,
	description: 'The most that all items together may cost, in USD',
};

export const onOverBudgetField: INodeProperties = {
	displayName: 'On Over Budget',
	name: 'onOverBudget',
	type: 'options',
	options: [
		{
			name: 'Flag Items',
			value: 'flag',
			description: "Pass all items on with 'withinBudget' set to false, for an IF node to decide",
		},
		{ name: 'Stop', value: 'stop', description: 'Pass nothing on and name the dearest items' },
	],
	default: 'flag',
	description: 'What to do when all items together may cost more than the budget',
};
