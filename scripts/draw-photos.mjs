/**
 * Draws the product photos of the example, each with a sale sticker in its corner:
 * node scripts/draw-photos.mjs
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { examples } from './n8n/paths.mjs';

const folder = path.join(examples, 'photos');

const MUG = `
	<ellipse cx="48" cy="86" rx="30" ry="4" fill="#0004"/>
	<path d="M66 46 q20 0 20 16 t-20 16" fill="none" stroke="#b3402a" stroke-width="6"/>
	<path d="M24 36 h46 l-3 46 q-1 5 -8 5 h-24 q-7 0 -8 -5 z" fill="url(#shine)"/>
	<ellipse cx="47" cy="36" rx="23" ry="5" fill="#5a1d12"/>
	<path d="M36 58 q11 12 22 0" fill="none" stroke="#fbe9d7" stroke-width="3"/>`;

const BOTTLE = `
	<ellipse cx="50" cy="93" rx="22" ry="3" fill="#0004"/>
	<rect x="43" y="12" width="14" height="10" rx="2" fill="#2b2b2b"/>
	<path d="M44 22 h12 v12 q14 6 14 18 v34 q0 7 -7 7 h-26 q-7 0 -7 -7 v-34 q0 -12 14 -18 z" fill="url(#shine)"/>
	<rect x="30" y="58" width="40" height="22" fill="#f6f1e4"/>
	<path d="M36 66 h28 M36 72 h18" stroke="#3d6b4f" stroke-width="3"/>`;

const SNEAKER = `
	<ellipse cx="50" cy="80" rx="44" ry="4" fill="#0004"/>
	<path d="M8 44 q10 4 20 -4 q8 18 26 22 q30 2 38 12 v4 h-84 z" fill="url(#shine)"/>
	<path d="M6 74 h88 v6 q0 2 -3 2 h-82 q-3 0 -3 -2 z" fill="#f4f4f0"/>
	<path d="M30 52 l8 -6 M36 57 l8 -6 M43 61 l7 -6" stroke="#fff" stroke-width="2"/>`;

const LAMP = `
	<ellipse cx="50" cy="92" rx="24" ry="4" fill="#0004"/>
	<rect x="48" y="44" width="4" height="44" fill="#6b5a3a"/>
	<ellipse cx="50" cy="89" rx="16" ry="4" fill="#6b5a3a"/>
	<path d="M36 14 h28 l12 32 h-52 z" fill="url(#shine)"/>`;

/** Width and height as a viewer shows the photo. */
const PHOTOS = [
	// A phone stores an upright photo on its side, and writes into the file how to turn it.
	{ name: 'mug.jpg', width: 1200, height: 1600, drawing: MUG, color: '#c94f35', onItsSide: true },
	{ name: 'bottle.png', width: 1024, height: 1280, drawing: BOTTLE, color: '#3d6b4f' },
	{ name: 'sneaker.webp', width: 1536, height: 1024, drawing: SNEAKER, color: '#2f5aa8' },
	{ name: 'lamp.jpg', width: 1280, height: 1280, drawing: LAMP, color: '#e0b04a' },
];

/** The product on a table, and a sticker from 64 % to 96 % of the width, 4 % to 28 % of the height. */
function scene({ width, height, drawing, color }) {
	const side = Math.min(width, height);
	const [left, top] = [(width - side) / 2, height - side];
	const sticker = { x: width * 0.8, y: height * 0.16, rx: width * 0.14, ry: height * 0.1 };
	const [dx, dy] = [sticker.rx * 0.35, sticker.ry * 0.4];
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
		<defs>
			<linearGradient id="wall" x2="0" y2="1"><stop stop-color="#e9e2d5"/><stop offset="1" stop-color="#cfc3ae"/></linearGradient>
			<linearGradient id="table" x2="0" y2="1"><stop stop-color="#a9825a"/><stop offset="1" stop-color="#7d5b3a"/></linearGradient>
			<linearGradient id="shine"><stop stop-color="${color}" stop-opacity=".82"/><stop offset=".3" stop-color="${color}"/><stop offset="1" stop-color="${color}"/></linearGradient>
		</defs>
		<rect width="100%" height="100%" fill="url(#wall)"/>
		<rect y="66%" width="100%" height="34%" fill="url(#table)"/>
		<g transform="translate(${left} ${top}) scale(${side / 100})">${drawing}</g>
		<ellipse cx="${sticker.x}" cy="${sticker.y}" rx="${sticker.rx}" ry="${sticker.ry}" fill="#d7263d"/>
		<g stroke="#fff" fill="none" stroke-width="${side / 70}">
			<path d="M${sticker.x - dx} ${sticker.y + dy} l${2 * dx} ${-2 * dy}"/>
			<circle cx="${sticker.x - dx}" cy="${sticker.y - dy}" r="${side / 60}"/>
			<circle cx="${sticker.x + dx}" cy="${sticker.y + dy}" r="${side / 60}"/>
		</g>
	</svg>`;
}

await mkdir(folder, { recursive: true });
for (const photo of PHOTOS) {
	const picture = sharp(Buffer.from(scene(photo))).flatten();
	const upright = await (photo.onItsSide ? picture.rotate(270) : picture).raw().toBuffer({
		resolveWithObject: true,
	});
	const stored = sharp(upright.data, { raw: upright.info });
	const format = path.extname(photo.name).slice(1);
	const file = await (photo.onItsSide ? stored.withMetadata({ orientation: 6 }) : stored)
		.toFormat(format, format === 'png' ? { palette: true, colours: 64 } : { quality: 78 })
		.toBuffer();
	await writeFile(path.join(folder, photo.name), file);
	console.log(`${photo.name}: ${Math.ceil(file.length / 1000)} kB`);
}
