import type { INodeParameters } from 'n8n-workflow';
import { credentialOf, generate, rows } from '../engine/generate';
import { startStandInApi, type StandInApi } from '../stand-in-api/server';

let api: StandInApi;
beforeAll(async () => (api = await startStandInApi({ plainImages: true })));
afterAll(async () => await api.close());
beforeEach(() => api.reset());

const model = (value: string) => ({ __rl: true, mode: 'id', value });

/** The hint for a field that holds nothing. */
const fill = (label: string, gives: string) =>
	`Enter a value. If '${label}' is an expression, it gives ${gives} here: check that the input item has the field it names.`;

const PROMPT_HINT =
	"Write what the image should show. If 'Prompt' is an expression, check that the input item has the field it names and that the field is not empty.";
const SIZE_HINT =
	'Choose a size from the list, or write width x height in pixels, such as 1536x1024.';
const BROKEN_COMPRESSION = "'Output Compression' is 50, but a PNG file has no compression setting";
const PIXELS = 'Use a whole number of 1 or more pixels.';
const COUNT = 'Use a whole number from 1 to 10.';

interface Wrong {
	readonly parameters: INodeParameters;
	readonly param?: string;
	readonly message: string;
	readonly hint: string;
}

const size = (text: string, rule: string, nearest: string): Wrong => ({
	parameters: { size: text },
	param: 'size',
	message: `'Size' ${text} does not work with gpt-image-2: ${rule}`,
	hint: `The nearest size that works is ${nearest}.`,
});

/** A value that is none of those a field has, as an agent or an expression may give. */
const odd = (parameters: INodeParameters, label: string, value: string, hint: string): Wrong => ({
	parameters,
	message: `'${label}' cannot be '${value}'`,
	hint,
});

const option = (name: string, value: string | number) => ({ options: { [name]: value } });

