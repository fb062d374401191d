import type { INodeProperties } from 'n8n-workflow';
import { invalidInput } from '../api/errors';
import { parsePricing, type Pricing } from '../cost/pricing';
import { fieldOf } from './parameters';

export const pricingField: INodeProperties = {
	displayName: 'Pricing',
	name: 'pricing',
	type: 'json',
	default: '',
	placeholder: 'e.g. {"my-deployment": {"sameAs": "gpt-image-2"}}',
	description:
		'Prices in USD per million tokens where they differ from OpenAI\'s list, such as {"imageOutput": 27}, or for one model {"my-deployment": {"sameAs": "gpt-image-2", "imageOutput": 27}}. The keys are textInput, imageInput, imageOutput, textOutput and sameAs.',
};

/** Prices that override the list; nothing where the parameter is empty. */
export function readPricing(value: unknown): Pricing {
	const parsed = parsePricing(value);
	if ('pricing' in parsed) return parsed.pricing;
	const { label, name } = fieldOf(pricingField);
	throw invalidInput(
		`'${label}' ${parsed.problem}`,
		'Use prices in USD per million tokens, such as {"textInput": 5, "imageInput": 8, "imageOutput": 30}, or leave it empty for the list prices.',
		name,
	);
}
