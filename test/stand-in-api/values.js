/** Reads parameters by name and type, and refuses those that the API would. */
const errors = require('./errors');

/**
 * Parameters of a JSON body or of a form, where everything arrives as text.
 *
 * @typedef {ReturnType<typeof valuesFrom>} Values
 */

/**
 * @param {unknown} json
 * @param {readonly string[]} parameters
 */
function jsonValues(json, parameters) {
	if (typeof json !== 'object' || json === null || Array.isArray(json)) throw errors.brokenJson();
	refuseUnknown(Object.keys(json), parameters);
	return valuesFrom({ .../** @type {Record<string, unknown>} */ (json) }, (value) => value);
}

/**
 * @param {import('./body').Form} form
 * @param {readonly string[]} parameters
 */
function formValues({ fields, files }, parameters) {
	refuseUnknown([...Object.keys(fields), ...files.map(({ field }) => field)], parameters);
	/** @type {Record<string, unknown>} */
	const single = {};
	for (const { field } of files) single[field] = {};
	for (const [name, values] of Object.entries(fields)) {
		if (values.length > 1) throw errors.duplicateParameter(name);
		single[name] = values[0];
	}
	return valuesFrom(single, (text) =>
		/^-?\d+(\.\d+)?$/.test(String(text)) ? Number(text) : (FORM_WORDS.get(text) ?? text),
	);
}

/** @type {Map<unknown, boolean>} */
const FORM_WORDS = new Map([
	['true', true],
	['false', false],
]);

/**
 * @param {readonly string[]} names
 * @param {readonly string[]} known
 */
function refuseUnknown(names, known) {
	const unknown = names.find((name) => !known.includes(name));
	if (unknown !== undefined) throw errors.unknownParameter(unknown);
}

/**
 * @param {Record<string, unknown>} values
 * @param {(value: unknown) => unknown} typed gives a number or boolean for the text of a form field
 */
function valuesFrom(values, typed) {
	/** @param {string} name */
	const has = (name) => values[name] != null;

	/** @param {string} name */
	function text(name) {
		if (!has(name)) return undefined;
		const value = values[name];
		if (typeof value !== 'string') throw errors.wrongType(name, 'a string', withArticle(value));
		return value;
	}

	return {
		has,
		text,

		/**
		 * @param {string} name
		 * @param {readonly string[]} supported
		 */
		oneOf(name, supported) {
			const value = text(name);
			if (value === undefined || supported.includes(value)) return value;
			throw errors.unsupportedValue(name, value, supported);
		},

		/**
		 * @param {string} name
		 * @param {number} min
		 * @param {number} max
		 */
		integer(name, min, max) {
			if (!has(name)) return undefined;
			const value = typed(values[name]);
			if (typeof value !== 'number' || !Number.isInteger(value)) {
				throw errors.wrongType(name, 'an integer', withArticle(value));
			}
			if (value < min || value > max) throw errors.outOfRange(name, value, min, max);
			return value;
		},

		/** @param {string} name */
		boolean(name) {
			if (!has(name)) return undefined;
			const value = typed(values[name]);
			if (typeof value !== 'boolean') {
				throw errors.wrongType(name, 'a boolean', withArticle(value));
			}
			return value;
		},
	};
}

/** @param {unknown} value */
function withArticle(value) {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'an array';
	if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal number';
	return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

module.exports = { formValues, jsonValues, withArticle };
