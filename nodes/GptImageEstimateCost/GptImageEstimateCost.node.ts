import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { ImageError, imageErrorOf, overBudget } from '../shared/api/errors';
import { isWithin, overLimit, runCost, type RunCost } from '../shared/cost/budget';
import { modelField } from '../shared/fields/model';
import { pricingField } from '../shared/fields/pricing';
import { promptField } from '../shared/fields/prompt';
import { countField, qualityField } from '../shared/fields/quality';
import { sizeDetailFields } from '../shared/fields/size';
import { errorItem, nodeErrorOf } from '../shared/run/failed';
import { readEstimateRow, type EstimateRow } from './estimateRow';
import {
	batchField,
	binaryFieldsField,
	budgetField,
	dimensionsField,
	editSizeField,
	generateSizeField,
	inputImagesField,
	onOverBudgetField,
	operationField,
} from './fields';
import { searchModels } from './searchModels';

export class GptImageEstimateCost implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'GPT Image Estimate Cost',
		name: 'gptImageEstimateCost',
		icon: { light: 'file:../../icons/gptImage.svg', dark: 'file:../../icons/gptImage.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + " · budget $" + $parameter["budget"] }}',
		description: 'Know what images will cost before you pay, and hold a run to a budget',
		defaults: { name: 'GPT Image Estimate Cost' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [
			operationField,
			modelField,
			promptField,
			inputImagesField,
			binaryFieldsField,
			dimensionsField,
			generateSizeField,
			editSizeField,
			...sizeDetailFields,
			qualityField,
			countField,
			batchField,
			budgetField,
			onOverBudgetField,
			pricingField,
		],
	};

	methods = { listSearch: { searchModels } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData();
		const rows: Array<EstimateRow | ImageError> = [];
		for (const index of items.keys()) {
			const row = await readEstimateRow(this, index).catch(imageErrorOf);
			if (row instanceof ImageError && !this.continueOnFail()) throw nodeErrorOf(this, row, index);
			rows.push(row);
		}
		const estimated = rows.flatMap((row) => (row instanceof ImageError ? [] : [row]));
		const run = runCost(estimated.map(({ estimate }) => estimate));
		const stop = stopOf(estimated);
		if (stop && !this.continueOnFail()) throw nodeErrorOf(this, stop, 0);

		const output = rows.map((row, item): INodeExecutionData => {
			const pairedItem = { item };
			if (row instanceof ImageError) return errorItem(row, pairedItem);
			if (stop) return errorItem(stop, pairedItem);
			const { json, binary } = items[item];
			const estimate = estimateFields(row, run);
			return { json: { ...json, estimate }, ...(binary && { binary }), pairedItem };
		});
		return [output];
	}
}

/** Why nothing is passed on, where an item says to stop over budget. */
function stopOf(rows: readonly EstimateRow[]): ImageError | undefined {
	const stopping = rows.filter(({ onOverBudget }) => onOverBudget === 'stop');
	if (stopping.length === 0) return undefined;
	const lowest = stopping.reduce((least, { budget }) => Math.min(least, budget), Infinity);
	const { displayName, name } = budgetField;
	const estimates = rows.map(({ estimate }) => estimate);
	const over = overLimit(estimates, lowest, displayName);
	return over && overBudget(over.message, over.hint, name);
}

/** The field `estimate` of an output item. */
function estimateFields({ estimate, budget }: EstimateRow, run: RunCost): IDataObject {
	const { tokens, breakdown, notes, ...rest } = estimate;
	return {
		...rest,
		runUsd: run.usd,
		withinBudget: isWithin(run, budget),
		tokens: { ...tokens },
		breakdown: { ...breakdown },
		notes: [...notes],
	};
}