const WRONG: Record<string, Wrong> = {
	'a prompt that an expression leaves empty': {
		parameters: { prompt: '={{ "" }}' },
		param: 'prompt',
		message: "'Prompt' is empty",
		hint: PROMPT_HINT,
	},
	'a prompt from a column that is not there': {
		parameters: { prompt: '={{ $json.nope }}' },
		param: 'prompt',
		message: "'Prompt' is empty",
		hint: PROMPT_HINT,
	},
	'a prompt of spaces': {
		parameters: { prompt: ' \n ' },
		param: 'prompt',
		message: "'Prompt' is empty",
		hint: PROMPT_HINT,
	},
	'a prompt of 32,001 characters': {
		parameters: { prompt: 'x'.repeat(32_001) },
		param: 'prompt',
		message: "'Prompt' has 32,001 characters, and the model reads at most 32,000",
		hint: 'Shorten it by 1 or more characters.',
	},
	'an object as prompt': {
		parameters: { prompt: '={{ { text: "a mug" } }}' },
		param: 'prompt',
		message: "'Prompt' must be text, but it is an object",
		hint: 'Pick one field of it in the expression, for example {{ $json.prompt }}.',
	},
	'a list as prompt': {
		parameters: { prompt: '={{ ["a mug"] }}' },
		param: 'prompt',
		message: "'Prompt' must be text, but it is a list",
		hint: 'Pick one entry of it in the expression, for example with [0] at its end.',
	},
	'a prompt from a node that is not there': {
		parameters: { prompt: "={{ $('Sheet').item.json.prompt }}" },
		message: "Referenced node doesn't exist",
		hint: "Check the expression in 'prompt'.",
	},
	'an edge that is no multiple of 16': size(
		'1000x1000',
		'width and height must be multiples of 16',
		'1008x1008',
	),
	'an edge that is too long': size(
		'4096x2160',
		'no edge may be longer than 3,840 pixels',
		'3840x2096',
	),
	'a shape that is too wide': size(
		'3200x1024',
		'the long edge may be at most 3 times the short edge',
		'3120x1040',
	),
	'too few pixels': size(
		'512x512',
		'the image must have at least 655,360 pixels (it has 262,144)',
		'816x816',
	),
	'too many pixels': size(
		'3840x2400',
		'the image may have at most 8,294,400 pixels (it has 9,216,000)',
		'3648x2272',
	),
	'an illegal width and height': {
		...size('1000x1000', 'width and height must be multiples of 16', '1008x1008'),
		parameters: { size: 'custom', width: 1000, height: 1000 },
	},
	'a size that the model lacks': {
		parameters: { size: '2048x2048', model: model('gpt-image-1.5') },
		param: 'size',
		message:
			"'Size' 2048x2048 does not work with gpt-image-1.5: it takes 1024x1024, 1536x1024, 1024x1536 only",
		hint: 'The nearest size that works is 1024x1024.',
	},
	'a size expression that gives undefined': {
		parameters: { size: '={{ $json.nope }}' },
		param: 'size',
		message: "'Size' is empty",
		hint: fill('Size', 'undefined'),
	},
	'a size that is a word': odd({ size: 'large' }, 'Size', 'large', SIZE_HINT),
	'a size that is one number': odd({ size: '={{ 1024 }}' }, 'Size', '1024', SIZE_HINT),
	'a size of no pixels': odd({ size: '0x1024' }, 'Size', '0x1024', SIZE_HINT),
	'a width that is no number': odd({ size: 'custom', width: '={{ NaN }}' }, 'Width', 'NaN', PIXELS),
	'a height with decimals': odd({ size: 'custom', height: 1000.5 }, 'Height', '1000.5', PIXELS),
	'a width from a column that is not there': {
		parameters: { size: 'custom', width: '={{ $json.nope }}' },
		param: 'width',
		message: "'Width' is empty",
		hint: fill('Width', 'undefined'),
	},
	'an aspect ratio that is too wide': odd(
		{ size: 'aspectRatio', aspectRatio: '4:1' },
		'Aspect Ratio',
		'4:1',
		'Use width:height from 3:1 to 1:3, such as 16:9.',
	),
	'an aspect ratio that is a word': odd(
		{ size: 'aspectRatio', aspectRatio: 'wide' },
		'Aspect Ratio',
		'wide',
		'Use width:height from 3:1 to 1:3, such as 16:9.',
	),
	'an aspect ratio from a column that is not there': {
		parameters: { size: 'aspectRatio', aspectRatio: '={{ $json.nope }}' },
		param: 'aspectRatio',
		message: "'Aspect Ratio' is empty",
		hint: fill('Aspect Ratio', 'undefined'),
	},
	'an aspect ratio that n8n dropped with a misspelled size': {
		parameters: { size: 'ASPECTRATIO', aspectRatio: '16:9', resolution: '4k' },
		param: 'aspectRatio',
		message: "'Aspect Ratio' is empty",
		hint: fill('Aspect Ratio', 'an empty text'),
	},
	'a resolution that is not there': odd(
		{ size: 'aspectRatio', resolution: '8k' },
		'Resolution',
		'8k',
		'Use one of: 1k, 2k, 4k.',
	),
	'max quality on gpt-image-2': {
		parameters: { quality: 'max' },
		param: 'quality',
		message: "'Quality' max does not work with gpt-image-2",
		hint: "Use one of: auto, low, medium, high. Or set 'Model' to one that has max, such as gpt-image-2.5-sunburst.",
	},
	'an unknown quality': odd(
		{ quality: 'ultra' },
		'Quality',
		'ultra',
		'Use one of: auto, low, medium, high, xhigh, max.',
	),
	'a quality that is null': {
		parameters: { quality: '={{ null }}' },
		param: 'quality',
		message: "'Quality' is empty",
		hint: fill('Quality', 'null'),
	},
	'no images': odd({ n: 0 }, 'Number of Images', '0', COUNT),
	'11 images': odd({ n: 11 }, 'Number of Images', '11', COUNT),
	'half an image': odd({ n: 1.5 }, 'Number of Images', '1.5', COUNT),
	'NaN images': odd({ n: '={{ NaN }}' }, 'Number of Images', 'NaN', COUNT),
	'a number of images in words': odd({ n: '={{ "two" }}' }, 'Number of Images', 'two', COUNT),
	'a transparent JPEG': {
		parameters: { options: { background: 'transparent', outputFormat: 'jpeg' } },
		param: 'background',
		message: "'Background' is transparent, but a JPEG file cannot be transparent",
		hint: "Set 'Output Format' to PNG or WebP, or 'Background' to opaque or auto.",
	},
	'compression 50 with PNG': {
		parameters: { options: { outputCompression: 50, outputFormat: 'png' } },
		param: 'outputCompression',
		message: BROKEN_COMPRESSION,
		hint: "Set 'Output Format' to JPEG or WebP, or remove 'Output Compression'.",
	},
	'compression 50 with no format chosen': {
		parameters: { options: { outputCompression: 50 } },
		param: 'outputCompression',
		message: BROKEN_COMPRESSION,
		hint: "Set 'Output Format' to JPEG or WebP, or remove 'Output Compression'.",
	},
	'compression 101': odd(
		{ options: { outputCompression: 101, outputFormat: 'jpeg' } },
		'Output Compression',
		'101',
		'Use a whole number from 0 to 100 percent.',
	),
	'an unknown format': odd(
		option('outputFormat', 'gif'),
		'Output Format',
		'gif',
		'Use one of: jpeg, png, webp.',
	),
	'an unknown background': odd(
		option('background', 'blue'),
		'Background',
		'blue',
		'Use one of: auto, opaque, transparent.',
	),
	'an unknown moderation': odd(
		option('moderation', 'off'),
		'Moderation',
		'off',
		'Use one of: auto, low.',
	),
	'an unknown complexity': odd(
		option('complexity', 5),
		'Complexity',
		'5',
		'Use one of: high, low, medium.',
	),
	'images as something unknown': odd(
		option('imagesAs', 'zip'),
		'Images As',
		'zip',
		'Use one of: fields, items.',
	),
	'an output field with a space': odd(
		option('outputField', 'my field'),
		'Output Field',
		'my field',
		"Use letters, digits and '_', starting with a letter, such as data.",
	),
	'an empty output field': {
		parameters: option('outputField', ''),
		param: 'outputField',
		message: "'Output Field' is empty",
		hint: fill('Output Field', 'an empty text'),
	},
	'no requests at once': odd(
		option('concurrency', 0),
		'Concurrency',
		'0',
		'Use a whole number from 1 to 100.',
	),
	'a timeout of none': odd(
		option('timeout', 0),
		'Timeout',
		'0',
		'Use a number from 1 to 3,600 seconds.',
	),
	'fewer than no retries': odd(
		option('maxRetries', -1),
		'Max Retries',
		'-1',
		'Use a whole number from 0 to 20.',
	),
	'neither yes nor no': odd(
		option('retryUncertain', 'sometimes'),
		'Retry When Billing Is Uncertain',
		'sometimes',
		'Use one of: true, false.',
	),
	'a model from a column that is not there': {
		parameters: { model: model('={{ $json.nope }}') },
		param: 'model',
		message: "'Model' is empty",
		hint: fill('Model', 'undefined'),
	},
};

