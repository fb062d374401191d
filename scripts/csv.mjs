/**
 * Reads a CSV with a header row, as spreadsheets write it.
 *
 * @param {string} text
 * @returns {Array<Record<string, string>>}
 */
export function readCsv(text) {
	const [header, ...rows] = text
		.replace(/^\uFEFF/, '')
		.split(/\r?\n/)
		.filter(Boolean)
		.map(cells);
	return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}

/** Each cell with the comma before it, quoted (its own quotes doubled) or plain. */
const cells = (line) =>
	[...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
		quoted === undefined ? plain : quoted.replaceAll('""', '"'),
	);
