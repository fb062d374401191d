import type { IBinaryData, IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { runNode, storeBinary, type Order, type Result } from './engine';
import { credentialOf } from './generate';

/** Parameters of an edit that works and is cheap. */
export const QUICK = { prompt: 'make it blue', quality: 'low' } as const;

/** Runs GPT Image Edit once against the stand-in; `parameters` as a workflow holds them. */
export async function edit(
	api: { readonly url: string },
	parameters: INodeParameters,
	items: INodeExecutionData[],
	order: Partial<Order> = {},
): Promise<Result> {
	return await runNode({
		node: 'gptImageEdit',
		parameters: { ...QUICK, ...parameters },
		items,
		credential: credentialOf(api),
		...order,
	});
}

/** An input item with these files; in the combined binary mode they are part of its JSON. */
export async function itemWith(
	files: Readonly<Record<string, Buffer | IBinaryData>>,
	{
		json = {},
		combined = false,
	}: { readonly json?: IDataObject; readonly combined?: boolean } = {},
): Promise<INodeExecutionData> {
	const stored: Record<string, IBinaryData> = {};
	for (const [name, file] of Object.entries(files))
		stored[name] = Buffer.isBuffer(file) ? await storeBinary(file) : file;
	if (!combined) return { json, binary: stored };
	return { json: { ...json, _files: stored as unknown as IDataObject } };
}
