import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { outputOptions } from './outputOptions';
import type { RowParameters } from './parameters';
import { pricingField } from './pricing';
import { requestOptions } from './requestOptions';
import { sendOptions } from './sendOptions';

/** The options that Generate and Edit share. */
export const sharedOptions: readonly INodeProperties[] = [
	...requestOptions,
	...outputOptions,
	...sendOptions,
	pricingField,
];

/** The collection of options, in the alphabetical order that n8n asks for. */
export const optionsField = (options: readonly INodeProperties[]): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [...options].sort((a, b) => a.displayName.localeCompare(b.displayName)),
});

/** The options collection of one item. */
export const readOptions = (parameters: RowParameters) => parameters('options', {}) as IDataObject;