const failure = ({ message, hint, param }: Wrong) => ({
	error: message,
	details: {
		kind: 'invalidInput',
		...(param !== undefined && { param }),
		retryable: false,
		mayHaveBeenBilled: false,
		attempts: 0,
		hint,
	},
});

/** Where a case does not name its parameter, any will do. */
const anyParam = (wrong: Wrong) => {
	const { error, details } = failure(wrong);
	return { error, details: expect.objectContaining(details) as object };
};

describe.each(Object.entries(WRONG))('%s is refused before any request', (_name, wrong) => {
	it('the run stops with the words, the item and the hint', async () => {
		const { status, error, outputs } = await generate(api, wrong.parameters);

		expect(api.requests).toHaveLength(0);
		expect({ status, outputs }).toEqual({ status: 'error', outputs: [] });
		expect(error?.message).toBe(`${wrong.message} [item 0]`);
		expect(error?.description).toBe(wrong.hint);
		expect(error?.context.itemIndex).toBe(0);
	});

	it('the run goes on with an item that says so', async () => {
		const settings = { onError: 'continueRegularOutput' } as const;
		const { status, items } = await generate(api, wrong.parameters, { settings });

		expect(api.requests).toHaveLength(0);
		expect(status).toBe('success');
		expect(items).toEqual([{ json: anyParam(wrong), pairedItem: { item: 0 } }]);
	});

	it('the item goes to the error output', async () => {
		const settings = { onError: 'continueErrorOutput' } as const;
		const { status, outputs } = await generate(api, wrong.parameters, { settings });

		expect(api.requests).toHaveLength(0);
		expect(status).toBe('success');
		expect(outputs).toEqual([[], [{ json: anyParam(wrong), pairedItem: { item: 0 } }]]);
		expect(Object.keys(outputs[1][0].json)).toEqual(['error', 'details']);
	});
});

