import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { noFigures, writeFigures } from './figures.ts';
import { type Life, life } from './life.ts';
import { liveOut } from './lives.ts';

/** How many lives are lived; `LIVES=10000` lives many. */
const LIVES = Number(process.env.LIVES ?? 100);
/** `SEED` repeats the lives of an earlier run. */
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);

const total = noFigures();

afterAll(() => writeFigures('lives', total, { lives: LIVES, seed: SEED }));

async function holds(each: Life): Promise<void> {
  const startedAt = performance.now();
  const { problems, checks, runs, faults } = await liveOut(each);
  total.runs += runs;
  total.faults += faults;
  total.checks += checks;
  total.seconds += (performance.now() - startedAt) / 1000;
  expect(problems).toEqual([]);
}

test(`whatever happens in the life of a stack, everything holds (seed ${SEED})`, {
  timeout: 7_200_000,
}, async () => {
  await fc.assert(fc.asyncProperty(life, holds), { numRuns: LIVES, seed: SEED, endOnFailure: false });
});
