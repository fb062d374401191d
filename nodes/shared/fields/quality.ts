import type { INodeProperties } from 'n8n-workflow';
import { invalidInput } from '../api/errors';
import type { ImageModel, Quality } from '../models/models';
import { fieldOf, valuesOf, type RowParameters } from './parameters';
import { readNumber, readOption } from './read';

const QUALITIES: Array<{ name: string; value: Quality; description?: string }> = [
	{ name: 'Auto', value: 'auto', description: 'The model chooses, and with it the price' },
	{ name: 'Low', value: 'low', description: 'Fast and cheap, good for drafts' },
	{ name: 'Medium', value: 'medium' },
	{ name: 'High', value: 'high' },
	{ name: 'Extra High', value: 'xhigh', description: 'Only gpt-image-2.5 and newer' },
	{ name: 'Max', value: 'max', description: 'Only gpt-image-2.5 and newer' },
];

export const qualityField: INodeProperties = {
	displayName: 'Quality',
	name: 'quality',
	type: 'options',
	// eslint wants the alphabet; builders want the price to rise from top to bottom.
	options: QUALITIES,
	default: 'medium',
	description: 'How carefully the image is rendered; the price rises with it',
};

export const countField: INodeProperties = {
	displayName: 'Number of Images',
	name: 'n',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 10, numberPrecision: 0 },
	default: 1,
	description: 'How many images to make from each input item, 1 to 10; each one is paid for',
};

/** The quality, checked against the model where the model is known. */
export function readQuality(
	parameters: RowParameters,
	modelId: string,
	model: ImageModel | undefined,
): Quality {
	const quality = readOption(
		parameters('quality', 'medium'),
		valuesOf(QUALITIES),
		fieldOf(qualityField),
	);
	if (model && !model.qualities.includes(quality))
		throw invalidInput(
			`'Quality' ${quality} does not work with ${modelId}`,
			`Use one of: ${model.qualities.join(', ')}. Or set 'Model' to one that has ${quality}, such as gpt-image-2.5-sunburst.`,
			'quality',
		);
	return quality;
}

/** Images asked of one request, 1 to 10. */
export function readCount(parameters: RowParameters): number {
	return readNumber(parameters('n', 1), { min: 1, max: 10, integer: true }, fieldOf(countField));
}
