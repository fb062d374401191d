import { invalidInput } from '../api/errors';

/** A parameter as a builder knows it: its label in the editor and its name in the workflow. */
export interface Field {
	readonly label: string;
	readonly name: string;
}

const isEmpty = (value: unknown) =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** How a wrong value is shown in an error: short, on one line. */
function show(value: unknown): string {
	const whole = typeof value === 'object' ? JSON.stringify(value) : String(value);
	const text = whole.replace(/\s+/g, ' ');
	return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Fails when the value is empty, as when an expression names a column that is not there. */
export function assertPresent(value: unknown, { label, name }: Field): void {
	if (isEmpty(value))
		throw invalidInput(
			`'${label}' is empty`,
			`Enter a value. If '${label}' is an expression, it gives ${typeof value === 'string' ? 'an empty text' : String(value)} here: check that the input item has the field it names.`,
			name,
		);
}

/** Text; a number or boolean from a sheet is read as text. */
export function readText(value: unknown, field: Field): string {
	if (Array.isArray(value))
		throw invalidInput(
			`'${field.label}' must be text, but it is a list`,
			'Pick one entry of it in the expression, for example with [0] at its end.',
			field.name,
		);
	if (typeof value === 'object' && value !== null)
		throw invalidInput(
			`'${field.label}' must be text, but it is an object`,
			`Pick one field of it in the expression, for example {{ $json.${field.name} }}.`,
			field.name,
		);
	return isEmpty(value) ? '' : String(value);
}

/** One of a list of values; upper and lower case do not matter. */
export function readOption<T extends string>(
	value: unknown,
	allowed: readonly T[],
	field: Field,
): T {
	assertPresent(value, field);
	const text = String(value).trim();
	const found = allowed.find((option) => option.toLowerCase() === text.toLowerCase());
	if (found === undefined)
		throw invalidInput(
			`'${field.label}' cannot be '${show(value)}'`,
			`Use one of: ${allowed.join(', ')}.`,
			field.name,
		);
	return found;
}

/** A number, or text that reads as one; bounds are part of the range. */
export function readNumber(
	value: unknown,
	range: {
		readonly min: number;
		readonly max: number;
		readonly integer?: boolean;
		readonly unit?: string;
	},
	field: Field,
): number {
	assertPresent(value, field);
	const number = typeof value === 'string' ? Number(value.trim()) : value;
	const { min, max, integer = false, unit = '' } = range;
	const legal =
		typeof number === 'number' &&
		number >= min &&
		number <= max &&
		(!integer || Number.isInteger(number));
	if (!legal) {
		const bounds =
			max === Infinity ? `of ${min} or more` : `from ${min} to ${max.toLocaleString('en-US')}`;
		throw invalidInput(
			`'${field.label}' cannot be '${show(value)}'`,
			`Use a ${integer ? 'whole ' : ''}number ${bounds}${unit && ` ${unit}`}.`,
			field.name,
		);
	}
	return number;
}

/** A boolean, or the text an agent or a sheet writes for one. */
export function readBoolean(value: unknown, field: Field): boolean {
	if (typeof value === 'boolean') return value;
	return readOption(value, ['true', 'false'], field) === 'true';
}
