import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import type { Connection } from '../shared/api/connection';
import { modelField } from '../shared/fields/model';
import { optionsField, sharedOptions } from '../shared/fields/options';
import { parametersOf } from '../shared/fields/parameters';
import { promptField } from '../shared/fields/prompt';
import { countField, qualityField } from '../shared/fields/quality';
import { sizeDetailFields, sizeField } from '../shared/fields/size';
import { searchModels } from '../shared/fields/searchModels';
import { runRows } from '../shared/run/rows';
import { readGenerateRow } from './generateRow';

export class GptImageGenerate implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'GPT Image Generate',
		name: 'gptImageGenerate',
		icon: { light: 'file:../../icons/gptImage.svg', dark: 'file:../../icons/gptImage.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ [$parameter["quality"], $parameter["size"]].filter((value) => value).join(" · ") }}',
		description: 'Make images from text with gpt-image-2, as files that the next node can use',
		defaults: { name: 'GPT Image Generate' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'gptImageApi', required: true }],
		properties: [
			modelField,
			promptField,
			sizeField,
			...sizeDetailFields,
			qualityField,
			countField,
			optionsField(sharedOptions),
		],
	};

	methods = { listSearch: { searchModels } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const sources = this.getInputData().map(({ json }, item) => ({
			pairedItem: { item },
			read: (connection: Connection) => readGenerateRow(parametersOf(this, item), connection, json),
		}));
		return await runRows(this, sources);
	}
}