describe('a row among others', () => {
	const items = rows({ p: 'a cat' }, { p: 'a dog' }, { p: '' }, { p: 'a cow' });
	const byRow = { prompt: '={{ $json.p }}' };

	it('that is wrong stops the run before anything is sent, and is named', async () => {
		const { error } = await generate(api, byRow, { items });
		expect(api.requests).toHaveLength(0);
		expect(error?.message).toBe("'Prompt' is empty [item 2]");
		expect(error?.context.itemIndex).toBe(2);
	});

	it('that is wrong does not keep the others from their images', async () => {
		const settings = { onError: 'continueRegularOutput' } as const;
		const result = await generate(api, byRow, { items, settings });
		expect(api.requests).toHaveLength(3);
		expect(result.items.map(({ json, binary }) => [json.prompt ?? json.error, !!binary])).toEqual([
			['a cat', true],
			['a dog', true],
			["'Prompt' is empty", false],
			['a cow', true],
		]);
		expect(result.items[2].pairedItem).toEqual({ item: 2 });
	});

	it('that is wrong goes to the error output, the others to the first', async () => {
		const settings = { onError: 'continueErrorOutput' } as const;
		const { outputs } = await generate(api, byRow, { items, settings });
		expect(outputs.map((output) => output.map(({ json }) => json.prompt ?? json.error))).toEqual([
			['a cat', 'a dog', 'a cow'],
			["'Prompt' is empty"],
		]);
		expect(outputs[1][0].pairedItem).toEqual({ item: 2 });
	});
});

describe('a credential', () => {
	const HINT =
		'Open the GPT Image API credential and enter an address that starts with https:// and ends in /v1.';

	it.each([
		['azure', '', 'is empty'],
		['compatible', ' ', 'is empty'],
		['compatible', 'example.com/v1', "cannot be 'example.com/v1'"],
		['compatible', 'ftp://example.com/v1', "cannot be 'ftp://example.com/v1'"],
		['compatible', 'https://', "cannot be 'https:'"],
	])('for %s with the base URL %j is refused', async (provider, baseUrl, what) => {
		const credential = { ...credentialOf(api), provider, baseUrl };
		const stopped = await generate(api, {}, { credential });
		expect(stopped.error?.message).toBe(`The credential's Base URL ${what} [item 0]`);
		expect(stopped.error?.description).toBe(HINT);

		const { outputs } = await generate(
			api,
			{},
			{ credential, items: rows({}, {}), settings: { onError: 'continueErrorOutput' } },
		);
		const message = `The credential's Base URL ${what}`;
		const json = failure({ parameters: {}, message, hint: HINT });
		expect(outputs).toEqual([[], [0, 1].map((item) => ({ json, pairedItem: { item } }))]);
		expect(api.requests).toHaveLength(0);
	});
});

describe('a model that OpenAI has shut down', () => {
	it.each([
		['gpt-image-1', '2026-10-23', 'gpt-image-2.5-sunburst'],
		['dall-e-3', '2026-05-12', 'gpt-image-2'],
	])('%s is refused with its successor', async (id, date, successor) => {
		const credential = { provider: 'openAi', apiKey: 'sk-never-sent' };
		const { error } = await generate(api, { model: model(id) }, { credential });
		expect(error?.message).toBe(`OpenAI shut down the model '${id}' on ${date} [item 0]`);
		expect(error?.description).toBe(`Set 'Model' to ${successor}, or to any other in its list.`);
	});

	it('may be the name of something else on another server', async () => {
		const { error } = await generate(api, { model: model('gpt-image-1') });
		expect(api.requests).toHaveLength(1);
		expect(error?.message).toBe("The server has no model 'gpt-image-1' for this key [item 0]");
	});
});

describe('what an agent writes in a hurry is understood', () => {
	it.each([
		[{ quality: 'HIGH' }, { quality: 'high' }],
		[{ quality: ' Low ' }, { quality: 'low' }],
		[{ n: '={{ "2" }}' }, { n: 2 }],
		[{ size: ' 1536 X 1024 ' }, { size: '1536x1024' }],
		[{ size: 'AUTO' }, { size: 'auto' }],
		[
			{ size: '={{ "aspectratio" }}', aspectRatio: '16 : 9', resolution: '4K' },
			{ size: '3840x2160' },
		],
		[
			{ options: { outputFormat: 'JPEG', outputCompression: '80' } },
			{ output_format: 'jpeg', output_compression: 80 },
		],
		[{ options: { background: 'Opaque' } }, { background: 'opaque' }],
	])('%j', async (parameters, sent) => {
		const { error } = await generate(api, parameters as INodeParameters);
		expect(error).toBeUndefined();
		expect(api.requests[0].json).toMatchObject(sent);
	});

	it('32,000 emoji are 32,000 characters', async () => {
		const prompt = '😀'.repeat(32_000);
		const { items } = await generate(api, { prompt, options: { fileName: 'x' } });
		expect(items[0].json.prompt).toBe(prompt);
	});
});
