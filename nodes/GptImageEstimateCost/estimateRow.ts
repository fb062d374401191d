import type { IExecuteFunctions } from 'n8n-workflow';
import { invalidInput } from '../shared/api/errors';
import { estimateRequest, type Estimate } from '../shared/cost/estimate';
import {
	assertImageCount,
	imageSourcesOf,
	readFileSources,
	readInputImage,
} from '../shared/fields/binaries';
import { readModel } from '../shared/fields/model';
import { fieldOf, parametersOf, type RowParameters } from '../shared/fields/parameters';
import { pricingField, readPricing } from '../shared/fields/pricing';
import { readPrompt } from '../shared/fields/prompt';
import { readCount, readQuality } from '../shared/fields/quality';
import { readBoolean, readNumber, readOption, readText } from '../shared/fields/read';
import { readSizeChoice, resolveSize } from '../shared/fields/size';
import { orientedSize } from '../shared/images/header';
import { findModel, shutdownOf } from '../shared/models/models';
import { parseSize, type Size } from '../shared/models/sizes';
import {
	batchField,
	binaryFieldsField,
	budgetField,
	dimensionsField,
	inputImagesField,
	onOverBudgetField,
	operationField,
} from './fields';

/** One item, estimated. */
export interface EstimateRow {
	readonly estimate: Estimate;
	/** USD that all items together may cost. */
	readonly budget: number;
	readonly onOverBudget: 'flag' | 'stop';
}

/** Estimates one item; fails with the field that is wrong. */
export async function readEstimateRow(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<EstimateRow> {
	const parameters = parametersOf(context, itemIndex);
	const operation = readOption(
		parameters(operationField.name, 'generate'),
		['generate', 'edit'],
		fieldOf(operationField),
	);
	const modelId = readModel(parameters);
	const model = findModel(modelId);
	const inputImages = operation === 'edit' ? await readInputSizes(context, itemIndex) : [];
	const estimate = estimateRequest({
		model: modelId,
		operation,
		prompt: readPrompt(parameters),
		size: resolveSize(readSizeChoice(parameters), modelId, model, inputImages[0]),
		quality: readQuality(parameters, modelId, model),
		n: readCount(parameters),
		inputImages,
		batch: readBoolean(parameters(batchField.name, false), fieldOf(batchField)),
		pricing: readPricing(parameters(pricingField.name, '')),
	});
	return {
		estimate: withShutdown(estimate, modelId),
		budget: readNumber(
			parameters(budgetField.name, 10),
			{ min: 0, max: Infinity, unit: 'USD' },
			fieldOf(budgetField),
		),
		onOverBudget: readOption(
			parameters(onOverBudgetField.name, 'flag'),
			['flag', 'stop'],
			fieldOf(onOverBudgetField),
		),
	};
}

/** Pixels of each input image. */
async function readInputSizes(context: IExecuteFunctions, itemIndex: number): Promise<Size[]> {
	const parameters = parametersOf(context, itemIndex);
	const item = context.getInputData()[itemIndex];
	const from = readOption(
		parameters(inputImagesField.name, 'binaryFields'),
		['binaryFields', 'allBinaries', 'dimensions'],
		fieldOf(inputImagesField),
	);
	if (from === 'dimensions') return readDimensions(parameters);
	const byName = from === 'binaryFields';
	const field = fieldOf(byName ? binaryFieldsField : inputImagesField);
	const sources = byName
		? readFileSources(parameters(binaryFieldsField.name, 'data'), item, field)
		: await imageSourcesOf(context, itemIndex, item);
	assertImageCount(sources.length, field, inputImagesField.displayName);
	const sizes: Size[] = [];
	for (const source of sources) {
		const { header } = await readInputImage(context, itemIndex, source, field);
		sizes.push(orientedSize(header));
	}
	return sizes;
}

function readDimensions(parameters: RowParameters): Size[] {
	const field = fieldOf(dimensionsField);
	const texts = readText(parameters(dimensionsField.name, ''), field).split(/[,;\n]/);
	const sizes = texts
		.map((text) => text.trim())
		.filter((text) => text !== '')
		.map((text) => {
			const size = parseSize(text);
			if (size) return size;
			throw invalidInput(
				`'${field.label}' cannot be '${text.slice(0, 60)}'`,
				'Write width x height in pixels for each image, such as 1024x1024, 1536x1024.',
				field.name,
			);
		});
	if (sizes.length > 0) assertImageCount(sizes.length, field, inputImagesField.displayName);
	return sizes;
}

/** A model that OpenAI has shut down may still run elsewhere, so it is estimated, with a word. */
function withShutdown(estimate: Estimate, modelId: string): Estimate {
	const shutdown = shutdownOf(modelId, new Date());
	if (!shutdown) return estimate;
	const note = `OpenAI shut down ${modelId} on ${shutdown.date}; its successor is ${shutdown.successor}`;
	return { ...estimate, exact: false, notes: [note, ...estimate.notes] };
}
