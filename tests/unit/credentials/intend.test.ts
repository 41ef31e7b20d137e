import { describe, expect, test } from 'vitest';
import { intendCredentials, newToken } from '../../../src/credentials/intend.ts';
import type { ObservedCredentials } from '../../../src/credentials/observe.ts';
import { planCredentials } from '../../../src/credentials/plan.ts';
import { emptyState, type LedgerState } from '../../../src/ledger/state.ts';
import { current, desired, key, made, observed, SECRET, serial, user } from './situations.ts';

const signsIn = { ...user, consolePassword: true };
function intended(
  found: Partial<ObservedCredentials>,
  want = desired,
  of = user,
  before = emptyState(),
): LedgerState {
  const state = structuredClone(before);
  const seen = observed(found);
  intendCredentials(state, { user: of, secret: want }, seen, planCredentials(want, of, seen));
  return state;
}

describe('before credentials are changed the ledger says', () => {
  test('which keys are there before one is made, for which serial, and where it will be stored', () => {
    const { intent } = intended({ keys: [key('K1'), key('HAND')] }, serial(7)).keys;
    expect(intent).toMatchObject({ user: 'redis', serial: 7, baseline: ['K1', 'HAND'] });
    expect(intent?.token).toMatchObject({ secret: SECRET, version: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test('no key in the baseline that is deleted first', () => {
    const orphan = { keys: [key('K1'), key('LOST')], made: [made('K1', { served: true }), made('LOST')] };
    expect(intended({ ...orphan, versions: [current('K1')] }, serial(2)).keys.intent?.baseline).toEqual([
      'K1',
    ]);
  });

  test('nothing of a key where none is made', () => {
    const found = { keys: [key('K1')], made: [made('K1', { served: true })], versions: [current('K1')] };
    expect(intended(found).keys).not.toHaveProperty('intent');
  });

  test('that keys which somebody has deleted are gone', () => {
    const before = emptyState();
    before.keys.made = [made('K1'), made('K2')];
    expect(intended({ lost: ['K1'] }, desired, user, before).keys).toMatchObject({
      made: [{ id: 'K2' }],
      gone: ['K1'],
    });
  });

  test('that the password in force is not certain from now on, and whether there was one that is not ours', () => {
    expect(intended({}, desired, signsIn).keys.password).toEqual({ user: 'redis' });
    const theirs = { hasPassword: true, knowsPassword: false, password: undefined };
    expect(intended(theirs, desired, signsIn).keys.password).toEqual({ user: 'redis', hadOne: true });
  });
});

test('a token is one that AWS takes as a version id, and another one each time', () => {
  const tokens = Array.from({ length: 10 }, newToken);
  expect(new Set(tokens).size).toBe(10);
  for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{64}$/);
});
