import { ImageError } from '../../../nodes/shared/api/errors';
import {
	assertPresent,
	readBoolean,
	readNumber,
	readOption,
	readText,
} from '../../../nodes/shared/fields/read';

const field = { label: 'Max Cost', name: 'maxCost' };

/** What a builder is told: the message and the hint, and which parameter it is about. */
function refusal(read: () => unknown) {
	try {
		return { gave: read() };
	} catch (error) {
		const { message, details } = error as ImageError;
		expect(details).toMatchObject({ kind: 'invalidInput', param: 'maxCost', attempts: 0 });
		return { message, hint: details.hint };
	}
}

describe('a value that must be there', () => {
	it.each([0, false, 'x', NaN])('%p is there', (value) => {
		expect(() => assertPresent(value, field)).not.toThrow();
	});

	it.each([undefined, null, '', ' \n'])('%p is refused as empty', (value) => {
		expect(refusal(() => assertPresent(value, field))).toMatchObject({
			message: "'Max Cost' is empty",
			hint: expect.stringContaining('check that the input item has the field it names'),
		});
	});
});

describe('text', () => {
	it.each([
		['a', 'a'],
		[' a ', ' a '],
		[12, '12'],
		[false, 'false'],
		[undefined, ''],
		[null, ''],
		[' \n', ''],
	])('%p is read as %j', (value, text) => {
		expect(readText(value, field)).toBe(text);
	});

	it.each([
		[
			{ a: 1 },
			'an object',
			'Pick one field of it in the expression, for example {{ $json.maxCost }}.',
		],
		[['a'], 'a list', 'Pick one entry of it in the expression, for example with [0] at its end.'],
	])('%j is refused: it is %s', (value, what, hint) => {
		expect(refusal(() => readText(value, field))).toEqual({
			message: `'Max Cost' must be text, but it is ${what}`,
			hint,
		});
	});
});

describe('one of a list', () => {
	const read = (value: unknown) => readOption(value, ['low', 'aspectRatio', '2k'], field);

	it.each([
		['low', 'low'],
		['LOW', 'low'],
		[' Low\n', 'low'],
		['aspectratio', 'aspectRatio'],
		['2K', '2k'],
	])('%j is read as %j', (value, option) => {
		expect(read(value)).toBe(option);
	});

	it.each([
		['lowest', 'lowest'],
		['low\n\nor 2k', 'low or 2k'],
		[3, '3'],
		[true, 'true'],
		[{ low: 1 }, '{"low":1}'],
		[['low', '2k'], '["low","2k"]'],
		['x'.repeat(90), `${'x'.repeat(57)}...`],
	])('%j is refused with what may be used', (value, shown) => {
		expect(refusal(() => read(value))).toEqual({
			message: `'Max Cost' cannot be '${shown}'`,
			hint: 'Use one of: low, aspectRatio, 2k.',
		});
	});
});

describe('a number', () => {
	const whole = (value: unknown) =>
		readNumber(value, { min: 1, max: 2000, integer: true, unit: 'pixels' }, field);
	const decimal = (value: unknown) => readNumber(value, { min: 0, max: Infinity }, field);

	it.each([
		[1, 1],
		[2000, 2000],
		['16', 16],
		[' 16 ', 16],
		['1e2', 100],
	])('%j is read as %d', (value, number) => {
		expect(whole(value)).toBe(number);
	});

	it('may have decimals where it need not be whole', () => {
		expect(decimal('0.25')).toBe(0.25);
		expect(decimal(0)).toBe(0);
	});

	it.each([0, 2001, 1.5, '1.5', 'ten', '1,000', NaN, Infinity, -Infinity, true, [5], { a: 1 }])(
		'%p is refused with the bounds',
		(value) => {
			expect(refusal(() => whole(value))).toEqual({
				message: expect.stringMatching(/^'Max Cost' cannot be '.*'$/),
				hint: 'Use a whole number from 1 to 2,000 pixels.',
			});
		},
	);

	it.each([-0.01, NaN, 'x'])('%p is refused where there is only a lower bound', (value) => {
		expect(refusal(() => decimal(value))).toMatchObject({ hint: 'Use a number of 0 or more.' });
	});

	it('what is not a number is shown by its name', () => {
		expect(refusal(() => whole(NaN))).toMatchObject({ message: "'Max Cost' cannot be 'NaN'" });
		expect(refusal(() => whole(Infinity))).toMatchObject({
			message: "'Max Cost' cannot be 'Infinity'",
		});
	});

	it.each([undefined, null, '', ' '])('%p is refused as empty', (value) => {
		expect(refusal(() => whole(value))).toMatchObject({ message: "'Max Cost' is empty" });
	});
});

describe('yes or no', () => {
	it.each([
		[true, true],
		[false, false],
		['true', true],
		['FALSE', false],
		[' True ', true],
	])('%j is read as %p', (value, expected) => {
		expect(readBoolean(value, field)).toBe(expected);
	});

	it.each(['yes', '1', 1, 0, {}])('%j is refused', (value) => {
		expect(refusal(() => readBoolean(value, field))).toMatchObject({
			hint: 'Use one of: true, false.',
		});
	});
});
