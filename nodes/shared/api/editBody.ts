import type { ImageEditParamsNonStreaming } from 'openai/resources/images';

/** The fields of an edit request besides its images and its mask. */
export type EditFields = Omit<ImageEditParamsNonStreaming, 'image' | 'mask' | 'markup'>;

/** A file as it goes into a form. */
export interface FormFile {
	readonly bytes: Buffer;
	readonly fileName: string;
	readonly mimeType: string;
}

/** The multipart body of an edit: the fields as text, each image as a part named `image[]`. */
export function editForm(
	fields: EditFields,
	images: readonly FormFile[],
	mask: FormFile | undefined,
): FormData {
	const form = new FormData();
	const add = (field: string, { bytes, fileName, mimeType }: FormFile) =>
		form.append(field, new Blob([bytes], { type: mimeType }), fileName);
	for (const [name, value] of Object.entries(fields))
		if (value !== undefined && value !== null) form.append(name, String(value));
	for (const image of images) add('image[]', image);
	if (mask) add('mask', mask);
	return form;
}
