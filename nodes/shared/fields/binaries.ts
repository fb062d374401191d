import type {
	IBinaryData,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { invalidInput } from '../api/errors';
import { describeBytes } from '../images/describeBytes';
import { readImageHeader, type ImageHeader } from '../images/header';
import { isTruncated } from '../images/truncated';
import type { Field } from './read';

/** A file that a parameter names, not read yet. */
export interface FileSource {
	/** Words for error messages, such as `binary field 'data'`. */
	readonly where: string;
	/** The binary field of the row's own item, where it is one. */
	readonly name?: string;
	readonly file: IBinaryData | Buffer;
}

/** An image that the API takes as input. */
export interface InputImage {
	readonly bytes: Buffer;
	readonly header: ImageHeader;
	readonly fileName: string;
}

/** Where the images of an edit are; shown where a node's own parameter asks for names. */
export const binaryFieldsField: INodeProperties = {
	displayName: 'Input Binary Fields',
	name: 'binaryFields',
	type: 'string',
	default: 'data',
	required: true,
	placeholder: 'e.g. data',
	hint: 'The names of the input binary fields that hold the images, separated by commas',
};

/** OpenAI API reference, "Create image edit". */
const MOST_IMAGES = 16;

/**
 * Fails where an edit has no image or too many.
 * @param field the one that gave them
 * @param source the label of the parameter that says where they are
 */
export function assertImageCount(count: number, field: Field, source: string): void {
	if (count === 0)
		throw invalidInput(
			'There is no image to edit',
			`'${field.label}' gives no image for this row. Check that the node before this one passes an image file on, or choose another '${source}'.`,
			field.name,
		);
	if (count > MOST_IMAGES)
		throw invalidInput(
			`There are ${count} images, and one edit takes at most ${MOST_IMAGES}`,
			'Use fewer images, or split them over several rows.',
			field.name,
		);
}

/** Bytes. OpenAI API reference, "Create image edit", `image`: each less than 50MB. */
const LARGEST_IMAGE = 50 * 1024 * 1024;

const DATA_URI = /^\s*data:[\w.+-]+\/[\w.+-]+(?:;[\w=.+-]+)*;base64,/;

/**
 * Base64 without a header: long, and nothing but base64. Looks for what it must not have: to match
 * all of it overflows the stack from 10 MB on.
 */
const isBareBase64 = (text: string) => text.length >= 200 && !/[^\w+/=\s-]/.test(text);

/** The bytes of text that a workflow step has put in place of a file; undefined for other text. */
function bytesOfText(text: string): Buffer | undefined {
	const start = DATA_URI.exec(text)?.[0].length;
	if (start === undefined && !isBareBase64(text)) return undefined;
	return Buffer.from(text.slice(start ?? 0), 'base64');
}

type Binaries = Readonly<Record<string, IBinaryData>>;

const isObject = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null;

/** A file as an item holds it: its bytes in `data`, or elsewhere under its `id`. */
const isBinaryData = (value: unknown): value is IBinaryData =>
	isObject(value) && 'mimeType' in value && ('data' in value || 'id' in value);

/** The binary fields of an item in n8n's separate mode and in its combined one, where they are JSON. */
export function binariesOf({ json, binary }: INodeExecutionData): Binaries {
	const fields: Record<string, IBinaryData> = {};
	// A Code node may leave the type out, which n8n's own helpers do not take.
	for (const [name, file] of Object.entries(binary ?? {}))
		fields[name] = file.mimeType ? file : { ...file, mimeType: '' };
	if (isObject(json._files))
		for (const [name, file] of Object.entries(json._files))
			if (isBinaryData(file)) fields[name] = file;
	return fields;
}

/** In the combined mode a file may be anywhere in the JSON, and is named by its path. */
function fileAtPath(json: IDataObject, path: string): IBinaryData | undefined {
	let value: unknown = json;
	for (const key of path.split(/[.[\]]+/).filter((part) => part !== ''))
		value = isObject(value) ? value[key] : undefined;
	return isBinaryData(value) ? value : undefined;
}

/** `data (image/png, 85 kB)`, for each binary field of the item. */
function listOf(binaries: Binaries): string {
	const fields = Object.entries(binaries).map(
		([name, { mimeType, fileSize }]) =>
			`${name} (${[mimeType || 'no type', fileSize].filter(Boolean).join(', ')})`,
	);
	return fields.length > 0
		? `This item has: ${fields.join(', ')}.`
		: 'This item has no binary fields. Check that the node before this one passes its files on.';
}

/**
 * The files that a parameter names: names of binary fields separated by commas, or an expression
 * that gives a binary field itself, a list of them, or base64 text.
 */
export function readFileSources(
	value: unknown,
	item: INodeExecutionData,
	field: Field,
): FileSource[] {
	if (Array.isArray(value)) return value.flatMap((part) => readFileSources(part, item, field));
	const binaries = binariesOf(item);
	if (isObject(value)) {
		const source = sourceOfObject(value, binaries);
		if (source) return [source];
	}
	if (typeof value !== 'string')
		throw invalidInput(
			`'${field.label}' gives no binary field`,
			`Enter the name of a binary field, such as data. ${listOf(binaries)}`,
			field.name,
		);
	const bytes = bytesOfText(value);
	if (bytes) return [{ where: `base64 text of '${field.label}'`, file: bytes }];
	const names = value.split(',').map((name) => name.trim());
	return names
		.filter((name) => name !== '')
		.map((name) => {
			const file = binaries[name] ?? fileAtPath(item.json, name);
			if (file) return ownFile(name, file);
			throw invalidInput(
				`The input item has no binary field '${name.slice(0, 60)}'`,
				`Change '${field.label}' to a field that is there. ${listOf(binaries)}`,
				field.name,
			);
		});
}

const ownFile = (name: string, file: IBinaryData): FileSource => ({
	where: `binary field '${name}'`,
	name,
	file,
});

/** The file that an expression gives, of this item or of an earlier node's. */
function sourceOfObject(value: IDataObject, binaries: Binaries): FileSource | undefined {
	const own = Object.entries(binaries).find(([, file]) => isSameFile(value, file));
	if (own) return ownFile(...own);
	return isBinaryData(value) ? { where: `file '${value.fileName ?? ''}'`, file: value } : undefined;
}

/**
 * Whether `shown`, which an expression gives, is this file. `$binary` leaves `data` out, with which
 * a file that n8n keeps in memory has neither bytes nor `id`: all else must be equal then.
 */
function isSameFile(shown: IDataObject, file: IBinaryData): boolean {
	if (file.id) return shown.id === file.id;
	return Object.entries(file).every(
		([key, value]) => shown[key] === value || (key === 'data' && shown.data === undefined),
	);
}

/** The bytes of a file, from wherever n8n keeps it; base64 text in a file is decoded. */
export async function readFile(
	context: IExecuteFunctions,
	itemIndex: number,
	{ file }: FileSource,
): Promise<Buffer> {
	if (Buffer.isBuffer(file)) return file;
	const bytes = await context.helpers.getBinaryDataBuffer(itemIndex, file);
	const isText = bytes.length > 0 && !readImageHeader(bytes) && bytes.indexOf(0) < 0;
	return (isText && bytesOfText(bytes.toString('latin1'))) || bytes;
}

/** The name that a file has in n8n, if any. */
export const fileNameOf = ({ file }: FileSource): string | undefined =>
	(!Buffer.isBuffer(file) && file.fileName) || undefined;

const megabytes = (bytes: number) => `${Number((bytes / 1024 / 1024).toFixed(1))} MB`;

const CHECK_THE_LOADING =
	'Check the step that loads the file, such as a download that was interrupted.';

/** Fails for anything that the API would not take as an input image. */
function checkInputImage(bytes: Buffer, where: string, field: Field): ImageHeader {
	const wrong = (message: string, hint: string) => invalidInput(message, hint, field.name);
	if (bytes.length === 0) throw wrong(`The ${where} is empty`, CHECK_THE_LOADING);
	const header = readImageHeader(bytes);
	if (!header) {
		const what = describeBytes(bytes);
		const damaged = what.startsWith('a damaged');
		throw wrong(
			`The ${where} holds ${what}`,
			damaged ? CHECK_THE_LOADING : 'Use a PNG, JPEG or WebP image.',
		);
	}
	if (header.format === 'gif')
		throw wrong(
			`The ${where} holds a GIF image`,
			'Turn it into a PNG, JPEG or WebP image first, for example with the Edit Image node.',
		);
	if (bytes.length >= LARGEST_IMAGE)
		throw wrong(
			`The image in the ${where} has ${megabytes(bytes.length)}, and the API takes less than ${megabytes(LARGEST_IMAGE)}`,
			'Make it smaller first, for example with the Edit Image node.',
		);
	if (isTruncated(bytes, header))
		throw wrong(`The image in the ${where} is cut off: its file ends too early`, CHECK_THE_LOADING);
	return header;
}

/** Reads and checks an input image. */
export async function readInputImage(
	context: IExecuteFunctions,
	itemIndex: number,
	source: FileSource,
	field: Field,
): Promise<InputImage> {
	const bytes = await readFile(context, itemIndex, source);
	const header = checkInputImage(bytes, source.where, field);
	return { bytes, header, fileName: fileNameOf(source) ?? `image.${header.extension}` };
}

/** The binary fields that hold images, in their order. */
export async function imageSourcesOf(
	context: IExecuteFunctions,
	itemIndex: number,
	item: INodeExecutionData,
): Promise<FileSource[]> {
	const sources: FileSource[] = [];
	for (const [name, file] of Object.entries(binariesOf(item))) {
		const source = ownFile(name, file);
		const type = file.mimeType.split(';')[0].trim().toLowerCase();
		const isImage = GENERIC_TYPES.includes(type)
			? readImageHeader(await readFile(context, itemIndex, source)) !== undefined
			: type.startsWith('image/');
		if (isImage) sources.push(source);
	}
	return sources;
}

/** Types that say nothing of what is in the file. */
const GENERIC_TYPES = ['', 'application/octet-stream', 'binary/octet-stream', 'text/plain'];
