import type {
	IBinaryKeyData,
	IDataObject,
	INodeExecutionData,
	IPairedItemData,
} from 'n8n-workflow';
import { actualCost } from '../cost/actualCost';
import { splitUsd } from '../cost/money';
import { formatSize } from '../models/sizes';
import type { ImageRow, PaidRow, RowResult, StoredImage } from './row';

/** Left out of passed-on fields: `error` would make n8n take the item for a failed one. */
const NOT_PASSED_ON = ['error', '_files'];

function passedOn({ input, output }: ImageRow): IDataObject {
	if (!output.includeInputFields) return {};
	return Object.fromEntries(Object.entries(input).filter(([key]) => !NOT_PASSED_ON.includes(key)));
}

/** What the images of a row have in common. */
function commonFields(row: ImageRow, { images, answer, ...result }: RowResult): IDataObject {
	const [{ header }] = images;
	return {
		prompt: row.prompt,
		imageCount: images.length,
		model: result.modelId,
		size: answer.size ?? formatSize(header),
		quality: answer.quality ?? row.asked.quality,
		outputFormat: header.format,
		background: answer.background ?? row.asked.background,
		...(answer.usage && { usage: answer.usage as unknown as IDataObject }),
		...(result.requestId && { requestId: result.requestId }),
		createdAt: new Date(answer.created ? answer.created * 1000 : Date.now()).toISOString(),
		attempts: result.attempts,
		durationMs: result.durationMs,
		waitedMs: result.waitedMs,
		warnings: [...result.warnings, ...differences(row, images)],
	};
}

/** What came otherwise than asked for. */
function differences({ asked, n }: ImageRow, images: readonly StoredImage[]): string[] {
	const [{ header }] = images;
	const size = formatSize(header);
	const warnings: string[] = [];
	if (header.format !== asked.format)
		warnings.push(`Asked for ${asked.format}, but the image is ${header.format}`);
	if (asked.size !== 'auto' && size !== asked.size)
		warnings.push(`Asked for ${asked.size}, but the image is ${size}`);
	if (images.length < n) warnings.push(`Asked for ${n} images, but ${images.length} came`);
	return warnings;
}

/** What the request of a row cost: billed where the answer tells, estimated otherwise. */
export const costOf = ({ row, result: { answer, modelId } }: PaidRow) =>
	actualCost(answer.usage, { ...row.cost, model: modelId });

/** The `cost` of each image; their shares add up to the request. */
function imageCosts(paid: PaidRow, shares: number): IDataObject[] {
	const { notes, breakdown, ...cost } = costOf(paid);
	return splitUsd(cost.requestUsd, shares).map((usd) => ({
		usd,
		...cost,
		breakdown: { ...breakdown },
		...(notes.length > 0 && { notes: [...notes] }),
	}));
}

const imageFields = (
	{ binary, header, byteSize }: StoredImage,
	imageIndex: number,
): IDataObject => ({
	fileName: binary.fileName,
	mimeType: header.mimeType,
	byteSize,
	width: header.width,
	height: header.height,
	imageIndex,
});

/** The output items of a row: one an image, or one with all images in its binary fields. */
export function itemsOf(
	paid: PaidRow,
	pairedItem: IPairedItemData | IPairedItemData[],
): INodeExecutionData[] {
	const { row, result } = paid;
	const { images } = result;
	const { output } = row;
	const common = { ...passedOn(row), ...commonFields(row, result) };
	const shares = output.imagesAs === 'items' ? images.length : 1;
	const costs = imageCosts(paid, shares);
	if (output.imagesAs === 'items')
		return images.map((image, index) => ({
			json: { ...common, ...imageFields(image, index), cost: costs[index] },
			binary: { [output.outputField]: image.binary },
			pairedItem,
		}));
	const names = images.map((_, index) => output.outputField + (index > 0 ? `_${index}` : ''));
	const binary: IBinaryKeyData = Object.fromEntries(
		images.map((image, index) => [names[index], image.binary]),
	);
	const list = images.map((image, index) => ({
		field: names[index],
		...imageFields(image, index),
	}));
	return [
		{
			json: { ...common, ...imageFields(images[0], 0), cost: costs[0], images: list },
			binary,
			pairedItem,
		},
	];
}
