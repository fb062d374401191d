import type { IDataObject } from 'n8n-workflow';
import type { ImageGenerateParamsNonStreaming } from 'openai/resources/images';
import type { Connection } from '../shared/api/connection';
import { assertFallbackFits } from '../shared/fields/fallback';
import { assertAvailable, readModel } from '../shared/fields/model';
import { readOptions } from '../shared/fields/options';
import { readOutputOptions } from '../shared/fields/outputOptions';
import type { RowParameters } from '../shared/fields/parameters';
import { readPricing } from '../shared/fields/pricing';
import { readPrompt } from '../shared/fields/prompt';
import { readCount, readQuality } from '../shared/fields/quality';
import { readRequestOptions } from '../shared/fields/requestOptions';
import { readSendOptions } from '../shared/fields/sendOptions';
import { readSizeChoice, resolveSize } from '../shared/fields/size';
import { baseNameOfPrompt } from '../shared/images/fileNames';
import { findModel } from '../shared/models/models';
import type { ImageRow } from '../shared/run/row';

/** Reads and checks the parameters of one item; fails with the field that is wrong. */
export function readGenerateRow(
	parameters: RowParameters,
	{ provider, baseUrl }: Connection,
	input: IDataObject,
): ImageRow {
	const modelId = readModel(parameters);
	if (provider === 'openAi') assertAvailable(modelId, new Date());
	const model = findModel(modelId);
	const options = readOptions(parameters);
	const body = {
		model: modelId,
		prompt: readPrompt(parameters),
		size: resolveSize(readSizeChoice(parameters), modelId, model),
		quality: readQuality(parameters, modelId, model),
		n: readCount(parameters),
		...readRequestOptions(options),
	} satisfies ImageGenerateParamsNonStreaming;
	const send = readSendOptions(options);
	assertFallbackFits(send.fallbackModel, body);
	return {
		input,
		prompt: body.prompt,
		modelId,
		n: body.n,
		asked: {
			size: body.size,
			quality: body.quality,
			format: body.output_format ?? 'png',
			background: body.background ?? 'auto',
		},
		path: '/images/generations',
		body: async (model) => ({ ...body, model }),
		identity: JSON.stringify([baseUrl, body]),
		cost: { ...body, operation: 'generate', pricing: readPricing(options.pricing) },
		suggestedName: baseNameOfPrompt(body.prompt),
		output: readOutputOptions(options),
		send,
	};
}
