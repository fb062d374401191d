import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** n8n itself, with a package and lock file of its own. */
export const host = path.join(root, 'n8n-host');

/** Everything a run leaves behind: n8n's database, its log, the images. Delete it to begin afresh. */
export const runFolder = path.join(root, '.n8n-run');

export const examples = path.join(root, 'examples');
