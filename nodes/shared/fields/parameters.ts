import type {
	IDataObject,
	IExecuteFunctions,
	INodeProperties,
	NodeParameterValueType,
} from 'n8n-workflow';
import type { Field } from './read';

/**
 * The parameters of one item, expressions resolved. `fallback` serves parameters that the
 * workflow does not hold, because the editor hid them or an older version had none.
 */
export type RowParameters = (name: string, fallback: NodeParameterValueType) => unknown;

export function parametersOf(context: IExecuteFunctions, itemIndex: number): RowParameters {
	return (name, fallback) =>
		context.getNodeParameter(name, itemIndex, fallback as object, {
			extractValue: name === 'model',
		});
}

/** The label and name of a parameter, for error messages. */
export const fieldOf = ({ displayName, name }: INodeProperties): Field => ({
	label: displayName,
	name,
});

/** The values of an `options` parameter. */
export function valuesOf<T extends string>(
	options: ReadonlyArray<{ readonly value: T }>,
): readonly T[] {
	return options.map(({ value }) => value);
}

/** Reads an option that has no default of its own: it counts only when the builder added it. */
export const whenSet = <T>(
	options: IDataObject,
	{ name }: INodeProperties,
	read: (value: unknown) => T,
): T | undefined => (name in options ? read(options[name]) : undefined);
