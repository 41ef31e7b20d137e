/** The middle of some measurements, and how far they spread. */
export interface Distribution {
  median: number;
  min: number;
  max: number;
  runs: number;
}

/** @throws RangeError if there are no values */
export function distributionOf(values: number[]): Distribution {
  const sorted = [...values].sort((one, other) => one - other);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new RangeError('There is no median of nothing.');
  const middle = sorted.length / 2;
  const median = ((sorted[Math.ceil(middle) - 1] ?? min) + (sorted[Math.floor(middle)] ?? max)) / 2;
  return { median: round(median), min: round(min), max: round(max), runs: sorted.length };
}

/** The median alone. */
export function medianOf(values: number[]): number {
  return distributionOf(values).median;
}

/** To a tenth: more digits would be noise. */
export function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
