import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { invalidInput } from '../shared/api/errors';
import {
	assertImageCount,
	imageSourcesOf,
	readFileSources,
	readInputImage,
	type FileSource,
	type InputImage,
} from '../shared/fields/binaries';
import { fieldOf, parametersOf } from '../shared/fields/parameters';
import { readOption, readText, type Field } from '../shared/fields/read';
import type { ImageHeader } from '../shared/images/header';
import {
	binaryFieldsField,
	fileIdsField,
	imageSourceField,
	imageUrlsField,
	maskField,
} from './fields';

/** An image that OpenAI fetches itself, as the JSON body of an edit names it. */
export type ImageReference = { readonly image_url: string } | { readonly file_id: string };

/** An image to upload: checked once, and read again when it is sent, to keep memory free. */
export interface Upload {
	readonly header: ImageHeader;
	readonly fileName: string;
	/** SHA-256 of the bytes, in hex. */
	readonly digest: string;
	readonly load: () => Promise<InputImage>;
}

export type InputImages =
	| { readonly kind: 'uploads'; readonly images: readonly Upload[] }
	| { readonly kind: 'references'; readonly images: readonly ImageReference[] };

const SOURCES = ['binaryFields', 'allBinaries', 'urls', 'fileIds'] as const;

/** Reads and checks the images of one or several input items, 1 to 16 in all. */
export async function readInputImages(
	context: IExecuteFunctions,
	itemIndexes: readonly number[],
): Promise<InputImages> {
	const source = readOption(
		parametersOf(context, itemIndexes[0])('imageSource', 'binaryFields'),
		SOURCES,
		fieldOf(imageSourceField),
	);
	if (source === 'urls' || source === 'fileIds') {
		const field = source === 'urls' ? imageUrlsField : fileIdsField;
		const images = itemIndexes.flatMap((item) =>
			readReferences(parametersOf(context, item)(field.name, ''), fieldOf(field)),
		);
		assertImageCount(images.length, fieldOf(field), imageSourceField.displayName);
		return { kind: 'references', images };
	}
	const found: Array<{ readonly item: number; readonly source: FileSource }> = [];
	for (const item of itemIndexes)
		for (const file of await fileSources(context, item, source)) found.push({ item, source: file });
	const field = fieldOf(source === 'allBinaries' ? imageSourceField : binaryFieldsField);
	assertImageCount(found.length, field, imageSourceField.displayName);
	const images: Upload[] = [];
	for (const { item, source: file } of found)
		images.push(await readUpload(context, item, file, field));
	return { kind: 'uploads', images };
}

async function fileSources(
	context: IExecuteFunctions,
	itemIndex: number,
	source: 'binaryFields' | 'allBinaries',
): Promise<FileSource[]> {
	const item = context.getInputData()[itemIndex];
	const parameters = parametersOf(context, itemIndex);
	if (source === 'binaryFields')
		return readFileSources(
			parameters(binaryFieldsField.name, 'data'),
			item,
			fieldOf(binaryFieldsField),
		);
	const mask = parameters(maskField.name, 'none') === 'binaryField' && parameters('maskField', '');
	return (await imageSourcesOf(context, itemIndex, item)).filter(({ name }) => name !== mask);
}

async function readUpload(
	context: IExecuteFunctions,
	itemIndex: number,
	source: FileSource,
	field: Field,
): Promise<Upload> {
	const load = async () => await readInputImage(context, itemIndex, source, field);
	const { bytes, header, fileName } = await load();
	return { header, fileName, digest: createHash('sha256').update(bytes).digest('hex'), load };
}

const LONGEST_DATA_URL = 20_971_520;

/** URLs and file IDs, one a line or separated by commas; a data URL has a comma of its own. */
function readReferences(value: unknown, field: Field): ImageReference[] {
	const texts = Array.isArray(value) ? value.map(String) : [readText(value, field)];
	return texts
		.flatMap((text) => text.split(/[\n\r]+|,(?=\s*(?:https?:|file-|data:))/))
		.flatMap((text) => (text.trim().startsWith('data:') ? [text] : text.split(/[\s,]+/)))
		.map((text) => text.trim())
		.filter((text) => text !== '')
		.map((text) => readReference(text, field));
}

function readReference(text: string, field: Field): ImageReference {
	if (/^file[-_]\w+$/.test(text)) return { file_id: text };
	const isAddress = /^https?:\/\//i.test(text) && URL.canParse(text);
	const isDataUrl = /^data:image\/[\w.+-]+;base64,/.test(text);
	if (!isAddress && !isDataUrl)
		throw invalidInput(
			`'${field.label}' has '${text.slice(0, 60)}', which is no address of an image`,
			'Use addresses that start with https://, or OpenAI file IDs that start with file-.',
			field.name,
		);
	if (text.length > LONGEST_DATA_URL)
		throw invalidInput(
			`A data URL in '${field.label}' is too long`,
			'Use a binary field for images of more than 15 MB.',
			field.name,
		);
	return { image_url: text };
}
