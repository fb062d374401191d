import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { loadPackage } from './engine/engine';
import { readText } from './engine/package';

/**
 * Saved workflows depend on every name, default and value in contract.txt, which this test
 * compares with the built package. No line of it may go or change; a new one is added by hand, in
 * the order of the alphabet, once it is decided.
 */
const optionValues = (options: INodeProperties['options'] = []) =>
	(options as INodePropertyOptions[]).map(({ value }) => value).sort();

const conditions = ({ displayOptions = {} }: INodeProperties) =>
	Object.entries(displayOptions).flatMap(([verb, fields]) =>
		Object.entries(fields as object).map(
			([field, values]) => ` · ${verb} ${field} ${JSON.stringify(values)}`,
		),
	);

/** One line for a parameter, and one for each that it holds. */
function linesOf(property: INodeProperties, path = ''): string[] {
	const name = `${path}${property.name}`;
	const holds = property.type === 'collection';
	const line = [
		`${name}: ${property.type} = ${JSON.stringify(property.default)}`,
		property.required ? ' · required' : '',
		...(property.modes ?? []).map(
			({ name: mode, typeOptions }) =>
				` · mode ${[mode, typeOptions?.searchListMethod].filter(Boolean).join(' by ')}`,
		),
		property.type === 'options' ? ` · ${optionValues(property.options).join(' | ')}` : '',
		...conditions(property),
	].join('');
	const inner = holds ? ((property.options ?? []) as INodeProperties[]) : [];
	return [line, ...inner.flatMap((option) => linesOf(option, `${name}.`))];
}

async function currentContract() {
	const loader = await loadPackage();
	const nodes = Object.keys(loader.nodeTypes).map((name) => {
		const { type } = loader.getNode(name);
		if (!('description' in type) || !('properties' in type.description)) throw new Error(name);
		const {
			version,
			inputs,
			outputs,
			credentials = [],
			properties,
			usableAsTool,
		} = type.description;
		const head = [
			`version ${JSON.stringify(version)}`,
			`inputs ${JSON.stringify(inputs)}`,
			`outputs ${JSON.stringify(outputs)}`,
			`usable as a tool: ${Boolean(usableAsTool)}`,
			...credentials.map((one) => `credential ${one.name}${one.required ? ' · required' : ''}`),
		];
		const lines = properties.flatMap((property) => linesOf(property));
		return [`n8n-nodes-gpt-image.${name}`, [...head, ...lines]] as const;
	});
	const credentials = Object.keys(loader.credentialTypes).map((name) => {
		const { properties } = loader.getCredential(name).type;
		return [`credential ${name}`, properties.flatMap((property) => linesOf(property))] as const;
	});
	return [...credentials, ...nodes]
		.map(([name, lines]) => [name, ...[...lines].sort()].join('\n\t'))
		.join('\n\n');
}

it('nothing that saved workflows depend on is renamed, removed or given another default', async () => {
	expect(await currentContract()).toBe((await readText('test/contract.txt')).trimEnd());
});
