import { describe, expect, test } from 'vitest';
import { isInOrder, planCredentials } from '../../../src/credentials/plan.ts';
import {
  current,
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
  version,
} from './situations.ts';

const served = (...ids: string[]) => ids.map((id) => made(id, { served: true }));

describe('a rotation', () => {
  test('makes a new key, and the one before works on', () => {
    expect(plan({ keys: [key('K1')], made: served('K1'), versions: [current('K1')] }, serial(2))).toEqual({
      keyFrom: 'a new one',
      previousKeyId: 'K1',
    });
  });

  test('retires the key that the rotation before had replaced', () => {
    const found = {
      keys: [key('K1'), key('K2')],
      made: served('K2', 'K1'),
      versions: [previous('K1', 1), current('K2', 2, { previousAccessKeyId: 'K1' })],
    };
    expect(plan(found, serial(3))).toEqual({ keyFrom: 'a new one', previousKeyId: 'K2', retire: ['K1'] });
  });

  test('that is done asks for nothing', () => {
    const found = {
      keys: [key('K1'), key('K2')],
      made: served('K2', 'K1'),
      versions: [previous('K1', 1), current('K2', 2, { previousAccessKeyId: 'K1' })],
    };
    expect(plan(found, serial(2))).toEqual({ keyFrom: 'current', target: 'current', previousKeyId: 'K1' });
    expect(isInOrder(planCredentials(serial(2), user, observed(found)))).toBe(true);
  });

  test('whose run died after it had stored the key goes on with that key, which is still to be proven', () => {
    const found = {
      keys: [key('K1'), key('K2')],
      made: [...served('K1'), made('K2')],
      versions: [current('K1', 1), pending('K2', 2, { previousAccessKeyId: 'K1' })],
    };
    expect(plan(found, serial(2))).toEqual({
      keyFrom: 'pending',
      target: 'pending',
      unproven: true,
      previousKeyId: 'K1',
    });
  });

  test('whose run died after the label had moved has a key that is in use: no failed proof may take it back', () => {
    const found = {
      keys: [key('K1'), key('K2')],
      made: [...served('K1'), made('K2')],
      versions: [previous('K1', 1), current('K2', 2, { previousAccessKeyId: 'K1' })],
      current: { secret: SECRET, version: 'previous' },
    };
    expect(plan(found, serial(2))).toEqual({ keyFrom: 'current', target: 'current', previousKeyId: 'K1' });
  });

  test('that was given up has its stored key deleted and its label taken away', () => {
    const found = {
      keys: [key('K1'), key('K2')],
      made: [...served('K1'), made('K2')],
      versions: [current('K1', 1), pending('K2', 2, { previousAccessKeyId: 'K1' })],
    };
    expect(plan(found, serial(1))).toEqual({
      keyFrom: 'current',
      target: 'current',
      abandoned: 'pending',
      retire: ['K2'],
    });
  });

  test('whose stored key is dead makes another', () => {
    expect(
      plan(
        { keys: [key('K1')], made: served('K1'), versions: [current('K1', 1), pending('K2', 2)] },
        serial(2),
      ),
    ).toEqual({
      keyFrom: 'a new one',
      previousKeyId: 'K1',
      abandoned: 'pending',
    });
  });

  test('that is rolled back makes the version before current again, and makes no key', () => {
    const found = {
      keys: [key('K1'), key('K2')],
      made: served('K2', 'K1'),
      versions: [previous('K1', 1), current('K2', 2, { previousAccessKeyId: 'K1' })],
    };
    expect(plan(found, serial(1))).toEqual({ keyFrom: 'previous', target: 'previous', previousKeyId: 'K2' });
  });

  test('that is rolled back after its old key was deleted keeps the key there is', () => {
    const found = {
      keys: [key('K2')],
      made: served('K2'),
      versions: [previous('K1', 1), current('K2', 2, { previousAccessKeyId: 'K1' })],
    };
    expect(plan(found, serial(1))).toEqual({ keyFrom: 'current', lowered: ['AccessKeySerial'] });
  });

  test('that is rolled back after its old key was set inactive keeps the key there is', () => {
    const found = {
      keys: [key('K1', false), key('K2')],
      made: served('K2', 'K1'),
      versions: [previous('K1', 1), current('K2', 2, { previousAccessKeyId: 'K1' })],
    };
    expect(plan(found, serial(1))).toEqual({
      keyFrom: 'current',
      previousKeyId: 'K1',
      target: 'current',
      lowered: ['AccessKeySerial'],
    });
  });

  test('is not forgotten when something else was stored in between', () => {
    const found = {
      keys: [key('K1'), key('K2')],
      made: served('K2', 'K1'),
      versions: [
        version('rotated', 'AWSPREVIOUS', 'K2', 2, { previousAccessKeyId: 'K1' }),
        current('K2', 2, { previousAccessKeyId: 'K1', name: 'other' }),
      ],
    };
    expect(plan(found, serial(2))).toMatchObject({ previousKeyId: 'K1' });
    expect(plan(found, serial(2))).not.toHaveProperty('retire');
  });
});

describe('the other key, after a roll-back,', () => {
  const both = {
    keys: [key('K1'), key('K2')],
    made: served('K1', 'K2'),
  };

  test('is found in a version of its own, so the one in force need not name it', () => {
    const asked = plan({ ...both, versions: [current('K1'), previous('K2', 2)] });
    expect(asked).toEqual({ keyFrom: 'current', target: 'current', previousKeyId: 'K2' });
  });

  test.each([
    ['no version holds it any more', []],
    ['only a version of another secret holds it', [elsewhere(version('other', undefined, 'K2', 2))]],
  ])('is named by a new version if %s', (_when, others) => {
    const asked = plan({ ...both, versions: [current('K1'), ...others] });
    expect(asked).toEqual({ keyFrom: 'current', previousKeyId: 'K2' });
    const named = [current('K1', 1, { previousAccessKeyId: 'K2' }), ...others];
    expect(plan({ ...both, versions: named })).toMatchObject({ target: 'current' });
  });
});
