import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * Loads an image that an answer gives by its address, as some compatible servers do. The key is
 * not sent: the address may be on any host.
 * @returns undefined where it cannot be loaded
 */
export async function download(
	context: IExecuteFunctions,
	url: string,
	timeoutMs: number,
): Promise<Buffer | undefined> {
	const body: unknown = await context.helpers
		.httpRequest({
			method: 'GET',
			url,
			encoding: 'arraybuffer',
			timeout: timeoutMs,
			abortSignal: context.getExecutionCancelSignal(),
		})
		.catch(() => undefined);
	return Buffer.isBuffer(body) ? body : undefined;
}
