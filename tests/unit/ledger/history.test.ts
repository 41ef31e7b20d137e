import { describe, expect, test } from 'vitest';
import { answered, createOf, isCancelled, isLate, record, requestKey } from '../../../src/ledger/history.ts';
import { emptyState, type HistoryEntry, type LedgerState, type Request } from '../../../src/ledger/state.ts';

const ID = 'rv-access/redis-access/Bundle/0123456789abcdef-0123456789abcdef';
const at = (minute: number) => `20260115T12${String(minute).padStart(2, '0')}00Z`;
const request = (key: string, minute?: number, kind = 'Update'): Request => ({
  key,
  kind,
  sentAt: minute === undefined ? undefined : at(minute),
});
const with_ = (...history: HistoryEntry[]): LedgerState => ({ ...emptyState(), history });
const done = (key: string, minute?: number): HistoryEntry => ({
  ...request(key, minute),
  outcome: { id: ID },
});

describe('the key of a request', () => {
  test('is short, and the same for the same texts only', () => {
    expect(requestKey('Create', 'id', 'url')).toMatch(/^[0-9a-f]{16}$/);
    expect(requestKey('Create', 'id', 'url')).toBe(requestKey('Create', 'id', 'url'));
    const others = [
      ['Delete', 'id', 'url'],
      ['Create', 'other', 'url'],
      ['Create', 'id', 'another'],
      ['Create', 'idu', 'rl'],
    ];
    for (const texts of others) expect(requestKey(...texts)).not.toBe(requestKey('Create', 'id', 'url'));
  });
});

describe('a request was carried out already', () => {
  test.each([
    ['if it stands there with an outcome', [done('a', 1)], { id: ID }],
    ['not if it was only seen', [request('a', 1)], undefined],
    ['not if another one was', [done('b', 1)], undefined],
    ['not if nothing is known', [], undefined],
  ])('%s', (_when, history, outcome) => {
    expect(answered(with_(...history), request('a', 1))).toEqual(outcome);
  });
});

describe('a request is late', () => {
  test.each([
    ['if one that was sent after it was carried out', [done('b', 2)], request('a', 1), true],
    ['not if that one was only seen', [request('b', 2)], request('a', 1), false],
    ['not if that one was sent before it', [done('b', 1)], request('a', 2), false],
    ['not if that one was sent in the same second', [done('b', 1)], request('a', 1), false],
    ['not if its own time is not known', [done('b', 2)], request('a'), false],
    ['not if the time of the other one is not known', [done('b')], request('a', 1), false],
    ['also if later ones stand before it', [done('b', 3), done('c', 1)], request('a', 2), true],
  ])('%s', (_when, history, its, late) => {
    expect(isLate(with_(...history), its)).toBe(late);
  });
});

describe('a Create is cancelled', () => {
  const cancel = (key?: string, minute?: number): HistoryEntry => ({
    ...request('delete', minute, 'Delete'),
    cancels: { id: ID, key },
  });
  test.each([
    ['by a Delete that names it', cancel('a', 5), request('a', 1), true],
    ['by a Delete that names it, whenever that was sent', cancel('a'), request('a', 9), true],
    ['not by a Delete that names another one', cancel('b', 5), request('a', 1), false],
    ['by a Delete of an unknown Create that was sent after it', cancel(undefined, 5), request('a', 1), true],
    ['by one that was sent in the same second', cancel(undefined, 5), request('a', 5), true],
    ['not by one that was sent before it', cancel(undefined, 5), request('a', 6), false],
    ['if the time of either is not known', cancel(undefined, 5), request('a'), true],
    ['if the time of the Delete is not known', cancel(), request('a', 5), true],
  ])('%s', (_by, entry, create, cancelled) => {
    expect(isCancelled(with_(entry), create, ID)).toBe(cancelled);
  });

  test('not for another physical id', () => {
    expect(isCancelled(with_(cancel('a', 5)), request('a', 1), `${ID}0`)).toBe(false);
  });
});

test('the Create of a physical id that was seen last is the one that its cancellation is about', () => {
  const create = (key: string, id = ID) => ({ ...request(key, 1, 'Create'), id });
  const state = with_(create('a'), create('b'), create('c', 'another'), { ...request('d'), id: ID });
  expect(createOf(state, ID)?.key).toBe('b');
  expect(createOf(with_(), ID)).toBeUndefined();
});

describe('the record of requests', () => {
  test('has each request once, with what was told last, as the latest', () => {
    const state = emptyState();
    record(state, request('a', 1), { id: ID });
    record(state, request('b', 2), {});
    record(state, request('a', 1), { outcome: { id: ID } });
    expect(state.history).toEqual([request('b', 2), { ...request('a', 1), outcome: { id: ID } }]);
  });

  test('ends with the last twenty', () => {
    const state = emptyState();
    for (let i = 0; i < 30; i += 1) record(state, request(`r${i}`, i), {});
    expect(state.history.map(({ key }) => key)).toEqual(Array.from({ length: 20 }, (_, i) => `r${i + 10}`));
  });

  test('keeps what each was answered with, for a delivery that comes again', () => {
    const state = emptyState();
    for (let i = 0; i < 20; i += 1)
      record(state, request(`r${i}`, i), { outcome: { id: ID, found: { AccessKeyId: `K${i}` } } });
    expect(answered(state, request('r0', 0))).toEqual({ id: ID, found: { AccessKeyId: 'K0' } });
  });
});
