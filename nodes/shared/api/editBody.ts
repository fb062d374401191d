import type { ImageEditParamsNonStreaming } from 'openai/resources/images';
import { encodeForm, type EncodedForm, type FormFile } from './form';

/** The fields of an edit request besides its images and its mask. */
export type EditFields = Omit<ImageEditParamsNonStreaming, 'image' | 'mask' | 'markup'>;

type File = Omit<FormFile, 'field'>;

/** The multipart body of an edit: the fields as text, each image as a part named `image[]`. */
export function editForm(
	fields: EditFields,
	images: readonly File[],
	mask: File | undefined,
): EncodedForm {
	const set = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
	return encodeForm(Object.fromEntries(set.map(([name, value]) => [name, String(value)])), [
		...images.map((image) => ({ ...image, field: 'image[]' })),
		...(mask ? [{ ...mask, field: 'mask' }] : []),
	]);
}
