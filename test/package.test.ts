import { loadPackage } from './engine/engine';
import { readManifest, readText, shippedFiles } from './engine/package';

describe('what npm ships', () => {
	it('is the built code and four files beside it', async () => {
		const files = await shippedFiles();
		expect(files.filter((file) => !file.startsWith('dist/')).sort()).toEqual([
			'CHANGELOG.md',
			'LICENSE',
			'README.md',
			'package.json',
		]);
		const kinds = files
			.filter((file) => file.startsWith('dist/'))
			.map((file) => file.replace(/^.*?(\.d\.ts|\.node\.json|\.js|\.svg)$/, '$1'));
		expect([...new Set(kinds)].sort()).toEqual(['.d.ts', '.js', '.node.json', '.svg']);
		expect(files.filter((file) => /test|stand-in|benchmark/i.test(file))).toEqual([]);
	});

	it('needs nothing but n8n and the crypto module at run time', async () => {
		const { dependencies, optionalDependencies, peerDependencies } = await readManifest();
		expect({ dependencies, optionalDependencies }).toEqual({});
		expect(peerDependencies).toEqual({ 'n8n-workflow': '*' });
		const code = (await shippedFiles()).filter((file) => file.endsWith('.js'));
		const required = await Promise.all(
			code.map(async (file) => [
				...(await readText(file)).matchAll(/\brequire\("([^".][^"]*)"\)/g),
			]),
		);
		expect([...new Set(required.flat().map(([, name]) => name))]).toEqual([
			'n8n-workflow',
			'crypto',
		]);
	});

	it('has every node, with its codex and both icons, and every credential', async () => {
		const files = new Set(await shippedFiles());
		const { n8n, name } = await readManifest();
		expect([...n8n.nodes, ...n8n.credentials].filter((file) => !files.has(file))).toEqual([]);
		const built = (end: string) => [...files].filter((file) => file.endsWith(end)).sort();
		expect(built('.node.js')).toEqual([...n8n.nodes].sort());
		expect(built('.credentials.js')).toEqual([...n8n.credentials].sort());

		const loader = await loadPackage();
		const nodes = Object.values(loader.nodeTypes).map(({ type }) => type.description);
		const credentials = Object.values(loader.credentialTypes).map(({ type }) => type);
		expect(nodes).toHaveLength(n8n.nodes.length);
		expect(credentials).toHaveLength(n8n.credentials.length);
		for (const { iconUrl } of [...nodes, ...credentials]) {
			const { light, dark } = iconUrl as { light: string; dark: string };
			expect(light).not.toBe(dark);
			for (const icon of [light, dark])
				expect(await readText(icon.replace(`icons/${name}/`, ''))).toContain('<svg');
		}
		for (const { codex } of nodes) {
			expect(codex?.categories).toContain('AI');
			expect(codex?.resources?.primaryDocumentation?.[0].url).toMatch(/^https:\/\//);
		}
	});
});
