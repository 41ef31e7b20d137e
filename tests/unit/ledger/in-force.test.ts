import { describe, expect, test } from 'vitest';
import { parseStackId } from '../../../src/bundle/stack.ts';
import { beginChange, carryOut, mayBeInForce } from '../../../src/ledger/in-force.ts';
import { emptyState } from '../../../src/ledger/state.ts';

const stack = parseStackId('arn:aws:cloudformation:us-east-1:123456789012:stack/redis-access/0b7c1d40');
const identity = { stack, logicalId: 'Bundle', providerStackId: stack.id };
const carriedOut = (properties: Record<string, unknown>) => ({
  ...{ id: 'id', stackId: stack.id, logicalId: 'Bundle' },
  properties,
});
const users = (state = emptyState()) => mayBeInForce(identity, state).map((bundle) => bundle?.user.name);

describe('what may be in force', () => {
  test('is nothing for a ledger that knows nothing', () => {
    expect(users()).toEqual([]);
  });

  test('is what the last successful request carried out, and what unfinished ones may have', () => {
    const state = emptyState();
    carryOut(state, carriedOut({ UserName: 'one' }));
    beginChange(state, { UserName: 'two' });
    beginChange(state, { UserName: 'three' });
    expect(users(state)).toEqual(['one', 'two', 'three']);
  });

  test('is the state of a request that succeeded, alone', () => {
    const state = emptyState();
    beginChange(state, { UserName: 'one' });
    carryOut(state, carriedOut({ UserName: 'two' }));
    expect([users(state), state.inForce]).toEqual([['two'], carriedOut({ UserName: 'two' })]);
  });

  test('holds one entry for the same request that begins again', () => {
    const state = emptyState();
    beginChange(state, { UserName: 'one' });
    beginChange(state, { UserName: 'one' });
    expect(users(state)).toEqual(['one']);
  });

  test('holds no second entry for what is in force and begins again', () => {
    const state = emptyState();
    carryOut(state, carriedOut({ UserName: 'one' }));
    beginChange(state, { UserName: 'one' });
    expect(users(state)).toEqual(['one']);
  });

  test('is anything after more unfinished requests than are told apart, and stays so', () => {
    const state = emptyState();
    carryOut(state, carriedOut({ UserName: 'zero' }));
    for (let i = 0; i < 8; i += 1) beginChange(state, { UserName: `u${i}` });
    expect(users(state)).toHaveLength(9);
    beginChange(state, { UserName: 'u8' });
    expect(users(state)).toEqual(['zero', undefined]);
    beginChange(state, { UserName: 'u9' });
    expect(users(state)).toEqual(['zero', undefined, 'u9']);
  });

  test('is read leniently: properties of another age do not stand in the way', () => {
    const state = emptyState();
    carryOut(state, carriedOut({ Colour: 'red', AccessKeySerial: 'many', UserName: 'one' }));
    expect(users(state)).toEqual(['one']);
  });
});

test('what was in force before is remembered: a roll-back goes back to it', () => {
  const state = emptyState();
  carryOut(state, carriedOut({ UserName: 'one' }));
  carryOut(state, carriedOut({ UserName: 'two' }));
  expect(state.before).toEqual(carriedOut({ UserName: 'one' }));
});
