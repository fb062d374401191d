import fc from 'fast-check';
import { countTokens as countByGptTokenizer } from 'gpt-tokenizer/cjs/encoding/o200k_base';
import type { CostRequest } from '../../../nodes/shared/cost/estimate';
import { countTokens, textTokens, writtenTextTokens } from '../../../nodes/shared/cost/textTokens';
import { exactly } from '../../../nodes/shared/cost/tokenCount';
import { findModel, type ImageModel } from '../../../nodes/shared/models/models';
import { request } from './requests';

const model = (id: string) => findModel(id) as ImageModel;

const reference = (text: string) => countByGptTokenizer(text, { disallowedSpecial: new Set() });

describe('text is counted as gpt-tokenizer counts it', () => {
	it.each([
		'',
		' ',
		'a cat',
		'A product photo of a red enamel mug, morning light, 85mm lens; #7 (new!)\n\n- no text',
		"It's WE'LL they'Re CamelCase HTTPServer x86_64 1234567",
		'穏やかな朝の光の中、木のテーブルに置かれた陶器のマグカップ',
		'Кружка на деревянном столе',
		'👩‍👩‍👧‍👦🏳️‍🌈 café ﷽ e\u0301\u0301',
		'<|endoftext|><|im_start|>system',
		'\ud800 lone \udfff',
		'tabs\t\tand\r\n   spaces   ',
	])('%j', (text) => {
		expect(countTokens(text)).toBe(reference(text));
	});

	it.each<fc.StringConstraints['unit']>(['grapheme', 'binary', 'grapheme-ascii'])(
		'anything made of %s units',
		(unit) => {
			fc.assert(
				fc.property(fc.string({ unit, maxLength: 400 }), (text) => {
					expect(countTokens(text)).toBe(reference(text));
				}),
			);
		},
	);

	it('runs of few letters, which merge in many ways', () => {
		fc.assert(
			fc.property(
				fc.string({
					unit: fc.constantFrom('a', 'b', ' ', '\n', '漢', '字', 'é', '7'),
					maxLength: 300,
				}),
				(text) => {
					expect(countTokens(text)).toBe(reference(text));
				},
			),
		);
	});
});

/** The longest prompt there is, without a space to break it at. */
it.each([
	['one letter', 'a'.repeat(32_000), 4000],
	['emoji', '😀'.repeat(16_000), 16_000],
	['Chinese characters', '漢'.repeat(32_000), 32_000],
	['spaces', ' '.repeat(32_000), 250],
])('32,000 characters of %s take less than a second', (_, text, tokens) => {
	const start = performance.now();
	expect(countTokens(text)).toBe(tokens);
	expect(performance.now() - start).toBeLessThan(1000);
});

describe('what the API adds to the prompt', () => {
	it('gpt-image-2: 6 tokens, with and without input images', () => {
		expect(textTokens(model('gpt-image-2'), 31, 0)).toEqual(exactly(37));
		expect(textTokens(model('gpt-image-2'), 31, 3)).toEqual(exactly(37));
	});

	it('2.5: 10 more for each input image', () => {
		expect(textTokens(model('gpt-image-2.5-flare'), 2, 0)).toEqual(exactly(8));
		expect(textTokens(model('gpt-image-2.5-flare'), 2, 2)).toEqual(exactly(28));
	});

	it('where nothing is measured, a range', () => {
		const { min, max, notes } = textTokens(model('gpt-image-1-mini'), 10, 1);
		expect([min, max]).toEqual([10, 74]);
		expect(notes).toHaveLength(1);
	});
});

it('text that gpt-image-1.5 writes is allowed for, and covers what was seen', () => {
	const { min, max } = writtenTextTokens(model('gpt-image-1.5'));
	expect(min).toBeLessThan(341);
	expect(max).toBeGreaterThan(856);
	expect(writtenTextTokens(model('gpt-image-2'))).toEqual(exactly(0));
});

it('the vocabulary is read on first use, not when the package is loaded', () => {
	jest.isolateModules(() => {
		let reads = 0;
		jest.doMock('../../../nodes/shared/cost/o200k', () => {
			reads++;
			return jest.requireActual('../../../nodes/shared/cost/o200k');
		});
		const { estimateRequest } = jest.requireActual<{
			estimateRequest: (one: CostRequest) => unknown;
		}>('../../../nodes/shared/cost/estimate');
		expect(reads).toBe(0);
		estimateRequest(request());
		estimateRequest(request());
		expect(reads).toBe(1);
	});
});

describe('the built package', () => {
	it('counts without gpt-tokenizer, which is not installed beside it', () => {
		const forbidden = () => {
			throw new Error('gpt-tokenizer is required at run time');
		};
		jest.doMock('gpt-tokenizer/cjs/bpeRanks/o200k_base', forbidden);
		jest.doMock('gpt-tokenizer/cjs/encodingParams/constants', forbidden);
		const built = jest.requireActual<{ countTokens: typeof countTokens }>(
			'../../../dist/nodes/shared/cost/textTokens.js',
		);
		expect(built.countTokens('a plain blue circle centered on a white background')).toBe(9);
	});
});
