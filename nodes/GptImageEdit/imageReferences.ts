import { invalidInput } from '../shared/api/errors';
import { readText, type Field } from '../shared/fields/read';

/** An image that OpenAI fetches itself, as the JSON body of an edit names it. */
export type ImageReference = { readonly image_url: string } | { readonly file_id: string };

/** Characters. OpenAI API reference, "Create image edit", `image_url`. */
const LONGEST_DATA_URL = 20_971_520;

/** White space, and a comma before the next one: addresses and data URLs have commas of their own. */
const BETWEEN = /\s+|,(?=\s|$|[a-z][a-z\d+.-]*:\/\/|data:|file[-_])/i;

/** Reads URLs and file IDs from text, or from a list of texts. */
export function readReferences(value: unknown, field: Field): ImageReference[] {
	const texts = Array.isArray(value) ? value : [value];
	return texts
		.flatMap((text) => readText(text, field).split(BETWEEN))
		.filter((text) => text !== '')
		.map((text) => readReference(text, field));
}

function readReference(text: string, field: Field): ImageReference {
	if (/^file[-_][\w-]+$/.test(text)) return { file_id: text };
	const isAddress = /^https?:\/\//i.test(text) && URL.canParse(text);
	const isDataUrl = /^data:image\/(png|jpeg|webp);base64,/.test(text);
	if (!isAddress && !isDataUrl)
		throw invalidInput(
			`'${field.label}' has '${text.slice(0, 60)}', which is no address of an image`,
			'Use addresses that start with https://, or OpenAI file IDs that start with file-.',
			field.name,
		);
	if (isDataUrl && text.length > LONGEST_DATA_URL)
		throw invalidInput(
			`A data URL in '${field.label}' is too long`,
			'Use a binary field for images of more than 15 MB.',
			field.name,
		);
	return { image_url: text };
}
