import { afterAll, beforeAll, expect, test } from 'vitest';
import { noFigures, writeFigures } from './figures.ts';
import { liveRegistered } from './registration-lives.ts';
import { PACE } from './registration-scenarios.ts';

/** How many lives are lived; `LIVES=10000` lives many. */
const LIVES = Number(process.env.LIVES ?? 30);
const FIRST = Number((process.env.SEED ?? '1').split(',')[0]);

const total = noFigures();

beforeAll(() => {
  process.env.REDIS_CLOUD_PACE = String(PACE);
});

afterAll(() => {
  delete process.env.REDIS_CLOUD_PACE;
  writeFigures('registered lives', total, { lives: LIVES, seed: FIRST });
});

test('whatever happens in the life of a registered bundle, there is one cloud account and its key works', {
  timeout: 7_200_000,
}, async () => {
  for (let seed = FIRST; seed < FIRST + LIVES; seed += 1) {
    const startedAt = performance.now();
    const { problems, checks, runs, faults, told } = await liveRegistered(seed);
    total.runs += runs;
    total.faults += faults;
    total.checks += checks;
    total.seconds += (performance.now() - startedAt) / 1000;
    expect(problems, told.join('\n')).toEqual([]);
  }
});
