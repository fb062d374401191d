import {
	DEFAULT_MODEL,
	findModel,
	IMAGE_MODELS,
	isImageModelId,
	shutdownOf,
} from '../../../nodes/shared/models/models';

const before = new Date('2026-09-01T12:00:00Z');
const after = new Date('2026-12-31T12:00:00Z');

describe('a model id', () => {
	it.each([
		['gpt-image-2', 'gpt-image-2'],
		['gpt-image-2-2026-04-21', 'gpt-image-2'],
		['gpt-image-2.5-sunburst-2026-09-08', 'gpt-image-2.5-sunburst'],
		['gpt-image-1.5-2025-12-16', 'gpt-image-1.5'],
		['gpt-image-1-mini', 'gpt-image-1-mini'],
	])('%s belongs to the family %s', (id, family) => {
		expect(findModel(id)?.id).toBe(family);
	});

	it.each([
		'my-deployment',
		'gpt-image-9',
		'gpt-image-2-preview',
		'gpt-image-22',
		'',
		'toString',
		'gpt-5.5',
	])('nothing is known of %j, so nothing is refused for it', (id) => {
		expect(findModel(id)).toBeUndefined();
		expect(shutdownOf(id, after)).toBeUndefined();
	});

	it.each([
		['gpt-image-2', true],
		['chatgpt-image-latest', true],
		['gpt-image-7-future', true],
		['gpt-5.5', false],
		['my-gpt-image-2', false],
		['text-embedding-3-small', false],
	])('%s makes images: %s', (id, makesImages) => {
		expect(isImageModelId(id)).toBe(makesImages);
	});
});

describe('a model that is shut down', () => {
	it.each([
		'gpt-image-1.5',
		'gpt-image-1.5-2025-12-16',
		'gpt-image-1-mini',
		'chatgpt-image-latest',
	])('%s is to be had until its last day', (id) => {
		expect(shutdownOf(id, new Date('2026-11-30T23:59:59Z'))).toBeUndefined();
		expect(shutdownOf(id, new Date('2026-12-01T00:00:00Z'))?.date).toBe('2026-12-01');
	});

	it.each([
		['gpt-image-1', '2026-10-23', 'gpt-image-2.5-sunburst'],
		['gpt-image-1.5', '2026-12-01', 'gpt-image-2.5-sunburst'],
		['gpt-image-1-mini', '2026-12-01', 'gpt-image-2.5-flare'],
		['dall-e-2', '2026-05-12', 'gpt-image-2'],
		['dall-e-3', '2026-05-12', 'gpt-image-2'],
	])('%s names its day %s and its successor %s', (id, date, successor) => {
		expect(shutdownOf(id, after)).toEqual({ date, successor });
	});

	it('has a successor that is not shut down itself', () => {
		const successors = IMAGE_MODELS.flatMap(({ successor }) => successor ?? []);
		for (const id of successors) {
			expect([id, findModel(id)?.id]).toEqual([id, id]);
			expect([id, shutdownOf(id, after)]).toEqual([id, undefined]);
		}
	});

	it('is none of those without a date, the default among them', () => {
		expect(shutdownOf(DEFAULT_MODEL, new Date('2040-01-01'))).toBeUndefined();
		expect(shutdownOf('gpt-image-1.5', before)).toBeUndefined();
	});
});

describe('qualities', () => {
	it.each([
		['gpt-image-2', ['auto', 'low', 'medium', 'high']],
		['gpt-image-1.5', ['auto', 'low', 'medium', 'high']],
		['gpt-image-2.5-flare', ['auto', 'low', 'medium', 'high', 'xhigh', 'max']],
		['gpt-image-2.6-sunburst', ['auto', 'low', 'medium', 'high', 'xhigh', 'max']],
	])('%s has %j', (id, qualities) => {
		expect(findModel(id)?.qualities).toEqual(qualities);
	});
});
