import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { Connection } from '../shared/api/connection';
import { editForm, type EditFields } from '../shared/api/editBody';
import { invalidInput } from '../shared/api/errors';
import type { EncodedForm } from '../shared/api/form';
import { assertFallbackFits } from '../shared/fields/fallback';
import { assertAvailable, readModel } from '../shared/fields/model';
import { readOptions } from '../shared/fields/options';
import { readOutputOptions } from '../shared/fields/outputOptions';
import { fieldOf, parametersOf, type RowParameters } from '../shared/fields/parameters';
import { readPricing } from '../shared/fields/pricing';
import { assertLength, MAX_LENGTH, readPrompt } from '../shared/fields/prompt';
import { readCount, readQuality } from '../shared/fields/quality';
import { readOption, readText } from '../shared/fields/read';
import { readRequestOptions, type Moderation } from '../shared/fields/requestOptions';
import { readSendOptions } from '../shared/fields/sendOptions';
import { readSizeChoice, resolveSize } from '../shared/fields/size';
import { baseNameFrom, baseNameOfPrompt } from '../shared/images/fileNames';
import { orientedSize } from '../shared/images/header';
import { findModel, type ImageModel } from '../shared/models/models';
import type { ImageRow } from '../shared/run/row';
import {
	imageSourceField,
	inputFidelityOption,
	operationField,
	removeBackgroundPromptField,
} from './fields';
import { readInputImages, type InputImages } from './inputImages';
import { readMask, readMaskChoice, type Mask, type MaskChoice } from './mask';

type Operation = 'edit' | 'removeBackground';

const REMOVE_BACKGROUND =
	'Remove the background completely and leave it fully transparent. Keep the main subject exactly as it is: same shape, colors, texture, lettering, lighting, pose, position and scale. Cut it out with clean, precise edges, including hair, gaps and see-through parts. Add nothing: no new shadow, no outline, no backdrop.';

/** Reads and checks the parameters and images of a row; sends nothing. */
export async function readEditRow(
	context: IExecuteFunctions,
	{ provider, baseUrl }: Connection,
	itemIndexes: readonly number[],
): Promise<ImageRow> {
	const [itemIndex] = itemIndexes;
	const parameters = parametersOf(context, itemIndex);
	const operation = readOption<Operation>(
		parameters(operationField.name, 'edit'),
		['edit', 'removeBackground'],
		fieldOf(operationField),
	);
	const modelId = readModel(parameters);
	if (provider === 'openAi') assertAvailable(modelId, new Date());
	const model = findModel(modelId);
	const options = readOptions(parameters);
	const quality = readQuality(parameters, modelId, model);
	const sizeChoice = readSizeChoice(parameters, operation === 'edit' ? '1024x1024' : 'sameAsInput');
	const prompt = readEditPrompt(parameters, operation);
	const n = readCount(parameters);
	const { moderation, ...requestOptions } = readEditOptions(options, operation);

	const maskChoice: MaskChoice =
		operation === 'edit' ? readMaskChoice(context, itemIndex, options) : { kind: 'none' };
	const maskName = maskChoice.kind === 'file' ? maskChoice.source.name : undefined;

	const images = await readInputImages(context, itemIndexes, maskName);
	assertFit(images, operation, moderation);
	const first = images.kind === 'uploads' ? orientedSize(images.images[0].header) : undefined;
	const mask = await readMask(context, itemIndex, maskChoice, first);
	const fields = {
		model: modelId,
		prompt,
		size: resolveSize(sizeChoice, modelId, model, first),
		quality,
		n,
		...requestOptions,
		input_fidelity: readInputFidelity(options, modelId, model),
	} satisfies EditFields;
	const send = readSendOptions(options);
	assertFallbackFits(send.fallbackModel, fields);
	return {
		input: context.getInputData()[itemIndex].json,
		prompt,
		modelId,
		n,
		asked: {
			size: fields.size,
			quality,
			format: fields.output_format ?? 'png',
			background: fields.background ?? 'auto',
		},
		path: '/images/edits',
		body: async (model) =>
			images.kind === 'uploads'
				? await formOf({ ...fields, model }, images, mask)
				: { ...fields, model, moderation, images: images.images },
		identity: JSON.stringify([
			baseUrl,
			fields,
			moderation,
			images.kind === 'uploads' ? images.images.map(({ digest }) => digest) : images.images,
			mask?.identity,
		]),
		cost: {
			...fields,
			operation: 'edit',
			inputImages:
				images.kind === 'uploads'
					? images.images.map(({ header }) => orientedSize(header))
					: images.images.map(() => undefined),
			inputFidelity: fields.input_fidelity ?? 'low',
			pricing: readPricing(options.pricing),
		},
		suggestedName: operation === 'edit' ? baseNameOfPrompt(prompt) : cutOutName(images),
		output: readOutputOptions(options),
		send,
	};
}

