type Much = 'some' | 'more' | 'all';

/**
 * One of how many faults is tried: as a rule a sample, with `SWEEP=more` (as `.ci/run` does) a larger one, with
 * `SWEEP=all` as many as ever are. That can take hours.
 */
export function shareOf(shares: Record<Much, number>): number {
  const { SWEEP = 'some' } = process.env;
  if (!(SWEEP in shares)) throw new TypeError(`SWEEP is "more" or "all", not "${SWEEP}".`);
  return shares[SWEEP as Much];
}

/** A share in words. */
export const shareName = (share: number): string => (share === 1 ? 'all' : `one in ${share}`);
