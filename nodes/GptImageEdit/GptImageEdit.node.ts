import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import type { Connection } from '../shared/api/connection';
import { modelField } from '../shared/fields/model';
import { optionsField } from '../shared/fields/options';
import { countField, qualityField } from '../shared/fields/quality';
import { searchModels } from '../shared/fields/searchModels';
import { sizeDetailFields } from '../shared/fields/size';
import { runRows } from '../shared/run/rows';
import { readEditRow } from './editRow';
import {
	binaryFieldsField,
	combineItemsField,
	editOptions,
	editPromptField,
	editSizeField,
	fileIdsField,
	imageSourceField,
	imageUrlsField,
	maskField,
	maskFieldField,
	operationField,
	regionField,
	removeBackgroundPromptField,
	removeBackgroundSizeField,
} from './fields';

export class GptImageEdit implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'GPT Image Edit',
		name: 'gptImageEdit',
		icon: { light: 'file:../../icons/gptImage.svg', dark: 'file:../../icons/gptImage.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ $parameter["operation"] === "removeBackground" ? "remove background" : "edit" }}',
		description:
			'Change images with gpt-image-2: edit, combine, edit a region, remove the background',
		defaults: { name: 'GPT Image Edit' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'gptImageApi', required: true }],
		properties: [
			operationField,
			modelField,
			editPromptField,
			imageSourceField,
			binaryFieldsField,
			imageUrlsField,
			fileIdsField,
			combineItemsField,
			removeBackgroundPromptField,
			maskField,
			maskFieldField,
			regionField,
			editSizeField,
			removeBackgroundSizeField,
			...sizeDetailFields,
			qualityField,
			countField,
			optionsField(editOptions),
		],
	};

	methods = { listSearch: { searchModels } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData().map((_, index) => index);
		const combined = items.length > 1 && this.getNodeParameter('combineItems', 0, false) === true;
		const rows = combined ? [items] : items.map((item) => [item]);
		const sources = rows.map((itemIndexes) => ({
			pairedItem: combined ? itemIndexes.map((item) => ({ item })) : { item: itemIndexes[0] },
			read: async (connection: Connection) => await readEditRow(this, connection, itemIndexes),
		}));
		return await runRows(this, sources);
	}
}
