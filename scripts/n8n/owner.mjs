import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The owner of the local n8n. Its password is made up once and kept beside n8n's database, because
 * the credential in there may hold a real API key.
 *
 * @param {string} userFolder
 * @returns {Promise<{ email: string, password: string }>}
 */
export async function localOwner(userFolder) {
	const file = path.join(userFolder, 'owner.json');
	try {
		return JSON.parse(await readFile(file, 'utf8'));
	} catch {
		// n8n wants a capital letter and a digit in a password.
		const password = `N8n-${randomBytes(9).toString('base64url')}`;
		const owner = { email: 'owner@example.com', password };
		await writeFile(file, JSON.stringify(owner), { mode: 0o600 });
		return owner;
	}
}
