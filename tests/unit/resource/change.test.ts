import { describe, expect, test } from 'vitest';
import { mustWrite } from '../../../src/resource/change.ts';

describe('an aspect of a resource has to be written', () => {
  const desired = { trust: 'a', other: 1 };
  const trust = (state: { trust: string }) => state.trust;
  test.each([
    ['if a read says that it is not as desired', false, [], true],
    ['if a read says so, whatever the ledger knows', false, [desired], true],
    ['not if a read says that it is as desired, and the ledger knows nothing else', true, [], false],
    ['not if all that may be in force is as desired', true, [desired, { trust: 'a', other: 2 }], false],
    [
      'if something that may be in force is otherwise: the read may be stale',
      true,
      [desired, { trust: 'b', other: 1 }],
      true,
    ],
    ['if anything may be in force', true, [undefined], true],
  ])('%s', (_when, readsAsDesired, mayBe, must) => {
    expect(mustWrite(readsAsDesired, desired, mayBe, trust)).toBe(must);
  });

  test('and is compared as a whole, lists and tags too', () => {
    const state = { tags: { Team: 'a' } };
    expect(mustWrite(true, state, [{ tags: { Team: 'b' } }], ({ tags }) => tags)).toBe(true);
    expect(mustWrite(true, state, [{ tags: { Team: 'a' } }], ({ tags }) => tags)).toBe(false);
  });
});
