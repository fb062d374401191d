/** A number of tokens, as far as it can be known beforehand. */
export interface TokenCount {
	readonly min: number;
	readonly max: number;
	/** Why it is not known exactly, in words for the builder. */
	readonly notes: readonly string[];
}

export const exactly = (tokens: number): TokenCount => ({ min: tokens, max: tokens, notes: [] });

export const between = (min: number, max: number, ...notes: string[]): TokenCount => ({
	min,
	max,
	notes,
});

/** From the lowest to the highest of several possible counts. */
export const anyOf = (counts: readonly TokenCount[], ...notes: string[]): TokenCount => ({
	min: Math.min(...counts.map(({ min }) => min)),
	max: Math.max(...counts.map(({ max }) => max)),
	notes,
});

export const sumOf = (counts: readonly TokenCount[]): TokenCount => ({
	min: counts.reduce((sum, { min }) => sum + min, 0),
	max: counts.reduce((sum, { max }) => sum + max, 0),
	notes: counts.flatMap(({ notes }) => notes),
});

export const times = (factor: number, { min, max, notes }: TokenCount): TokenCount => ({
	min: factor * min,
	max: factor * max,
	notes,
});
