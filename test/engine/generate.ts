import type {
	IBinaryKeyData,
	IDataObject,
	INodeExecutionData,
	INodeParameters,
} from 'n8n-workflow';
import type { StandInApi } from '../stand-in-api/server';
import { runNode, type Order, type Result } from './engine';

/** A credential that leads to the stand-in API. */
export const credentialOf = ({ url }: { readonly url: string }) => ({
	provider: 'compatible',
	apiKey: 'sk-test-key',
	baseUrl: url,
});

/** Parameters of a request that works and is quick; small and cheap. */
const QUICK: INodeParameters = { prompt: 'a red mug', quality: 'low' };

/** Runs GPT Image Generate once against the stand-in; `parameters` as a workflow holds them. */
export async function generate(
	api: { readonly url: string },
	parameters: INodeParameters = {},
	order: Partial<Order> = {},
): Promise<Result> {
	return await runNode({
		node: 'gptImageGenerate',
		parameters: { ...QUICK, ...parameters },
		credential: credentialOf(api),
		...order,
	});
}

/** Input items, one a row of a sheet. */
export const rows = (...all: IDataObject[]): INodeExecutionData[] => all.map((json) => ({ json }));

/** The JSON bodies that reached the stand-in. */
export const bodiesOf = ({ requests }: StandInApi) => requests.map(({ json }) => json);

/** The binary field of an item, in either of n8n's binary modes. */
export function fileOf({ json, binary }: INodeExecutionData, field = 'data') {
	const files = (binary ?? json._files ?? {}) as IBinaryKeyData;
	return files[field];
}

/** The JSON that the next node sees, without the files that n8n keeps in it in combined mode. */
export const fieldsOf = ({ json }: INodeExecutionData): IDataObject =>
	Object.fromEntries(Object.entries(json).filter(([name]) => name !== '_files'));
