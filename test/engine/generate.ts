import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
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
