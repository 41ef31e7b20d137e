import { describe, expect, test } from 'vitest';
import { isConverged, type LiveCredentials, planCredentials } from '../../../src/credentials/plan.ts';
import { current, desired, key, live, pending, plan, previous, serial, user, version } from './situations.ts';

const signsIn = { ...user, consolePassword: true };
const password = (consolePassword: string, passwordSerial = 1) => ({
  consoleUsername: user.name,
  consolePassword,
  passwordSerial,
});
const K1 = [key('K1')];
const planFor = (found: Partial<LiveCredentials>, want = desired) => plan(found, want, signsIn);

describe('a console password', () => {
  const settled = { keys: K1, hasPassword: true, versions: [current('K1', 1, password('old'))] };

  test('that is stored and set is left alone', () => {
    expect(planFor(settled)).toEqual({ keyFrom: 'current', passwordFrom: 'current', target: 'current' });
    expect(isConverged(planCredentials(desired, signsIn, live(settled)))).toBe(true);
  });

  test('is made when console access is switched on', () => {
    expect(planFor({ keys: K1, versions: [current('K1')] })).toEqual({
      keyFrom: 'current',
      setPassword: true,
    });
  });

  test('is removed when console access is switched off, and leaves the secret', () => {
    expect(plan(settled)).toEqual({ keyFrom: 'current', removePassword: true });
  });

  test.each([
    ['IAM does not show it', { hasPassword: false, versions: settled.versions }],
    ['the secret does not hold it', { hasPassword: true, versions: [current('K1')] }],
  ])('is removed when console access is off, also if %s', (_what, found) => {
    expect(plan({ keys: K1, ...found })).toHaveProperty('removePassword', true);
    expect(isConverged(planCredentials(desired, user, live({ keys: K1, ...found })))).toBe(false);
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

  test('stays when the rise of its serial is rolled back and the one before is known no more', () => {
    const rotated = { ...settled, versions: [current('K1', 1, password('new', 2))] };
    expect(planFor(rotated)).toEqual({ keyFrom: 'current', passwordFrom: 'current' });
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
    ['is set again when another one was stored later in the secret of the other name', 3, 'other', true],
    ['is left alone when that one was stored before it', 1, 'other', undefined],
    ['is left alone when that one is the same', 3, 'old', undefined],
  ])('%s', (_what, storedAt, stored, setPassword) => {
    const found = {
      ...settled,
      versions: [{ ...current('K1', 1, password('old')), createdDate: new Date(2) }],
      inherited: [{ ...current('K1', 1, password(stored, 2)), createdDate: new Date(storedAt) }],
    };
    expect(planFor(found).setPassword).toBe(setPassword);
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
      keys: K1,
      hasPassword: true,
      versions: [current('K1', 1, { consoleUsername: user.name })],
    };
    expect(planFor(found)).toEqual({ keyFrom: 'current', setPassword: true });
  });

  test('of another user is not this user’s', () => {
    const found = {
      keys: K1,
      versions: [current('K1', 1, { ...password('old'), consoleUsername: 'other' })],
    };
    expect(planFor(found)).toEqual({ keyFrom: 'current', setPassword: true });
  });
});

describe('a change of something else in the secret', () => {
  const rotated = {
    keys: [key('K1'), key('K2')],
    versions: [previous('K1', 1), current('K2', 2, { previousAccessKeyId: 'K1' })],
  };

  test('is stored with the key there is, and keeps AWSPREVIOUS on the version that holds the key before', () => {
    const renamed = { ...serial(2), fixed: { ...desired.fixed, iamRoleName: 'redislabs-role' } };
    expect(plan(rotated, renamed)).toEqual({
      keyFrom: 'current',
      previousKeyId: 'K1',
      previousVersion: 'previous',
    });
  });

  test('gives AWSPREVIOUS back to the version that holds the key before, when another has it', () => {
    const found = {
      keys: rotated.keys,
      versions: [
        version('first', undefined, 'K1', 1),
        version('second', 'AWSPREVIOUS', 'K2', 2),
        current('K2', 2, { previousAccessKeyId: 'K1' }),
      ],
    };
    expect(plan(found, serial(2))).toEqual({
      keyFrom: 'current',
      target: 'current',
      previousKeyId: 'K1',
      previousVersion: 'first',
    });
    expect(isConverged(planCredentials(serial(2), user, live(found)))).toBe(false);
  });

  test.each([
    ['name', { name: 'other' }],
    ['provider', { provider: 'other' }],
    ['signInLoginUrl', { signInLoginUrl: 'https://other' }],
    ['iamRoleName', { iamRoleName: 'other' }],
    ['previousAccessKeyId', { previousAccessKeyId: 'GONE' }],
  ])('is one when its %s is another one', (_field, content) => {
    expect(plan({ keys: K1, versions: [current('K1', 1, content)] })).toEqual({ keyFrom: 'current' });
  });

  test('is none when somebody added a field of his own', () => {
    const found = { keys: K1, versions: [current('K1', 1, { note: 'hands off' } as never)] };
    expect(plan(found)).toEqual({ keyFrom: 'current', target: 'current' });
  });
});

test.each([
  ['sets a password', { hasPassword: false }],
  ['retires a key', { strays: ['K2'], keys: [key('K1'), key('K2')] }],
  ['takes a label away', { versions: [current('K1', 1, password('p')), pending('DEAD', 2, password('p'))] }],
])('a plan that %s is work to do', (_what, change) => {
  const found = live({ keys: K1, hasPassword: true, versions: [current('K1', 1, password('p'))], ...change });
  expect(isConverged(planCredentials(desired, signsIn, found))).toBe(false);
});
