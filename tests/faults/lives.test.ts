import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { noFigures, writeFigures } from './figures.ts';
import { type Life, life } from './life.ts';
import { liveOut } from './lives.ts';

/** How many lives are lived; `LIVES=10000` lives many. */
const LIVES = Number(process.env.LIVES ?? 100);
/** `SEED=1,2,3` lives the lives of these seeds, and repeats those of an earlier run. */
const SEEDS = (process.env.SEED ?? String(Date.now() % 2 ** 31)).split(',').map(Number);

const total = noFigures();

afterAll(() => writeFigures('lives', total, { lives: LIVES * SEEDS.length, seed: SEEDS.join(',') }));

async function holds(each: Life): Promise<void> {
  const startedAt = performance.now();
  const { problems, checks, runs, faults } = await liveOut(each);
  total.runs += runs;
  total.faults += faults;
  total.checks += checks;
  total.seconds += (performance.now() - startedAt) / 1000;
  expect(problems).toEqual([]);
}

test.each(SEEDS)(
  'whatever happens in the life of a stack, everything holds (seed %i)',
  {
    timeout: 7_200_000,
  },
  async (seed) => {
    await fc.assert(fc.asyncProperty(life, holds), { numRuns: LIVES, seed, endOnFailure: false });
  },
);
