import { expect, test } from 'vitest';
import * as times from '../../../src/aws/times.ts';

/** The function's time-out with a registration, and without one, in milliseconds. */
const TIMEOUT_MS = 300_000;
/** Part of the lease's time, of 20 s, that is left to a holder which has stopped, until who waits takes over. */
const LEFT_TO_A_STOPPED_HOLDER_MS = 20_000 * (1 - 3 / 5);

test('one call ends before the lease of a holder that has stopped is taken over', () => {
  expect(times.CALL_MS).toBeLessThan(LEFT_TO_A_STOPPED_HOLDER_MS);
});

test('no single patience uses up the time of the function', () => {
  const patiences = [
    times.PASSING_MS,
    times.FRESH_MS,
    times.DENIAL_MS,
    times.PROBE_MS,
    times.DETACHED_MS,
    times.STALE.forMs,
    times.LOOK_AGAIN.forMs,
    times.REPLICA.forMs,
  ];
  for (const patience of patiences)
    expect(patience).toBeLessThan((TIMEOUT_MS - times.RESERVED_FOR_ANSWER_MS) / 4);
});

test('reads are taken for stale longer than the ten seconds that they may be', () => {
  expect(times.STALE.forMs).toBeGreaterThan(10_000);
  expect(times.STALE.everyMs).toBeLessThanOrEqual(2000);
});
