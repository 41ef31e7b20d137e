/** One thing to do. Steps of one list do not depend on one another. */
export type Step = () => Promise<unknown>;

/** Something of a resource that is not as desired, as data, and what sets it right. */
export interface Change {
  /** What is and what should be; never a secret. */
  difference: string;
  apply: Step;
}

/** The change that is needed, or none. */
export const changeIf = (needed: boolean, difference: string, apply: Step): Change[] =>
  needed ? [{ difference, apply }] : [];

/**
 * Whether an aspect of a resource has to be written: a read says that it is not as desired, or the ledger knows a state
 * that may be in force and has it otherwise. Reads may be stale, so one that says "as desired" is no proof then.
 *
 * @param mayBe the desired states that may be in force; undefined stands for anything
 */
export function mustWrite<Desired>(
  readsAsDesired: boolean,
  desired: Desired,
  mayBe: (Desired | undefined)[],
  aspect: (state: Desired) => unknown,
): boolean {
  const text = (state: Desired) => JSON.stringify(aspect(state));
  return !readsAsDesired || mayBe.some((state) => !state || text(state) !== text(desired));
}
