import fc from 'fast-check';
import { BrokenAnswer, readImagesAnswer } from '../../../nodes/shared/api/imagesAnswer';
import { settle } from '../../clock';
import { chunksOf, expected, noise, read, seeded } from './answers';

const b64 = (length: number, seed = length) => noise(length, seed).toString('base64');

const USAGE = { input_tokens: 9, output_tokens: 196, total_tokens: 205 };

/** Small answers, each odd in its own way; every one is cut at every place. */
const ANSWERS: Record<string, string> = {
	'one image': `{"created":1,"data":[{"b64_json":"${b64(7)}"}],"usage":{"total_tokens":205}}`,
	'data before the rest': `{"data":[{"b64_json":"${b64(9)}"}],"created":7,"size":"1024x1024"}`,
	'data after the rest': `{"created":7,"usage":{"a":[1,{"b":"]"}]},"data":[{"b64_json":"${b64(8)}"}]}`,
	'several images': `{"data":[{"b64_json":"${b64(1)}"},{"b64_json":"${b64(2)}"},{"b64_json":"${b64(3)}"}]}`,
	'keys around the image': `{"data":[{"revised_prompt":"a","b64_json":"${b64(5)}","url":null}]}`,
	'escaped slashes in base64': `{"data":[{"b64_json":"${Buffer.from([255, 255, 255, 254]).toString('base64').replaceAll('/', '\\/')}"}]}`,
	'escaped signs in base64':
		'{"data":[{"b64_json":"\\u002b\\u002B\\u002fA\\u0041==","n":1},{"b64_json":"+/+/"}]}',
	'escapes in keys': `{"\\u0064ata":[{"b64\\u005fjson":"${b64(4)}"}],"a\\"b":1}`,
	'escapes in texts': `{"a":"\\\\\\"","data":[{"revised_prompt":"say \\"b64_json\\": \\\\","b64_json":"${b64(4)}"}],"z":"\\\\"}`,
	'whitespace everywhere': ` \n{ "data"\t:\r[ { "b64_json" : "${b64(6)}" } , { } ] , "created" : 3 }\n `,
	'letters of several bytes': `{"data":[{"revised_prompt":"Grüße 日本 😀","b64_json":"${b64(4)}"}],"ключ😀":"é"}`,
	'no data': '{"created":5}',
	'empty data': '{"created":5,"data":[]}',
	'an empty image': '{"data":[{"b64_json":""}]}',
	'a URL instead': '{"data":[{"url":"https://example.com/a.png"}]}',
	'b64_json at the top': `{"b64_json":"top","data":[{"b64_json":"${b64(2)}"}]}`,
	'b64_json deeper': `{"data":[{"more":{"b64_json":"deep"},"list":["b64_json",{"b64_json":"x"}],"b64_json":"${b64(2)}"}]}`,
	'b64_json elsewhere': `{"other":[{"b64_json":"other"}],"nested":{"data":[{"b64_json":"n"}]},"data":[{"b64_json":"${b64(2)}"}]}`,
	'b64_json as a text': `{"data":[{"b64_json_":"b64_json","revised_prompt":"b64_json","b64_json":"${b64(2)}"}]}`,
	'no text as b64_json': `{"data":[{"b64_json":null},{"b64_json":"${b64(2)}"}]}`,
	'texts within b64_json': `{"data":[{"b64_json":{"x":"AAAA"}},{"b64_json":["AAAA"]},{"b64_json":"${b64(2)}"}]}`,
	'data in data': `{"x":{"data":[{"data":[{"b64_json":"n"}]}]},"data":[[{"b64_json":"n"}],{"b64_json":"${b64(3)}"}]}`,
};

