import { describe, expect, test } from 'vitest';
import type { ObservedCredentials } from '../../../src/credentials/observe.ts';
import { isInOrder, planCredentials } from '../../../src/credentials/plan.ts';
import {
  current,
  desired,
  elsewhere,
  key,
  made,
  observed,
  pending,
  plan,
  previous,
  SECRET,
  serial,
  user,
} from './situations.ts';

const signsIn = { ...user, consolePassword: true };
const password = (consolePassword: string, passwordSerial = 1) => ({
  consoleUsername: user.name,
  consolePassword,
  passwordSerial,
});
const K1 = { keys: [key('K1')], made: [made('K1', { served: true })] };
const planFor = (found: Partial<ObservedCredentials>, want = desired) => plan(found, want, signsIn);

describe('a console password', () => {
  const settled = { ...K1, hasPassword: true, versions: [current('K1', 1, password('old'))] };

  test('that is stored and set is left alone', () => {
    expect(planFor(settled)).toEqual({ keyFrom: 'current', passwordFrom: 'current', target: 'current' });
    expect(isInOrder(planCredentials(desired, signsIn, observed(settled)))).toBe(true);
  });

  test('is made when console access is switched on', () => {
    expect(planFor({ ...K1, versions: [current('K1')] })).toEqual({
      keyFrom: 'current',
      setPassword: true,
    });
  });

  test('is removed when console access is switched off, and leaves the secret', () => {
    expect(plan(settled)).toEqual({ keyFrom: 'current', removePassword: true });
  });

  test.each([
    ['IAM does not show it', { hasPassword: false, knowsPassword: true, versions: settled.versions }],
    ['the secret does not hold it', { hasPassword: true, versions: [current('K1')] }],
  ])('is removed when console access is off, also if %s', (_what, found) => {
    expect(plan({ ...K1, ...found })).toHaveProperty('removePassword', true);
    expect(isInOrder(planCredentials(desired, user, observed({ ...K1, ...found })))).toBe(false);
  });

  test('is set again, the same one, when somebody deleted it from the user', () => {
    expect(planFor({ ...settled, hasPassword: false })).toEqual({
      keyFrom: 'current',
      passwordFrom: 'current',
      target: 'current',
      setPassword: true,
    });
  });

  test('is made anew when its serial is raised; the key stays', () => {
    expect(planFor(settled, serial(1, 2))).toEqual({ keyFrom: 'current', setPassword: true });
  });

  test('of the version before comes back when the rise of its serial is rolled back', () => {
    const rotated = {
      ...settled,
      versions: [previous('K1', 1, password('old')), current('K1', 1, password('new', 2))],
    };
    expect(planFor(rotated)).toEqual({
      keyFrom: 'current',
      passwordFrom: 'previous',
      target: 'previous',
      setPassword: true,
    });
  });

  test('stays when the rise of its serial is rolled back and the one before is known no more, with a warning', () => {
    const rotated = { ...settled, versions: [current('K1', 1, password('new', 2))] };
    expect(planFor(rotated)).toEqual({
      keyFrom: 'current',
      passwordFrom: 'current',
      target: 'current',
      lowered: ['PasswordSerial'],
    });
  });

  test('stays likewise where its key was deleted by somebody', () => {
    const password2 = { ...settled, keys: [], made: [], versions: [current('K1', 1, password('new', 2))] };
    expect(planFor(password2)).toEqual({
      keyFrom: 'a new one',
      passwordFrom: 'current',
      lowered: ['PasswordSerial'],
    });
  });

  test('of a time before console access was switched off does not come back under a lower serial', () => {
    const versions = [current('K1'), previous('K1', 1, password('old', 2))];
    expect(planFor({ ...K1, versions })).toEqual({ keyFrom: 'current', setPassword: true });
  });

  test('that was stored by a run which died before it was promoted is set and promoted', () => {
    const found = {
      ...settled,
      versions: [current('K1', 1, password('old')), pending('K1', 1, password('new', 2))],
    };
    expect(planFor(found, serial(1, 2))).toEqual({
      keyFrom: 'current',
      passwordFrom: 'pending',
      target: 'pending',
      setPassword: true,
    });
  });

  test('is set again when a run that was given up may have set another one', () => {
    const found = {
      ...settled,
      password: undefined,
      versions: [current('K1', 1, password('old')), pending('K1', 1, password('new', 2))],
    };
    expect(planFor(found)).toEqual({
      keyFrom: 'current',
      passwordFrom: 'current',
      target: 'current',
      setPassword: true,
      abandoned: 'pending',
    });
  });

  test.each([
    [
      'is left alone where the ledger says that it is in force',
      { secret: SECRET, version: 'current' },
      undefined,
    ],
    ['is set again where the ledger says that another one is', { secret: SECRET, version: 'other' }, true],
    ['is set again where the ledger is not certain', undefined, true],
  ])('that is stored %s', (_what, password, setPassword) => {
    expect(planFor({ ...settled, password }).setPassword).toBe(setPassword);
  });

  test('that the ledger says is in force in the secret of the other name is left alone if it is the same', () => {
    const inForce = { secret: 'before', version: 'current' };
    const holding = (value: string) => ({
      ...settled,
      versions: [...settled.versions, elsewhere(current('K1', 1, password(value)))],
      password: inForce,
    });
    expect(planFor(holding('old')).setPassword).toBeUndefined();
    expect(planFor(holding('another')).setPassword).toBe(true);
  });

  test('that is in force stays when somebody has deleted the key that is stored with it', () => {
    const found = { ...settled, keys: [], made: [] };
    expect(planFor(found)).toEqual({ keyFrom: 'a new one', passwordFrom: 'current' });
    expect(planFor(found, serial(1, 2))).toEqual({ keyFrom: 'a new one', setPassword: true });
    expect(planFor({ ...found, password: undefined }).setPassword).toBe(true);
  });

  test('goes along when only the key is rotated', () => {
    expect(planFor(settled, serial(2))).toEqual({
      keyFrom: 'a new one',
      passwordFrom: 'current',
      previousKeyId: 'K1',
    });
  });

  test('of a key that is dead does not come back for a serial that it had', () => {
    const found = {
      ...settled,
      versions: [current('K1', 1, password('old')), previous('DEAD', 1, password('dead', 2))],
    };
    expect(planFor(found, serial(1, 2))).toEqual({ keyFrom: 'current', setPassword: true });
  });

  test('that the secret names no more is made anew', () => {
    const found = {
      ...K1,
      hasPassword: true,
      versions: [current('K1', 1, { consoleUsername: user.name })],
    };
    expect(planFor(found)).toEqual({ keyFrom: 'current', setPassword: true });
  });

  test('of another user is not this user’s', () => {
    const found = {
      ...K1,
      versions: [current('K1', 1, { ...password('old'), consoleUsername: 'other' })],
    };
    expect(planFor(found)).toEqual({ keyFrom: 'current', setPassword: true });
  });
});

test.each([
  ['sets a password', { hasPassword: false }],
  ['retires a key', { keys: [key('K1'), key('K2')], made: [made('K1'), made('K2')] }],
  ['takes a label away', { versions: [current('K1', 1, password('p')), pending('DEAD', 2, password('p'))] }],
])('a plan that %s is work to do', (_what, change) => {
  const found = observed({
    ...K1,
    hasPassword: true,
    versions: [current('K1', 1, password('p'))],
    ...change,
  });
  expect(isInOrder(planCredentials(desired, signsIn, found))).toBe(false);
});
