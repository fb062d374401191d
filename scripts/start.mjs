/** Temporary. */
import { mkdir } from 'node:fs/promises';
import { installHost } from './n8n/install.mjs';
import { examples, runFolder } from './n8n/paths.mjs';
import { step } from './n8n/processes.mjs';
import { startN8n } from './n8n/server.mjs';
import { signIn } from './n8n/client.mjs';

const host = await installHost();
await mkdir(runFolder, { recursive: true });
const n8n = await step('Starting n8n', () =>
	startN8n(host, { userFolder: runFolder, files: [examples] }),
);
console.log(n8n.url);
const c = await signIn(n8n.url, { email: 'owner@example.com', password: 'Abcdefg12' });
console.log(await c.request('GET', '/workflows'));
await n8n.stop();
