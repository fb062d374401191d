const UNITS: Readonly<Record<string, number>> = {
	ms: 1,
	s: 1000,
	m: 60_000,
	h: 3_600_000,
	d: 86_400_000,
};

/** Reads `6m0s`, `1.5s`, `120ms`, or a plain number of seconds; in milliseconds. */
export function readDuration(text: string): number | undefined {
	if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
	const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
	if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
	return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit], 0);
}
