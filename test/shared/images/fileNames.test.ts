import fc from 'fast-check';
import {
	baseNameFrom,
	baseNameOfPrompt,
	createNames,
} from '../../../nodes/shared/images/fileNames';

describe('a file name that the builder wrote', () => {
	it.each([
		['Red mug', 'Red mug'],
		['red-mug.png', 'red-mug'],
		['red-mug.JPEG', 'red-mug'],
		['v1.2 final.webp', 'v1.2 final'],
		['report.pdf', 'report.pdf'],
		['photos/2026/mug', 'photos-2026-mug'],
		['..\\..\\etc\\passwd', '-..-etc-passwd'],
		['a:b*c?d"e<f>g|h', 'a-b-c-d-e-f-g-h'],
		['two\nlines\tand  spaces', 'two lines and spaces'],
		['zero\u200bwidth\u0000null', 'zerowidthnull'],
		['Grüße 日本 😀', 'Grüße 日本 😀'],
		['e\u0301te\u0301', 'été'],
		['  .hidden. ', 'hidden'],
		['con', 'file-con'],
		['LPT1.mug', 'file-LPT1.mug'],
		['aux .mug', 'file-aux .mug'],
		['console', 'console'],
		['...', 'image'],
		['///', '-'],
		['\u0000', 'image'],
	])('%j becomes %j', (written, name) => {
		expect(baseNameFrom(written)).toBe(name);
	});

	it('is never longer than 100 bytes, nor cut inside a letter', () => {
		expect(Buffer.byteLength(baseNameFrom('x'.repeat(500)))).toBe(100);
		expect(baseNameFrom('日'.repeat(500))).toBe('日'.repeat(33));
		expect(baseNameFrom('😀'.repeat(500))).toBe('😀'.repeat(25));
	});
});

describe('a file named after the prompt', () => {
	it.each([
		['A red mug, on a table!', 'a-red-mug-on-a-table'],
		['  "Quoted" / slashed  ', 'quoted-slashed'],
		['Ein Grüner Becher', 'ein-grüner-becher'],
		['猫 と 犬', '猫-と-犬'],
		['हिन्दी कप', 'हिन्दी-कप'],
		['NUL', 'file-nul'],
		['!!! ???', 'image'],
		['😀', 'image'],
	])('%j becomes %j', (prompt, name) => {
		expect(baseNameOfPrompt(prompt)).toBe(name);
	});

	it('has whole words, 50 letters at most', () => {
		expect(baseNameOfPrompt('A ceramic coffee mug on a wooden table in soft morning light')).toBe(
			'a-ceramic-coffee-mug-on-a-wooden-table-in-soft',
		);
	});
});

it('every name is one that Windows, macOS and Linux can store', () => {
	const anything = fc.oneof(
		fc.string({ unit: 'binary', maxLength: 200 }),
		fc.string({ unit: fc.constantFrom('a', '.', ' ', '/', '\\', ':', '\u202e', '\ud800', '日') }),
		fc.constantFrom('con', 'PRN.png', 'aux .jpg', 'com1', 'COM¹.txt', '.', '..', '.png', ' .png'),
	);
	fc.assert(
		fc.property(anything, (text) => {
			for (const name of [baseNameFrom(text), baseNameOfPrompt(text)]) {
				const problems = [
					name === '' && 'empty',
					/[\\/:*?"<>|]/.test(name) && 'forbidden signs',
					/\p{Cc}|\p{Cf}|\p{Cs}/u.test(name) && 'control characters or half characters',
					/^[\s.]|[\s.]$/.test(name) && 'dots or spaces at the ends',
					/^(con|prn|aux|nul|(com|lpt)[0-9¹²³]) *(\.|$)/i.test(name) && 'a device',
					Buffer.byteLength(name) > 110 && 'too long',
				];
				expect([name, problems.filter(Boolean)]).toEqual([name, []]);
			}
		}),
		{ numRuns: 2000 },
	);
});

describe('names within a run', () => {
	it('the second of a name gets a number', () => {
		const unique = createNames();
		expect(['mug', 'mug', 'cup', 'mug'].map(unique)).toEqual(['mug', 'mug-2', 'cup', 'mug-3']);
	});

	it('upper and lower case do not make two names', () => {
		const unique = createNames();
		expect(['Mug', 'mug'].map(unique)).toEqual(['Mug', 'mug-2']);
	});

	it('never collide, even with names that end in numbers', () => {
		const name = fc.constantFrom('mug', 'Mug', 'mug-2', 'mug-2-2', 'cup', 'É', 'é');
		fc.assert(
			fc.property(fc.array(name, { maxLength: 30 }), (names) => {
				const unique = createNames();
				const given = names.map((one) => unique(one).toLowerCase());
				expect(new Set(given).size).toBe(names.length);
			}),
		);
	});
});