function readEditPrompt(parameters: RowParameters, operation: Operation): string {
	if (operation === 'edit') return readPrompt(parameters);
	const field = fieldOf(removeBackgroundPromptField);
	const words = readText(parameters(field.name, ''), field).trim();
	if (words === '') return REMOVE_BACKGROUND;
	assertLength(words, field, MAX_LENGTH - REMOVE_BACKGROUND.length - 1);
	return `${REMOVE_BACKGROUND} ${words}`;
}

/** `mug.jpg` without its background becomes `mug-no-background.png`. */
function cutOutName(images: InputImages): string {
	const name = images.kind === 'uploads' ? images.images[0].fileName : 'image';
	return baseNameFrom(`${baseNameFrom(name)}-no-background`);
}

/** Remove Background has a transparent background, whatever the options say of it. */
function readEditOptions(options: IDataObject, operation: Operation) {
	if (operation === 'edit') return readRequestOptions(options);
	const request = readRequestOptions({ ...options, background: 'auto' });
	if (request.output_format === 'jpeg')
		throw invalidInput(
			'Remove Background cannot make a JPEG file, because JPEG has no transparency',
			"Set 'Output Format' to PNG or WebP.",
			'outputFormat',
		);
	return { ...request, background: 'transparent' as const };
}

/** What does not go together with these images, and would cost money or a refusal. */
function assertFit(
	{ kind, images }: InputImages,
	operation: Operation,
	moderation: Moderation | undefined,
): void {
	if (operation === 'removeBackground' && images.length > 1)
		throw invalidInput(
			`There are ${images.length} images, and Remove Background takes one at a time`,
			'Pass each image in an item of its own, or name one binary field.',
			imageSourceField.name,
		);
	if (kind === 'uploads' && moderation === 'low')
		throw invalidInput(
			"'Moderation' can be set only for images from URLs or file IDs",
			"Remove the option 'Moderation', or change 'Image Source'.",
			'moderation',
		);
}

function readInputFidelity(
	options: IDataObject,
	modelId: string,
	model: ImageModel | undefined,
): 'low' | 'high' | undefined {
	if (!('inputFidelity' in options)) return undefined;
	const field = fieldOf(inputFidelityOption);
	const fidelity = readOption(options.inputFidelity, ['low', 'high'], field);
	if (!model || model.inputFidelity.includes(fidelity)) return fidelity;
	throw invalidInput(
		`'Input Fidelity' ${fidelity} does not work with ${modelId}`,
		model.inputFidelity.length > 0
			? `Set it to ${model.inputFidelity.join(' or ')}.`
			: `Remove the option 'Input Fidelity': ${modelId} has no such setting.`,
		field.name,
	);
}

async function formOf(
	fields: EditFields,
	{ images }: Extract<InputImages, { kind: 'uploads' }>,
	mask: Mask | undefined,
): Promise<EncodedForm> {
	const files = await Promise.all(images.map(async ({ load }) => await load()));
	return editForm(
		fields,
		files.map(({ bytes, header, fileName }) => ({
			bytes,
			fileName,
			mimeType: header.mimeType,
		})),
		mask && {
			bytes: await mask.load(),
			fileName: mask.fileName,
			mimeType: 'image/png',
		},
	);
}
