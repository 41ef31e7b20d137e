import { test } from 'vitest';

type Much = 'some' | 'more' | 'all';

/** How much is tried, by the variable `SAMPLE`: as a rule `some`, in `.ci/run` `more`, and `all` takes hours. */
const { SAMPLE = 'some' } = process.env;

/**
 * What is to be taken of a sample's sizes, where one size is not enough: every behaviour is tried with the smallest, too,
 * only less often.
 *
 * @throws TypeError if `SAMPLE` is none of them
 */
export function sampleOf<Size>(sizes: { some: Size; more: Size; all?: Size }): Size {
  if (!['some', 'more', 'all'].includes(SAMPLE)) {
    throw new TypeError(`SAMPLE is "some", "more" or "all", not "${SAMPLE}".`);
  }
  return sizes[SAMPLE as Much] ?? sizes.more;
}

/** Where the samples begin, by the variable `SHIFT`: `.ci/run` tries another part of everything for each commit. */
const shift = Number(process.env.SHIFT ?? 0);

/**
 * Whether one of many is tried, if one in so many is.
 *
 * @throws TypeError if `SHIFT` is no whole number
 */
export function isInSample(index: number, share: number): boolean {
  if (!Number.isSafeInteger(shift) || shift < 0)
    throw new TypeError(`SHIFT is a whole number, not "${process.env.SHIFT}".`);
  return (index + shift) % share === 0;
}

/** As a rule one in so many rows of a table, beginning with the first; all of them in a larger sample. */
export function oneIn<Row>(share: number, rows: readonly Row[]): Row[] {
  return rows.filter((_, index) => index % sampleOf({ some: share, more: 1 }) === 0);
}

/** A share in words. */
export const shareName = (share: number): string => (share === 1 ? 'all' : `one in ${share}`);

const nothing = Object.assign(() => {}, { each: () => nothing });

/**
 * A test of a larger sample: shows in another way what a test of every run shows, most often with what is shipped instead
 * of in memory. In a smaller sample it is not there at all, so that no run tells of tests that it skipped.
 */
export const furtherTest = SAMPLE === 'some' ? (nothing as unknown as typeof test) : test;
