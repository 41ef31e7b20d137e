import { beforeEach, describe, expect, test } from 'vitest';
import {
  beginIntent,
  currentKey,
  endIntent,
  forgetKeys,
  forgetSecret,
  forgetUser,
  isStoredIn,
  madeFor,
  putInForce,
} from '../../../src/ledger/keys.ts';
import { emptyState, type LedgerState, type MadeKey } from '../../../src/ledger/state.ts';

let state: LedgerState;
const stored = (version: string, secret = 'secret') => ({ secret, version });
const key = (id: string, rest: Partial<MadeKey> = {}): MadeKey => ({
  id,
  serial: 1,
  user: 'user',
  madeAt: '2026-01-15T12:00:00.000Z',
  stored: stored(`of ${id}`),
  ...rest,
});
const intent = { user: 'user', serial: 2, baseline: ['K0'], token: stored('token') };
const ids = () => state.keys.made.map(({ id }) => id);
beforeEach(() => {
  state = emptyState();
});

test('the keys of a user are those that were made for it, the newest first', () => {
  state.keys.made = [
    key('old', { madeAt: '2026-01-01T00:00:00.000Z' }),
    key('new', { madeAt: '2026-01-02T00:00:00.000Z' }),
    key('other', { user: 'other' }),
    key('older', { madeAt: '2025-12-31T00:00:00.000Z' }),
    key('newer', { madeAt: '2026-01-03T00:00:00.000Z' }),
  ];
  expect(madeFor(state.keys, 'user').map(({ id }) => id)).toEqual(['newer', 'new', 'old', 'older']);
  expect(madeFor(state.keys, 'nobody')).toEqual([]);
});

describe('an intent', () => {
  beforeEach(() => beginIntent(state, intent));

  test('that is fulfilled makes the key ours, with serial, user and where it is stored', () => {
    endIntent(state, 'K1');
    expect(state.keys.made).toMatchObject([{ id: 'K1', serial: 2, user: 'user', stored: stored('token') }]);
    expect(state.keys.intent).toBeUndefined();
  });

  test('of a rotation makes a key that is left to that', () => {
    beginIntent(state, { ...intent, rotating: true });
    endIntent(state, 'K1');
    expect(state.keys.made[0]?.rotating).toBe(true);
  });

  test('that is abandoned leaves nothing, or orphans that are to be deleted', () => {
    endIntent(state);
    expect([ids(), state.keys.intent]).toEqual([[], undefined]);
    beginIntent(state, intent);
    endIntent(state, undefined, ['K1']);
    expect(state.keys.made).toMatchObject([{ id: 'K1', serial: 2, user: 'user' }]);
    expect(state.keys.made[0]).not.toHaveProperty('stored');
  });

  test('has a key that is stored and one that is not where its maker has tried twice', () => {
    beginIntent(state, { ...intent, rotating: true });
    endIntent(state, 'K1', ['K2']);
    expect(state.keys.made.map(({ id, stored: at, rotating }) => [id, at?.version, rotating])).toEqual([
      ['K2', undefined, undefined],
      ['K1', 'token', true],
    ]);
  });

  test('is ended once: nothing comes of it a second time', () => {
    endIntent(state);
    endIntent(state, 'K1');
    endIntent(state, 'K2', ['K3']);
    expect(ids()).toEqual([]);
  });
});

test('deleted keys are no longer ours, and the last eight ids are remembered, each once', () => {
  state.keys.made = [key('K1'), key('K2')];
  forgetKeys(state, ['K1', 'FOREIGN']);
  expect([ids(), state.keys.gone]).toEqual([['K2'], ['K1', 'FOREIGN']]);
  forgetKeys(state, ['K1']);
  expect(state.keys.gone).toEqual(['FOREIGN', 'K1']);
  forgetKeys(state, ['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  expect(state.keys.gone).toEqual(['K1', 'a', 'b', 'c', 'd', 'e', 'f', 'g']);
});

test('a version that is put in force is the current one, and its key has served', () => {
  state.keys.made = [key('K1'), key('K2', { rotating: true })];
  putInForce(state, stored('v2'), 'K2');
  expect(state.keys.current).toEqual(stored('v2'));
  expect(state.keys.made).toEqual([
    key('K1'),
    key('K2', { rotating: undefined, stored: stored('v2'), served: true }),
  ]);
});

test('a secret that is gone takes no key along: what it held works on and cannot be read', () => {
  state.keys.made = [key('K1'), key('K2', { stored: stored('v', 'another') })];
  state.keys.current = stored('of K1');
  state.keys.password = { user: 'user', stored: stored('of K1') };
  forgetSecret(state, 'secret');
  expect(ids()).toEqual(['K1', 'K2']);
  expect(state.keys.made.map((each) => each.stored?.secret)).toEqual([undefined, 'another']);
  expect(state.keys).toMatchObject({ current: undefined, password: { user: 'user', stored: undefined } });
});

test.each([
  ['is stored in the secret of the version in force', { current: stored('v', 'mine') }, true],
  [
    'is stored in the secret that holds a key of ours',
    { made: [key('K1'), key('K2', { stored: stored('v', 'mine') })] },
    true,
  ],
  ['is not stored in another secret', { current: stored('v'), made: [key('K1')] }, false],
  ['is not stored anywhere if nothing can be read', { made: [key('K1', { stored: undefined })] }, false],
])('what is in force or ours %s', (_what, keys, isStored) => {
  expect(isStoredIn({ ...state.keys, ...keys }, 'mine')).toBe(isStored);
});

test('a secret or a user that is gone leaves nothing behind where there was no password', () => {
  forgetSecret(state, 'secret');
  expect(state.keys.password).toBeUndefined();
  forgetUser(state, 'user');
  expect(state.keys).toEqual(emptyState().keys);
});

test('another secret that is gone changes nothing', () => {
  state.keys.made = [key('K1')];
  state.keys.current = stored('of K1');
  forgetSecret(state, 'another');
  expect(state.keys).toMatchObject({ made: [{ stored: stored('of K1') }], current: stored('of K1') });
});

test('a user that is gone takes its keys, its password and its intent along, and nobody else’s', () => {
  state.keys.made = [key('K1'), key('K2', { user: 'other' })];
  state.keys.password = { user: 'user' };
  beginIntent(state, intent);
  forgetUser(state, 'user');
  expect(state.keys).toMatchObject({ gone: ['K1'], password: undefined, intent: undefined });
  expect(ids()).toEqual(['K2']);
  state.keys.password = { user: 'other' };
  beginIntent(state, { ...intent, user: 'other' });
  forgetUser(state, 'user');
  expect(state.keys).toMatchObject({ password: { user: 'other' }, intent: { user: 'other' } });
});

test('the key in force is the one that the version in force holds: of that secret, and of that id', () => {
  state.keys.made = [
    key('elsewhere', { stored: stored('version', 'other') }),
    key('before', { stored: stored('before') }),
    key('nowhere', { stored: undefined }),
    key('K1', { stored: stored('version') }),
  ];
  expect(currentKey(state.keys)).toBeUndefined();
  state.keys.current = stored('version');
  expect(currentKey(state.keys)?.id).toBe('K1');
});
