import { estimateRequest } from '../../../nodes/shared/cost/estimate';
import { parsePricing, priceModel, type Pricing } from '../../../nodes/shared/cost/pricing';
import { request } from './requests';

function pricing(value: unknown): Pricing {
	const parsed = parsePricing(value);
	if ('problem' in parsed) throw new Error(parsed.problem);
	return parsed.pricing;
}

const usd = (model: string, override?: unknown) =>
	estimateRequest(request({ model, pricing: pricing(override) }));

it.each([undefined, null, '', '{}', {}])('%j overrides nothing', (value) => {
	expect(usd('gpt-image-2', value)).toEqual(usd('gpt-image-2'));
});

it('prices for every model, as an object or as JSON', () => {
	const override = { textInput: 10, imageOutput: 60 };
	expect(usd('gpt-image-2', override).breakdown).toEqual({
		textInput: 0.00008,
		imageInput: 0,
		imageOutput: 0.10536,
	});
	expect(usd('gpt-image-2', JSON.stringify(override))).toEqual(usd('gpt-image-2', override));
});

it('prices for one model leave the others as they are', () => {
	const override = { 'gpt-image-2': { imageOutput: 60 } };
	expect(usd('gpt-image-2', override).usd).toBeGreaterThan(usd('gpt-image-2').usd);
	expect(usd('gpt-image-2.5-flare', override)).toEqual(usd('gpt-image-2.5-flare'));
});

it('prices for a model hold for its dated snapshots', () => {
	const override = { 'gpt-image-2': { imageOutput: 60 } };
	expect(usd('gpt-image-2-2026-04-21', override).usd).toBe(usd('gpt-image-2', override).usd);
});

it('the source of each price is named', () => {
	expect(usd('gpt-image-2').priceSource).toMatch(/^developers\.openai\.com.*, \d{4}-\d{2}-\d{2}$/);
	expect(usd('gpt-image-2', { imageOutput: 60 }).priceSource).toMatch(
		/^the 'pricing' parameter for imageOutput; else developers\.openai\.com/,
	);
	expect(usd('gpt-image-2', { textInput: 5, imageInput: 8, imageOutput: 60 }).priceSource).toBe(
		"the 'pricing' parameter",
	);
});

it('a deployment that is said to be a known model is estimated like it', () => {
	const { priceSource, ...same } = usd('our-images', { 'our-images': { sameAs: 'gpt-image-2' } });
	expect(usd('gpt-image-2')).toMatchObject(same);
	expect(usd('our-images', { sameAs: 'gpt-image-2' }).exact).toBe(true);
	expect(priceSource).toMatch(/^developers/);
});

it('prices alone do not tell which model a deployment is', () => {
	const override = pricing({ textInput: 5, imageInput: 8, imageOutput: 30 });
	expect(priceModel('our-images', override)).toMatchObject({
		modelKnown: false,
		pricesKnown: true,
	});
	expect(priceModel('our-images', pricing({ textInput: 5 }))).toMatchObject({
		modelKnown: false,
		pricesKnown: false,
	});
});

it.each([
	['text', 'cheap', /must be a JSON object/],
	['broken JSON', '{"textInput": 5', /must be a JSON object/],
	['a list', [5, 8, 30], /must be a JSON object/],
	['a number', 30, /must be a JSON object/],
	['an unknown key', { output: 30 }, /unknown key 'output'; it takes textInput, imageInput/],
	['a negative price', { imageOutput: -1 }, /-1 for 'imageOutput'; use USD per million tokens/],
	['a price as text', { imageOutput: '30' }, /"30" for 'imageOutput'/],
	['no number', { imageOutput: NaN }, /for 'imageOutput'/],
	['an absurd price', { imageOutput: 1e9 }, /from 0 to 1,000,000/],
	['an unknown key of a model', { mine: { price: 1 } }, /for 'mine' has the unknown key 'price'/],
	['an unknown model', { mine: { sameAs: 'dall-e' } }, /unknown model "dall-e" in 'sameAs'/],
	['prices beside models', { mine: {}, textInput: 5 }, /mixes prices and models/],
	['null for a price', { imageOutput: null }, /null for 'imageOutput'/],
])('%s is refused in words', (_, value, words) => {
	expect(parsePricing(value)).toEqual({ problem: expect.stringMatching(words) });
});

it('a model named like a property of every object is no trap', () => {
	expect(() => usd('constructor', { toString: { imageOutput: 1 } })).not.toThrow();
	expect(parsePricing('{"__proto__": {"imageOutput": -1}}')).toHaveProperty('problem');
});
