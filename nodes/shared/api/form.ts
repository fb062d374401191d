import { randomUUID } from 'crypto';

/** A file as it goes into a form. */
export interface FormFile {
	readonly field: string;
	readonly bytes: Buffer;
	readonly fileName: string;
	readonly mimeType: string;
}

/** A `multipart/form-data` body, ready to be sent. */
export class EncodedForm {
	constructor(
		readonly contentType: string,
		readonly bytes: Buffer,
	) {}
}

/**
 * Encodes a form as the HTML standard says ("multipart/form-data encoding algorithm").
 *
 * Not with `FormData`: it keeps each file in a Blob, whose memory V8 does not count and so does not
 * collect in time. After 200 rows of 5 MB that was a gigabyte.
 */
export function encodeForm(
	fields: Readonly<Record<string, string>>,
	files: readonly FormFile[],
): EncodedForm {
	const boundary = `form-${randomUUID()}`;
	const parts: Buffer[] = [];
	const add = (head: string, content: Buffer) =>
		parts.push(
			Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
			content,
			Buffer.from('\r\n'),
		);
	for (const [name, value] of Object.entries(fields))
		add(`name="${quoted(name)}"`, Buffer.from(withCrLf(value)));
	for (const { field, fileName, mimeType, bytes } of files)
		add(
			`name="${quoted(field)}"; filename="${quoted(fileName)}"\r\nContent-Type: ${mimeType}`,
			bytes,
		);
	parts.push(Buffer.from(`--${boundary}--\r\n`));
	return new EncodedForm(`multipart/form-data; boundary=${boundary}`, Buffer.concat(parts));
}

const quoted = (name: string) =>
	name.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');

const withCrLf = (text: string) => text.replace(/\r\n?|\n/g, '\r\n');
