import { afterAll, beforeAll, expect, test } from 'vitest';
import { isInSample, sampleOf } from '../support/sample.ts';
import { digest } from './digest.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import { addFigures, noFigures, writeFigures } from './figures.ts';
import { PACE, registrationScenarios } from './registration-scenarios.ts';
import { REDIS_FAULTS, sweepRegistration } from './registration-sweep.ts';

/** Of so many faults one is tried. */
const REDIS_SHARE = sampleOf({ some: 59, more: 11, all: 1 });
const AWS_SHARE = sampleOf({ some: 97, more: 67, all: 1 });

const total = noFigures();

beforeAll(() => {
  process.env.REDIS_CLOUD_PACE = String(PACE);
});

afterAll(() => {
  delete process.env.REDIS_CLOUD_PACE;
  writeFigures('registration', total, {
    share: REDIS_SHARE === 1 ? 'all' : `one in ${REDIS_SHARE} of Redis’s and one in ${AWS_SHARE} of AWS’s`,
    operations: registrationScenarios.length,
  });
});

test.each(registrationScenarios.map((scenario, index) => ({ name: scenario.name, scenario, index })))(
  '$name: whatever goes wrong at Redis or AWS, and whatever follows, there is one cloud account and its key works',
  { timeout: 7_200_000 },
  async ({ scenario, index }) => {
    const { figures, breaches } = await sweepRegistration(
      scenario,
      ({ number }, fault) => isInSample(number * 13 + REDIS_FAULTS.indexOf(fault) * 3 + index, REDIS_SHARE),
      ({ number }, kind) => isInSample(number * 13 + FAULT_KINDS.indexOf(kind) * 3 + index, AWS_SHARE),
    );
    addFigures(total, figures);
    expect(digest(breaches)).toEqual([]);
    expect(figures.faults).toBeGreaterThan(0);
  },
);
