/** Bytes; what the API says besides images is short, and a page of a gateway is not read to its end. */
const LONGEST = 1_000_000;

/** The JSON of a body, or undefined where it is none. */
export async function readJson(body: AsyncIterable<Uint8Array>): Promise<unknown> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of body) {
		chunks.push(chunk);
		length += chunk.length;
		if (length > LONGEST) break;
	}
	try {
		return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
	} catch {
		return undefined;
	}
}
