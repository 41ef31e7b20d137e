import { afterAll, expect, test } from 'vitest';
import { isInSample, sampleOf, shareName } from '../support/sample.ts';
import { digest } from './digest.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import { addFigures, noFigures, writeFigures } from './figures.ts';
import { scenarios } from './scenarios.ts';
import { type Choice, sweepScenario } from './sweep.ts';

/**
 * Of so many faults one is tried. Every call and every kind of fault has its turn either way: only not every pair of
 * them. 13 has no divisor in common with a share: so each kind hits other calls, and each call other kinds.
 */
const SHARE = sampleOf({ some: 47, more: 3, all: 1 });

const total = noFigures();

afterAll(() => {
  writeFigures('sweep', total, {
    share: shareName(SHARE),
    operations: scenarios.length,
  });
});

test.each(scenarios.map((scenario, index) => ({ name: scenario.name, scenario, index })))(
  '$name: whatever call goes wrong, and whatever follows, nothing is lost, leaked or left',
  { timeout: 7_200_000 },
  async ({ scenario, index }) => {
    const choose: Choice = (call, kind) =>
      isInSample(call.number * 13 + FAULT_KINDS.indexOf(kind) + index, SHARE * (scenario.share ?? 1));
    const { figures, breaches } = await sweepScenario(scenario, choose);
    addFigures(total, figures);
    expect(digest(breaches)).toEqual([]);
    expect(figures.faults).toBeGreaterThan(0);
  },
);