describe.each(Object.entries(ANSWERS))('an answer with %s', (_name, json) => {
	const bytes = Buffer.from(json);
	const whole = expected(json);

	it('is read as JSON.parse reads it', async () => {
		expect(await read(json)).toEqual(whole);
	});

	it('is the same in chunks of one byte, and with empty chunks between', async () => {
		const everywhere = Array.from({ length: bytes.length }, (_, at) => at);
		expect(await read(bytes, everywhere)).toEqual(whole);
		expect(
			await read(
				bytes,
				[...everywhere, ...everywhere].sort((a, b) => a - b),
			),
		).toEqual(whole);
	});

	it('is the same cut at every byte and every pair of bytes', async () => {
		for (let first = 0; first <= bytes.length; first++)
			for (let second = first; second <= bytes.length; second++) {
				const found = await read(bytes, [first, second]);
				// A comparison of texts, because toEqual is slow a hundred thousand times.
				if (JSON.stringify(found) !== JSON.stringify(whole))
					expect({ first, second, ...found }).toEqual(whole);
			}
	});

	it('is broken wherever it ends early, and no image is short', async () => {
		const end = Buffer.from(json.trimEnd()).length;
		for (let length = 0; length < end; length++) {
			const images: Buffer[] = [];
			const reading = readImagesAnswer(chunksOf(bytes.subarray(0, length), []), async (image) => {
				images.push(image);
			});
			await expect(reading).rejects.toThrow(BrokenAnswer);
			expect(images).toEqual(whole.images.slice(0, images.length));
		}
	});
});

describe('any answer', () => {
	const text = fc.string({ unit: 'binary', maxLength: 12 });
	const entry = fc.record(
		{
			b64_json: fc.uint8Array({ maxLength: 20 }).map((one) => Buffer.from(one).toString('base64')),
			revised_prompt: text,
			'': fc.jsonValue({ maxDepth: 2 }),
		},
		{ requiredKeys: [] },
	);
	const body = fc.record(
		{
			created: fc.nat(),
			data: fc.array(entry, { maxLength: 4 }),
			usage: fc.jsonValue({ maxDepth: 3 }),
			b64_json: text,
			output_format: text,
		},
		{ requiredKeys: ['data'] },
	);
	const escapeAll = (json: string) =>
		json.replace(
			/[+/=A-Za-z](?=[^"\\]*")/g,
			(sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
		);

	it('is read as JSON.parse reads it, however it is cut, spaced and escaped', async () => {
		await fc.assert(
			fc.asyncProperty(
				body,
				fc.constantFrom(undefined, 1, '\t'),
				fc.boolean(),
				fc.array(fc.nat(), { maxLength: 12 }),
				async (value, indent, escaped, positions) => {
					const plain = JSON.stringify(value, null, indent);
					const json = escaped ? escapeAll(plain) : plain;
					fc.pre(isJson(json));
					const bytes = Buffer.from(json);
					const cuts = positions.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b);
					expect(await read(bytes, cuts)).toEqual(expected(json));
				},
			),
			{ numRuns: 500 },
		);
	});
});

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}

describe('an answer of several megabytes', () => {
	const pictures = [3_000_001, 2_500_000, 2_000_003].map((length) => noise(length, length));
	const json = Buffer.from(
		JSON.stringify({
			created: 1,
			data: pictures.map((one) => ({ b64_json: one.toString('base64') })),
			usage: USAGE,
		}),
	);

	/** Compared by slices of the original, for speed. */
	async function readsWhole(cuts: readonly number[]) {
		const found = await read(json, cuts);
		expect(found.answer.usage).toEqual(USAGE);
		expect(found.images.map((image, index) => image.equals(pictures[index]))).toEqual([
			true,
			true,
			true,
		]);
	}

	it('is whole when cut at 2,000 seeded positions', async () => {
		const random = seeded(20_26);
		const cuts = Array.from({ length: 2000 }, () => Math.floor(random() * json.length));
		await readsWhole(cuts.sort((a, b) => a - b));
	});

	it('is whole in the chunks a socket gives', async () => {
		const cuts = Array.from({ length: Math.floor(json.length / 65_536) }, (_, i) => i * 65_536);
		await readsWhole(cuts);
	});

	it('is broken when it ends at any of 100 seeded positions, and no image is short', async () => {
		const random = seeded(7);
		for (let round = 0; round < 100; round++) {
			const end = Math.floor(random() * json.length);
			const images: Buffer[] = [];
			const cut = chunksOf(json.subarray(0, end), []);
			await expect(
				readImagesAnswer(cut, async (image) => {
					images.push(image);
				}),
			).rejects.toThrow(BrokenAnswer);
			expect(images.map((image, index) => image.equals(pictures[index]))).not.toContain(false);
		}
	});
});

