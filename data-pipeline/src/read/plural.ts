/** A count with its noun, and its verb where one follows: `1 face was`, `3 faces were`. */
export const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`
