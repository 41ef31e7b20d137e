import { describe, expect, test } from 'vitest';
import { intendCredentials, intentOf } from '../../../src/credentials/intend.ts';
import type { ObservedCredentials } from '../../../src/credentials/observe.ts';
import { planCredentials } from '../../../src/credentials/plan.ts';
import { emptyState, type Intent, type LedgerState } from '../../../src/ledger/state.ts';
import { current, desired, key, made, observed, SECRET, serial, user } from './situations.ts';

const signsIn = { ...user, consolePassword: true };
function intended(found: Partial<ObservedCredentials>, of = user, passwordsMade?: number): LedgerState {
  const state = emptyState();
  if (passwordsMade) state.keys.passwordsMade = passwordsMade;
  const seen = observed(found);
  intendCredentials(state, { user: of }, seen, planCredentials(desired, of, seen));
  return state;
}
function intent(found: Partial<ObservedCredentials>, want = desired): Intent {
  const seen = observed(found);
  return intentOf({ user, secret: want }, seen, planCredentials(want, user, seen));
}

describe('before a key is made the ledger says', () => {
  test('which keys are there, for which serial it is made, and where it will be stored', () => {
    const asked = intent({ keys: [key('K1'), key('HAND')] }, serial(7));
    expect(asked).toMatchObject({ user: 'redis', serial: 7, baseline: ['K1', 'HAND'] });
    expect(asked.token.secret).toBe(SECRET);
  });

  test('no key that is deleted first', () => {
    const orphan = { keys: [key('K1'), key('LOST')], made: [made('K1', { served: true }), made('LOST')] };
    expect(intent({ ...orphan, versions: [current('K1')] }, serial(2)).baseline).toEqual(['K1']);
  });

  test('a place that AWS takes as the id of a version, and another one each time', () => {
    const places = Array.from({ length: 10 }, () => intent({}).token.version);
    expect(new Set(places).size).toBe(10);
    for (const place of places) expect(place).toMatch(/^[0-9a-f-]{32,64}$/);
  });
});

describe('before credentials are changed the ledger says', () => {
  test('that AWSCURRENT may be elsewhere from now on', () => {
    expect(intended({}).keys).toEqual({ ...emptyState().keys, isMoving: true });
  });

  test('that the password in force is not certain from now on, and whether there was one that is not ours', () => {
    expect(intended({}, signsIn).keys.password).toEqual({ user: 'redis' });
    const theirs = { hasPassword: true, knowsPassword: false, password: undefined };
    expect(intended(theirs, signsIn).keys.password).toEqual({ user: 'redis', hadOne: true });
  });

  test('how many passwords were made with the one that is about to be, by which Redis tells them apart', () => {
    expect(intended({}, signsIn).keys.passwordsMade).toBe(1);
    expect(intended({}, signsIn, 3).keys.passwordsMade).toBe(4);
    const stored = current('K1', 1, { consoleUsername: 'redis', consolePassword: 'of before' });
    expect(
      intended({ keys: [key('K1')], made: [made('K1', { served: true })], versions: [stored] }, signsIn, 3)
        .keys.passwordsMade,
    ).toBe(3);
    expect(intended({}, user, 3).keys.passwordsMade).toBe(3);
  });

  test('that a password which the bundle had set, and takes away, may be gone', () => {
    expect(intended({ hasPassword: true, knowsPassword: true }).keys.password).toEqual({ user: 'redis' });
    expect(intended({ hasPassword: true, knowsPassword: false }).keys.password).toBeUndefined();
  });
});
