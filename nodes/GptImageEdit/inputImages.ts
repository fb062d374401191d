import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { ImageError, imageErrorOf } from '../shared/api/errors';
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
import { binaryFieldsField, fileIdsField, imageSourceField, imageUrlsField } from './fields';
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

/**
 * Reads and checks the images of one or several input items, 1 to 16 in all.
 * @param maskName the binary field that is the mask, and so none of the images
 */
export async function readInputImages(
	context: IExecuteFunctions,
	itemIndexes: readonly number[],
	maskName: string | undefined,
): Promise<InputImages> {
	const source = readOption(
		parametersOf(context, itemIndexes[0])(imageSourceField.name, 'binaryFields'),
		SOURCES,
		fieldOf(imageSourceField),
	);
	/** Where several items make up the row, a failure says which of them it is about. */
	async function ofItem<T>(item: number, read: () => T | Promise<T>): Promise<T> {
		const result = await Promise.resolve().then(read).catch(imageErrorOf);
		if (!(result instanceof ImageError)) return result;
		throw itemIndexes.length > 1 ? result.inItem(item) : result;
	}

	if (source === 'urls' || source === 'fileIds') {
		const field = source === 'urls' ? imageUrlsField : fileIdsField;
		const images: ImageReference[] = [];
		for (const item of itemIndexes) {
			const value = () => parametersOf(context, item)(field.name, '');
			images.push(...(await ofItem(item, () => readReferences(value(), fieldOf(field)))));
		}
		assertImageCount(images.length, fieldOf(field), imageSourceField.displayName);
		return { kind: 'references', images };
	}

	const field = fieldOf(source === 'allBinaries' ? imageSourceField : binaryFieldsField);
	const found: Array<{ readonly item: number; readonly file: FileSource }> = [];
	for (const item of itemIndexes) {
		const files = await ofItem(item, () => fileSources(context, item, source, maskName));
		found.push(...files.map((file) => ({ item, file })));
	}
	assertImageCount(found.length, field, imageSourceField.displayName);
	const images: Upload[] = [];
	for (const { item, file } of found)
		images.push(await ofItem(item, () => readUpload(context, item, file, field)));
	return { kind: 'uploads', images };
}

async function fileSources(
	context: IExecuteFunctions,
	itemIndex: number,
	source: 'binaryFields' | 'allBinaries',
	maskName: string | undefined,
): Promise<FileSource[]> {
	const item = context.getInputData()[itemIndex];
	if (source === 'allBinaries')
		return (await imageSourcesOf(context, itemIndex, item)).filter(({ name }) => name !== maskName);
	const names = parametersOf(context, itemIndex)(binaryFieldsField.name, 'data');
	return readFileSources(names, item, fieldOf(binaryFieldsField));
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
