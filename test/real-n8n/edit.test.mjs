import assert from 'node:assert/strict';
import { cp, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { outcome, placeExample } from '../../scripts/n8n/example.mjs';
import { examples } from '../../scripts/n8n/paths.mjs';
import { startRealN8n } from './real-n8n.mjs';

/** Sizes of the photos as a viewer shows them; all are sizes that gpt-image-2 makes. */
const PHOTOS = {
	'bottle.png': '1024x1280',
	'lamp.jpg': '1280x1280',
	'mug.jpg': '1200x1600',
	'sneaker.webp': '1536x1024',
};

describe('the example that edits product photos, in a real n8n', () => {
	/** @type {Awaited<ReturnType<typeof startRealN8n>>} */
	let real;
	let images;
	let execution;

	before(async () => {
		real = await startRealN8n({ transparentPreview: false });
		const photos = path.join(real.files, 'photos');
		await cp(path.join(examples, 'photos'), photos, { recursive: true });
		images = path.join(real.files, 'images');
		const { client, credentialId } = real;
		const example = await placeExample(client, 'edit-product-photos', {
			photos,
			images,
			credentialId,
		});
		execution = await client.run(example);
	});
	after(() => real?.close());

	const withoutExtension = (file) => path.basename(file, path.extname(file));

	/** Decodes the whole file: a header alone would open as well. */
	async function open(file) {
		const image = sharp(await readFile(path.join(images, file)));
		const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
		const { format } = await image.metadata();
		return {
			format,
			size: `${info.width}x${info.height}`,
			cornerAlpha: info.channels === 4 ? data[3] : 255,
		};
	}

	it('every photo is edited and cut out, and each request is billed once', () => {
		for (const node of ['Take off the sticker', 'Remove the background']) {
			const { error, failures, images: made } = outcome(execution, node);
			assert.equal(error, undefined);
			assert.deepEqual(failures, []);
			assert.equal(made.length, 4);
		}
		assert.equal(real.api.billedImages, 8);
	});

	it('the photos arrive at the API as they are on disk, each with a mask of its upright size', async () => {
		const edits = real.api.requests.filter(({ form }) => form.files.length === 2);
		assert.equal(edits.length, 4);
		for (const { form } of edits) {
			const [photo, mask] = form.files;
			const onDisk = await readFile(path.join(examples, 'photos', photo.fileName));
			assert.ok(photo.bytes.equals(onDisk), photo.fileName);
			const { width, height } = await sharp(mask.bytes).metadata();
			assert.equal(`${width}x${height}`, PHOTOS[photo.fileName]);
		}
	});

	it('an account without the preview of transparency gets the cut-outs from the fallback model', () => {
		const { images: made } = outcome(execution, 'Remove the background');
		assert.deepEqual(
			made.map(({ model }) => model),
			Array(4).fill('gpt-image-2.5-flare'),
		);
	});

	it('the files are what their names say, of the size of the photo, the cut-outs transparent', async () => {
		const wanted = Object.entries(PHOTOS).flatMap(([photo, size]) => {
			const name = withoutExtension(photo);
			return [
				[`${name}-no-background.png`, { format: 'png', size, cornerAlpha: 0 }],
				[`${name}.jpg`, { format: 'jpeg', size, cornerAlpha: 255 }],
			];
		});
		const files = (await readdir(images)).sort();
		assert.deepEqual(files, wanted.map(([file]) => file).sort());
		for (const [file, facts] of wanted) assert.deepEqual(await open(file), facts, file);
	});
});
