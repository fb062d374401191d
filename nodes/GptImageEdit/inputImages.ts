import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import {
	assertImageCount,
	imageSourcesOf,
	readFileSources,
	readInputImage,
	type FileSource,
	type InputImage,
} from '../shared/fields/binaries';
import { fieldOf, parametersOf } from '../shared/fields/parameters';
import { readOption, type Field } from '../shared/fields/read';
import type { ImageHeader } from '../shared/images/header';
import {
	binaryFieldsField,
	fileIdsField,
	imageSourceField,
	imageUrlsField,
	maskField,
} from './fields';
import { readReferences, type ImageReference } from './imageReferences';

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
