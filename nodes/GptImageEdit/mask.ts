import { createHash } from 'crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { invalidInput } from '../shared/api/errors';
import { fileNameOf, readFile, readFileSources, type FileSource } from '../shared/fields/binaries';
import { fieldOf, parametersOf } from '../shared/fields/parameters';
import { readBoolean, readNumber, readOption } from '../shared/fields/read';
import { orientedSize, type ImageSize } from '../shared/images/header';
import { alphaFromBlackAndWhite, checkMask, type MaskProblem } from '../shared/images/mask';
import { checkRegion, drawRegionMask, type Region } from '../shared/images/region';
import { formatSize } from '../shared/models/sizes';
import { blackAndWhiteMaskOption, maskField, maskFieldField, regionField } from './fields';
import type { InputImages } from './inputImages';

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

/** Reads and checks the mask of a row; undefined when it has none. */
export async function readMask(
	context: IExecuteFunctions,
	itemIndex: number,
	images: InputImages,
	options: IDataObject,
): Promise<Mask | undefined> {
	const parameters = parametersOf(context, itemIndex);
	const choice = readOption(
		parameters(maskField.name, 'none'),
		['none', 'binaryField', 'region'],
		fieldOf(maskField),
	);
	if (choice === 'none') return undefined;
	if (images.kind === 'references')
		throw invalidInput(
			"'Mask' needs images from binary fields, because it must have their size",
			"Load the image into a binary field first, for example with the HTTP Request node, and set 'Image Source' to 'Binary Fields'; or set 'Mask' to 'None'.",
			maskField.name,
		);
	const size = orientedSize(images.images[0].header);
	if (choice === 'region') {
		const region = readRegion(parameters(regionField.name, regionField.default));
		return {
			identity: JSON.stringify(region),
			fileName: MASK_FILE,
			load: async () => await drawRegionMask(region, size),
		};
	}
	const item = context.getInputData()[itemIndex];
	const [source] = readFileSources(parameters('maskField', 'mask'), item, FIELD);
	const blackAndWhite = readBoolean(
		options.blackAndWhiteMask ?? false,
		fieldOf(blackAndWhiteMaskOption),
	);
	return await readBinaryMask(context, itemIndex, source, size, blackAndWhite);
}

async function readBinaryMask(
	context: IExecuteFunctions,
	itemIndex: number,
	source: FileSource | undefined,
	size: ImageSize,
	blackAndWhite: boolean,
): Promise<Mask> {
	if (!source)
		throw invalidInput(
			"'Mask Binary Field' is empty",
			"Enter the name of the binary field that holds the mask, or set 'Mask' to 'None'.",
			FIELD.name,
		);
	async function load(): Promise<Buffer> {
		const bytes = await readFile(context, itemIndex, source as FileSource);
		const problem = await checkMask(bytes, size);
		const curable = problem?.kind === 'noAlpha' || problem?.kind === 'opaque';
		if (!problem) return bytes;
		if (!blackAndWhite || !curable) throw invalidInput(...wordsFor(problem), FIELD.name);
		const drawn = await alphaFromBlackAndWhite(bytes);
		const left = await checkMask(drawn, size);
		if (left) throw invalidInput(...wordsFor(left), FIELD.name);
		return drawn;
	}
	const bytes = await load();
	const identity = createHash('sha256').update(bytes).digest('hex');
	return { identity, fileName: fileNameOf(source) ?? MASK_FILE, load };
}

/** What is wrong with a mask, and how to mend it. */
function wordsFor(problem: MaskProblem): [message: string, hint: string] {
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
				"Save it with fewer colors, or add the option 'Black-and-White Mask', which makes it small.",
			];
	}
}

function readRegion(value: unknown): Region {
	const given = { ...(regionField.default as IDataObject), ...(value as IDataObject) };
	const label = (name: string) => ({ label: `Region > ${name}`, name: regionField.name });
	const percent = (name: string) =>
		readNumber(given[name.toLowerCase()], { min: 0, max: 100, unit: 'percent' }, label(name));
	const region: Region = {
		shape: readOption(given.shape, ['rectangle', 'ellipse'], label('Shape')),
		x: percent('X'),
		y: percent('Y'),
		width: percent('Width'),
		height: percent('Height'),
	};
	const broken = checkRegion(region);
	if (broken)
		throw invalidInput(
			broken.replace(/\.$/, ''),
			"Change 'Region' so that it covers the part to edit: x and y are its top left corner, in percent of the image.",
			regionField.name,
		);
	return region;
}