describe('base64 that is none', () => {
	it.each([
		['a sign outside the alphabet', 'AAA*'],
		['a space in the middle', 'AA AA'],
		['one letter too many', 'AAAAA'],
		['padding in the middle', 'AA==AAAA'],
		['too much padding', 'A==='],
		['padding alone', '===='],
		['only some signs', '!!!!'],
		['a letter of several bytes', 'AAé='],
		['words', 'not an image'],
	])('is an error: %s', async (_name, text) => {
		const json = JSON.stringify({ data: [{ b64_json: text }] });
		const bytes = Buffer.from(json);
		for (let cut = 0; cut <= bytes.length; cut++)
			await expect(read(bytes, [cut])).rejects.toThrow(
				new BrokenAnswer('an image in the answer is not valid base64'),
			);
	});
});

describe('an answer that is no Images API answer', () => {
	it.each([
		['empty', '', 'the answer is cut or is not JSON'],
		['a page of a gateway', '<html>502</html>', 'the answer is cut or is not JSON'],
		['two values', '{"data":[]}{"data":[]}', 'the answer is cut or is not JSON'],
		['a list', '[]', 'the answer is not a JSON object'],
		['null', 'null', 'the answer is not a JSON object'],
		['a text', '"b64_json"', 'the answer is not a JSON object'],
		['brackets that do not match', '{"data":[}]', 'the answer is cut or is not JSON'],
		['closing brackets alone', ']]}}', 'the answer is cut or is not JSON'],
	])('is an error: %s', async (_name, text, message) => {
		await expect(read(text)).rejects.toThrow(new BrokenAnswer(message));
	});
});

describe('images are handed over one at a time', () => {
	it('the rest is not read before the image in hand is stored', async () => {
		const events: string[] = [];
		const parts = [
			`{"data":[{"b64_json":"${b64(3)}"}`,
			`,{"b64_json":"${b64(6)}"}`,
			'],"created":1}',
		];
		async function* body() {
			for (const [index, part] of parts.entries()) {
				events.push(`chunk ${index}`);
				yield Buffer.from(part);
			}
		}
		const release: Array<() => void> = [];
		const reading = readImagesAnswer(body(), async (image, index) => {
			events.push(`image ${index} of ${image.length} bytes`);
			await new Promise<void>((resolve) => release.push(resolve));
			events.push(`stored ${index}`);
		});
		await settle();
		expect(events).toEqual(['chunk 0', 'image 0 of 3 bytes']);
		release[0]();
		await settle();
		expect(events.slice(2)).toEqual(['stored 0', 'chunk 1', 'image 1 of 6 bytes']);
		release[1]();
		await reading;
		expect(events.slice(5)).toEqual(['stored 1', 'chunk 2']);
	});

	it('two images of one chunk wait for each other', async () => {
		let open = 0;
		let most = 0;
		const json = ANSWERS['several images'];
		await readImagesAnswer(chunksOf(Buffer.from(json), []), async () => {
			most = Math.max(most, ++open);
			await Promise.resolve();
			open--;
		});
		expect(most).toBe(1);
	});

	it('an image that cannot be stored ends the reading with that error', async () => {
		const reading = readImagesAnswer(
			chunksOf(Buffer.from(ANSWERS['one image']), []),
			async () => await Promise.reject(new Error('the disk is full')),
		);
		await expect(reading).rejects.toThrow('the disk is full');
	});
});
