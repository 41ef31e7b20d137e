import type { LifeStep } from './record.ts';

/** How long something of the bundle lived, in steps: `1.3` is within the second one. */
export interface Lane {
  name: string;
  from: number;
  to: number;
}

/** Where in a step what is new begins, and where what goes ends: the new is made first, the old goes last. */
const [MADE, GONE] = [0.3, 0.7];

/** What belongs together stands together: keys beside keys, so that it is seen how they follow one another. */
const KINDS = ['policy', 'role', 'instance', 'user', 'console', 'access', 'secret'];
const kindOf = (name: string): number => KINDS.indexOf(name.split(' ')[0] ?? '');

/** A line for everything that ever existed, by kind, and in the order in which it came. */
export function lanesOf(steps: LifeStep[]): Lane[] {
  const names = new Set(steps.flatMap(({ exists }, index) => [...exists, ...onTrial(steps, index)]));
  return [...names]
    .toSorted((a, b) => kindOf(a) - kindOf(b))
    .map((name) => {
      const there = steps.map(
        ({ exists }, index) => exists.includes(name) || onTrial(steps, index).includes(name),
      );
      const [first, last] = [there.indexOf(true), there.lastIndexOf(true)];
      const short = !steps[last]?.exists.includes(name);
      return { name, from: first + MADE, to: short ? last + GONE : Math.min(last + 1 + GONE, steps.length) };
    });
}

/** The user that a step was to make, and that was taken back before it was over. */
function onTrial(steps: LifeStep[], index: number): string[] {
  const { change, exists } = steps[index] ?? { exists: [] as string[] };
  const name = `user ${change?.to}`;
  return change?.parameter === 'UserName' && !exists.includes(name) ? [name] : [];
}
