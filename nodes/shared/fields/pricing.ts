import type { INodeProperties } from 'n8n-workflow';
import { invalidInput } from '../api/errors';
import { parsePricing, type Pricing } from '../cost/pricing';

export const pricingField: INodeProperties = {
	displayName: 'Pricing',
	name: 'pricing',
	type: 'json',
	default: '',
	placeholder: 'e.g. {"imageOutput": 27}',
	description:
		'Your own prices in USD per million tokens: textInput, imageInput, imageOutput. For an Azure deployment, name its model: {"sameAs": "gpt-image-2"}.',
};

/** The price override, checked; none where the parameter is empty. */
export function readPricing(value: unknown): Pricing {
	const parsed = parsePricing(value);
	if ('pricing' in parsed) return parsed.pricing;
	throw invalidInput(
		`'Pricing' ${parsed.problem}`,
		'Leave it empty to use the prices of OpenAI, or write for example {"textInput": 5, "imageInput": 8, "imageOutput": 30}.',
		pricingField.name,
	);
}
