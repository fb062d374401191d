import { createHash } from 'crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { invalidInput } from '../shared/api/errors';
import { fileNameOf, readFile, readFileSources, type FileSource } from '../shared/fields/binaries';
import { fieldOf, parametersOf } from '../shared/fields/parameters';
import { readBoolean, readNumber, readOption } from '../shared/fields/read';
import type { ImageSize } from '../shared/images/header';
import { alphaFromBlackAndWhite, checkMask, type MaskProblem } from '../shared/images/mask';
import { checkRegion, drawRegionMask, type Region } from '../shared/images/region';
import { formatSize } from '../shared/models/sizes';
import { blackAndWhiteMaskOption, maskField, maskFieldField, regionField } from './fields';

/** Which part of the first image to edit, as the builder chose it. */
export type MaskChoice =
	| { readonly kind: 'none' }
	| { readonly kind: 'region'; readonly region: Region }
	| { readonly kind: 'file'; readonly source: FileSource; readonly blackAndWhite: boolean };

/** A mask that will be accepted; drawn or read again when it is sent. */
export interface Mask {
	/** Tells this mask from others. */
	readonly identity: string;
	readonly fileName: string;
	readonly load: () => Promise<Buffer>;
}

const FIELD = fieldOf(maskFieldField);

/** Where the mask is drawn, or has no name of its own. */
const MASK_FILE = 'mask.png';

/** Reads the parameters of the mask; its file is read once the size of the image is known. */
export function readMaskChoice(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
): MaskChoice {
	const parameters = parametersOf(context, itemIndex);
	const kind = readOption(
		parameters(maskField.name, 'none'),
		['none', 'binaryField', 'region'],
		fieldOf(maskField),
	);
	if (kind === 'none') return { kind };
	if (kind === 'region')
		return { kind, region: readRegion(parameters(regionField.name, regionField.default)) };
	const item = context.getInputData()[itemIndex];
	const [source] = readFileSources(parameters(maskFieldField.name, 'mask'), item, FIELD);
	if (!source)
		throw invalidInput(
			"'Mask Binary Field' is empty",
			"Enter the name of the binary field that holds the mask, or set 'Mask' to 'None'.",
			FIELD.name,
		);
	const blackAndWhite = readBoolean(
		options.blackAndWhiteMask ?? false,
		fieldOf(blackAndWhiteMaskOption),
	);
	return { kind: 'file', source, blackAndWhite };
}

/**
 * The mask for an image of this size, checked; undefined for none.
 * @param size of the first image as a viewer shows it; undefined where OpenAI loads it itself
 */
export async function readMask(
	context: IExecuteFunctions,
	itemIndex: number,
	choice: MaskChoice,
	size: ImageSize | undefined,
): Promise<Mask | undefined> {
	if (choice.kind === 'none') return undefined;
	if (!size)
		throw invalidInput(
			"'Mask' needs images from binary fields, because it must have their size",
			"Load the image into a binary field first, for example with the HTTP Request node, and set 'Image Source' to 'Binary Fields'; or set 'Mask' to 'None'.",
			maskField.name,
		);
	if (choice.kind === 'region') {
		const { region } = choice;
		return {
			identity: JSON.stringify(region),
			fileName: MASK_FILE,
			load: async () => await drawRegionMask(region, size),
		};
	}
	const load = async () => await readMaskFile(context, itemIndex, choice, size);
	return {
		identity: createHash('sha256')
			.update(await load())
			.digest('hex'),
		fileName: fileNameOf(choice.source) ?? MASK_FILE,
		load,
	};
}

async function readMaskFile(
	context: IExecuteFunctions,
	itemIndex: number,
	{ source, blackAndWhite }: Extract<MaskChoice, { kind: 'file' }>,
	size: ImageSize,
): Promise<Buffer> {
	const bytes = await readFile(context, itemIndex, source);
	const problem = await checkMask(bytes, size);
	if (!problem) return bytes;
	const curable = problem.kind === 'noAlpha' || problem.kind === 'opaque';
	if (!blackAndWhite || !curable) throw invalidInput(...wordsFor(problem), FIELD.name);
	const drawn = await alphaFromBlackAndWhite(bytes);
	const left = await checkMask(drawn, size);
	if (!left) return drawn;
	throw invalidInput(...(left.kind === 'opaque' ? ALL_BLACK : wordsFor(left)), FIELD.name);
}

type Words = [message: string, hint: string];

const ALL_BLACK: Words = [
	'The mask has no white part, so there is nothing to edit',
	'Paint the part to edit white.',
];

/** What is wrong with a mask, and how to mend it. */
function wordsFor(problem: MaskProblem): Words {
	switch (problem.kind) {
		case 'notPng':
			return [
				`The mask is ${problem.found}, and it must be a PNG image`,
				'Export it as PNG with transparency: transparent where to edit.',
			];
		case 'damaged':
			return [`The mask ${problem.reason}`, 'Export it as PNG once more.'];
		case 'dimensions':
			return [
				`The mask is ${formatSize(problem.mask)}, but the first image is ${formatSize(problem.image)}`,
				`Make the mask ${formatSize(problem.image)}, for example with the Edit Image node, or set 'Mask' to 'Region'.`,
			];
		case 'tooManyPixels':
			return [
				`The mask has too many pixels (${formatSize(problem.mask)})`,
				'Make the image and its mask smaller.',
			];
		case 'noAlpha':
		case 'opaque':
			return [
				'The mask has no transparent part, so there is nothing to edit',
				"Make the mask transparent where to edit. If it is black and white, add the option 'Black-and-White Mask': white is edited.",
			];
		case 'tooLarge':
			return [
				`The mask has ${(problem.bytes / 1024 / 1024).toFixed(1)} MB, and the API takes less than ${problem.limit / 1024 / 1024} MB`,
				"Save it as a compressed PNG, or set 'Mask' to 'Region'.",
			];
	}
}

function readRegion(value: unknown): Region {
	const given = { ...(regionField.default as IDataObject), ...(value as IDataObject) };
	const field = (label: string) => ({ label: `Region > ${label}`, name: regionField.name });
	const percent = (name: 'x' | 'y' | 'width' | 'height', label: string) =>
		readNumber(given[name], { min: 0, max: 100, unit: 'percent' }, field(label));
	const region: Region = {
		shape: readOption(given.shape, ['rectangle', 'ellipse'], field('Shape')),
		x: percent('x', 'Left'),
		y: percent('y', 'Top'),
		width: percent('width', 'Width'),
		height: percent('height', 'Height'),
	};
	const broken = checkRegion(region);
	if (broken)
		throw invalidInput(
			broken.replace(/\.$/, ''),
			"Change 'Region' so that it covers the part to edit and lies within the image, all in percent.",
			regionField.name,
		);
	return region;
}
