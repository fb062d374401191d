import type { IBinaryData, IDataObject } from 'n8n-workflow';
import type { EncodedForm } from '../api/form';
import type { ImagesAnswer } from '../api/imagesAnswer';
import type { CostRequest } from '../cost/estimate';
import type { OutputOptions } from '../fields/outputOptions';
import type { SendOptions } from '../fields/sendOptions';
import type { ImageHeader } from '../images/header';

/** One request for images and what becomes of them, every parameter read and checked. */
export interface ImageRow {
	/** JSON of the input item, for `includeInputFields`. */
	readonly input: IDataObject;
	readonly prompt: string;
	readonly modelId: string;
	/** Images asked for, 1 to 10. */
	readonly n: number;
	/** As asked for: what the API chose stands in its answer. */
	readonly asked: {
		readonly size: string;
		readonly quality: string;
		readonly format: 'png' | 'jpeg' | 'webp';
		readonly background: string;
	};
	readonly path: '/images/generations' | '/images/edits';
	/** Made anew for each attempt, so that images wait for theirs on disk. */
	readonly body: (modelId: string) => Promise<object | EncodedForm>;
	/** What the request asks for, as text: equal texts ask for the same images. */
	readonly identity: string;
	/** What its cost depends on. */
	readonly cost: CostRequest;
	/** File name without extension, for when the builder gives none. */
	readonly suggestedName: string;
	readonly output: OutputOptions;
	readonly send: SendOptions;
}

/** An image that n8n has stored. */
export interface StoredImage {
	readonly binary: IBinaryData;
	readonly header: ImageHeader;
	/** Bytes. */
	readonly byteSize: number;
}

/** A request that was answered with images. */
export interface RowResult {
	/** The model that made them: the row's, or its fallback. */
	readonly modelId: string;
	readonly images: readonly StoredImage[];
	readonly answer: ImagesAnswer;
	readonly requestId?: string;
	readonly attempts: number;
	/** From the first attempt to the last byte, and how much of it was spent waiting for a turn. */
	readonly durationMs: number;
	readonly waitedMs: number;
	readonly warnings: readonly string[];
}

/** A row with its images. */
export interface PaidRow {
	readonly row: ImageRow;
	readonly result: RowResult;
}
