import { describe, expect, test } from 'vitest';
import {
  forget,
  giveBack,
  namesOf,
  ownerKey,
  settle,
  take,
  takeAlong,
  unknownGenerations,
} from '../../../src/ledger/owners.ts';
import { emptyState, type LedgerState, type Owner } from '../../../src/ledger/state.ts';

const state = (owners: Record<string, Owner>): LedgerState => ({ ...emptyState(), owners });
const ROLE = 'role redislabs-role';
const USER = 'user redislabs-user';

test('the ledger’s word for a name is its kind and the name', () => {
  expect(ownerKey({ kind: 'instance profile', name: 'node' })).toBe('instance profile node');
});

describe('a generation takes names', () => {
  const making = [{ key: ROLE, since: 'making' as const }];
  test.each([
    ['a new one, as told', {}, { id: 'new', since: 'making' }],
    ['an owned one, which stays owned', { id: 'old', since: 'owned' }, { id: 'new', since: 'owned' }],
    ['one that is being made, as it is', { id: 'old', since: 'making' }, { id: 'new', since: 'making' }],
    [
      'one that is being adopted, with what that has added',
      { id: 'old', since: 'adopting', added: ['Team'] },
      { id: 'new', since: 'adopting', added: ['Team'] },
    ],
    [
      'one that a Delete has begun to take apart, as a new one',
      { id: 'old', since: 'deleting' },
      { id: 'new', since: 'making', added: undefined },
    ],
  ])('%s', (_what, before, after) => {
    const taken = state('id' in before ? { [ROLE]: before as Owner } : {});
    take(taken, 'new', making);
    expect(taken.owners).toEqual({ [ROLE]: after });
  });

  test('to adopt or to restore, whatever stood there', () => {
    const taken = state({ [ROLE]: { id: 'old', since: 'owned' } });
    take(taken, 'new', [{ key: ROLE, since: 'adopting', added: ['Team'] }]);
    expect(taken.owners[ROLE]).toEqual({ id: 'new', since: 'adopting', added: ['Team'] });
  });

  test('all in one, and leaves what it does not want to the one before', () => {
    const taken = state({ [ROLE]: { id: 'old', since: 'owned' }, [USER]: { id: 'old', since: 'owned' } });
    take(taken, 'new', making);
    expect([namesOf(taken, 'new'), namesOf(taken, 'old')]).toEqual([[ROLE], [USER]]);
  });
});

describe('a generation that CloudFormation never learnt of', () => {
  test.each([
    ['is none that it asks for or that it knows', { id: 'known', since: 'making' }, undefined, []],
    ['is one whose request did not succeed', { id: 'lost', since: 'making' }, undefined, ['lost']],
    ['is one that an adoption has begun', { id: 'lost', since: 'adopting' }, undefined, ['lost']],
    ['is none whose request succeeded', { id: 'other', since: 'owned' }, undefined, []],
    ['is one whose answer did not arrive', { id: 'lost', since: 'owned' }, 'lost', ['lost']],
  ])('%s', (_which, owner, beforeId, unknown) => {
    const owners = { [ROLE]: owner as Owner, [USER]: owner as Owner };
    expect(unknownGenerations({ owners }, ['known', 'asked'], beforeId)).toEqual(unknown);
  });
});

test('a request that has succeeded owns what its generation has, and nothing else', () => {
  const settled = state({
    [ROLE]: { id: 'new', since: 'adopting', added: ['Team'] },
    [USER]: { id: 'old', since: 'making' },
  });
  settle(settled, 'new');
  expect(settled.owners).toEqual({
    [ROLE]: { id: 'new', since: 'owned' },
    [USER]: { id: 'old', since: 'making' },
  });
});

test('a cloud account that is adopted is the bundle’s own with the success of its generation', () => {
  const registration = { generation: 'new', adopting: true } as unknown as LedgerState['registration'];
  const settled = { ...state({}), registration };
  settle(settled, 'other');
  expect(settled.registration).toEqual(registration);
  settle(settled, 'new');
  expect(settled.registration).toEqual({ generation: 'new', adopting: undefined });
});

test('a replacement that has failed gives back what it had taken, as it was, and keeps what it had begun', () => {
  const before = { [ROLE]: { id: 'old', since: 'owned' as const } };
  const after = state({ [ROLE]: { id: 'new', since: 'owned' }, [USER]: { id: 'new', since: 'making' } });
  giveBack(after, 'new', before);
  expect(after.owners).toEqual({ ...before, [USER]: { id: 'new', since: 'making' } });
});

test('a replacement that fails a second time has its own names as they are now', () => {
  const after = state({ [ROLE]: { id: 'new', since: 'making' } });
  giveBack(after, 'new', { [ROLE]: { id: 'new', since: 'deleting' } });
  expect(after.owners).toEqual({ [ROLE]: { id: 'new', since: 'making' } });
});

test('what is gone is forgotten', () => {
  const left = state({ [ROLE]: { id: 'a', since: 'owned' }, [USER]: { id: 'a', since: 'owned' } });
  forget(left, [ROLE, 'policy never']);
  expect(Object.keys(left.owners)).toEqual([USER]);
});

describe('with the generation in force goes', () => {
  const known = (rest: Partial<LedgerState> = {}): LedgerState => ({
    ...emptyState(),
    owners: {
      'user a': { id: 'in force', since: 'owned' },
      'user b': { id: 'died', since: 'making' },
      'role b': { id: 'died', since: 'adopting', added: ['Team'] },
      'user c': { id: 'before', since: 'deleting' },
      'user d': { id: 'another', since: 'owned' },
    },
    before: { id: 'before', properties: {}, stackId: '', logicalId: '' },
    ...rest,
  });
  const takenAlong = (state: LedgerState) => {
    takeAlong(state, 'in force');
    return state;
  };
  const registered = (generation: string) => ({ registration: { generation, known: {} } });

  test('what others had begun, and nothing that was in force before or is whole', () => {
    const { owners, registration } = takenAlong(known());
    expect(owners).toEqual({
      ...known().owners,
      'user b': { id: 'in force', since: 'making' },
      'role b': { id: 'in force', since: 'adopting', added: ['Team'] },
    });
    expect(registration).toBeUndefined();
  });

  test('their cloud account, and nobody else’s', () => {
    expect(takenAlong(known(registered('died'))).registration?.generation).toBe('in force');
    expect(takenAlong(known(registered('before'))).registration?.generation).toBe('before');
  });
});
