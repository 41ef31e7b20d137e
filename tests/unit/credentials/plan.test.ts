import { describe, expect, test } from 'vitest';
import { credentialWarnings, isInOrder, noRoom, planCredentials } from '../../../src/credentials/plan.ts';
import {
  current,
  desired,
  elsewhere,
  key,
  made,
  observed,
  pending,
  placeholder,
  plan,
  previous,
  serial,
  user,
  version,
} from './situations.ts';

const K1 = { keys: [key('K1')], made: [made('K1', { served: true })] };
const edited = { ...placeholder, content: {} };

describe('the key', () => {
  test('is made when there is nothing, or only the placeholder', () => {
    expect(plan({})).toEqual({ keyFrom: 'a new one' });
    expect(plan({ versions: [placeholder] })).toEqual({ keyFrom: 'a new one' });
  });

  test('stays when it is ours, lives and is stored', () => {
    const settled = { ...K1, versions: [current('K1')] };
    expect(plan(settled)).toEqual({ keyFrom: 'current', target: 'current' });
    expect(isInOrder(planCredentials(desired, user, observed(settled)))).toBe(true);
  });

  test('is made when somebody deleted the one that is stored', () => {
    expect(plan({ versions: [current('K1')] })).toEqual({ keyFrom: 'a new one' });
  });

  test('is made when the secret holds one that the ledger does not know, which is foreign', () => {
    expect(plan({ keys: [key('HAND')], versions: [current('HAND')] })).toEqual({
      keyFrom: 'a new one',
      foreign: ['HAND'],
    });
  });

  test('that somebody set inactive is left so, and noticed', () => {
    expect(plan({ ...K1, keys: [key('K1', false)], versions: [current('K1')] })).toEqual({
      keyFrom: 'current',
      target: 'current',
      inactive: true,
    });
  });

  test('that somebody set inactive is replaced when a rotation asks for it', () => {
    expect(plan({ ...K1, keys: [key('K1', false)], versions: [current('K1')] }, serial(2))).toEqual({
      keyFrom: 'a new one',
      previousKeyId: 'K1',
    });
  });

  test('is taken from the version before when the secret was overwritten by hand', () => {
    expect(plan({ ...K1, versions: [edited, previous('K1')] })).toEqual({
      keyFrom: 'previous',
      target: 'previous',
    });
  });

  test('is made when the secret is gone: its secret part cannot be read again, and it works on', () => {
    expect(plan(K1)).toEqual({ keyFrom: 'a new one', previousKeyId: 'K1' });
  });

  test('is made, and the one that never served is deleted, when the secret is gone', () => {
    expect(plan({ keys: [key('K1')], made: [made('K1')] })).toEqual({ keyFrom: 'a new one', retire: ['K1'] });
  });

  test.each([
    ['that somebody set inactive', key('K1', false), desired, { inactive: true }],
    ['whose serial is lowered', key('K1'), serial(0), { lowered: ['AccessKeySerial'] }],
  ])('%s stays so when the name of the secret changes', (_what, found, want, more) => {
    const inForce = elsewhere(current('K1'));
    const before = { secret: 'before', version: 'current' };
    expect(plan({ ...K1, keys: [found], versions: [placeholder, inForce], current: before }, want)).toEqual({
      keyFrom: 'current',
      ...more,
    });
  });

  test('in force goes before an older one that a restored secret holds', () => {
    const found = {
      keys: [key('OLD'), key('K1')],
      made: [made('K1', { served: true }), made('OLD', { served: true })],
      versions: [placeholder, previous('OLD'), elsewhere(version('in force', undefined, 'K1'))],
      current: { secret: 'before', version: 'in force' },
    };
    expect(plan(found)).toMatchObject({ keyFrom: 'in force', previousKeyId: 'OLD' });
  });

  test.each([
    ['pending', [previous('K2', 2), pending('K3', 2)]],
    ['previous', [version('old', undefined, 'K2', 2), previous('K3', 2)]],
  ])('of several for the serial is the one that is %s before others', (label, versions) => {
    const ids = ['K1', 'K2', 'K3'];
    const found = { keys: ids.map((id) => key(id)), made: ids.map((id) => made(id)) };
    expect(plan({ ...found, versions: [...versions, current('K1')] }, serial(2)).keyFrom).toBe(label);
  });
});

describe('a serial that is lowered', () => {
  test('keeps the key that is in force, and says so', () => {
    const found = { ...K1, versions: [current('K1', 5)] };
    expect(plan(found, serial(2))).toEqual({
      keyFrom: 'current',
      target: 'current',
      lowered: ['AccessKeySerial'],
    });
    expect(isInOrder(planCredentials(serial(2), user, observed(found)))).toBe(true);
  });

  test('brings a new key all the same if the one in force is gone', () => {
    expect(plan({ versions: [current('K1', 2)] })).toEqual({ keyFrom: 'a new one' });
  });
});

describe('keys that are in the way', () => {
  test('go when the rotation before last has replaced them, though their version is gone', () => {
    const found = {
      keys: [key('K1'), key('K2')],
      made: [made('K2', { served: true }), made('K1', { served: true })],
      versions: [current('K2', 2, { previousAccessKeyId: 'K1' })],
    };
    expect(plan(found, serial(3))).toEqual({ keyFrom: 'a new one', previousKeyId: 'K2', retire: ['K1'] });
  });

  test('are not those of a version that was finished and is still pending: only that label goes', () => {
    const promoted = { ...current('K1'), stages: ['AWSCURRENT', 'AWSPENDING'] };
    expect(plan({ ...K1, versions: [promoted] }, serial(2))).toEqual({
      keyFrom: 'a new one',
      previousKeyId: 'K1',
      abandoned: 'current',
    });
  });

  test('that a run left behind, as orphans, go first', () => {
    const found = {
      keys: [key('K1'), key('LOST')],
      made: [...K1.made, made('LOST')],
      versions: [current('K1')],
    };
    expect(plan(found, serial(2))).toEqual({ keyFrom: 'a new one', previousKeyId: 'K1', retire: ['LOST'] });
    expect(isInOrder(planCredentials(desired, user, observed(found)))).toBe(false);
  });

  test('made by hand are never deleted, with or without a rotation', () => {
    const found = { ...K1, keys: [key('K1'), key('HAND')], versions: [current('K1')] };
    expect(plan(found)).toEqual({ keyFrom: 'current', target: 'current', foreign: ['HAND'] });
    expect(plan(found, serial(2))).toEqual({ keyFrom: 'a new one', previousKeyId: 'K1', foreign: ['HAND'] });
  });

  test('of a rotation that Secrets Manager has begun are left to it', () => {
    const found = {
      keys: [key('K1'), key('K2')],
      made: [...K1.made, made('K2', { rotating: true })],
      versions: [current('K1'), pending('K2', 2)],
    };
    expect(plan(found)).toEqual({ keyFrom: 'current', target: 'current' });
    expect(plan(found, serial(2))).not.toMatchObject({ keyFrom: 'pending' });
  });
});

describe('a change of something else in the secret', () => {
  const rotated = {
    keys: [key('K1'), key('K2')],
    made: [made('K2', { served: true }), made('K1', { served: true })],
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
      ...rotated,
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
    expect(isInOrder(planCredentials(serial(2), user, observed(found)))).toBe(false);
  });

  test.each([
    ['name', { name: 'other' }],
    ['provider', { provider: 'other' }],
    ['signInLoginUrl', { signInLoginUrl: 'https://other' }],
    ['iamRoleName', { iamRoleName: 'other' }],
    ['previousAccessKeyId', { previousAccessKeyId: 'GONE' }],
  ])('is one when its %s is another one', (_field, content) => {
    expect(plan({ ...K1, versions: [current('K1', 1, content)] })).toEqual({ keyFrom: 'current' });
  });

  test('is none when somebody added a field of his own', () => {
    const found = { ...K1, versions: [current('K1', 1, { note: 'hands off' } as never)] };
    expect(plan(found)).toEqual({ keyFrom: 'current', target: 'current' });
  });
});

describe('room for a new key', () => {
  const rotation = (keys: string[], ours: string[]) => {
    const found = observed({
      keys: keys.map((id) => key(id)),
      made: ours.map((id) => made(id, { served: true })),
    });
    return noRoom('redis', found, planCredentials(serial(2), user, found));
  };

  test('is there for the second one, and where one of ours goes', () => {
    expect(rotation(['K1'], ['K1'])).toEqual([]);
    expect(rotation(['K1', 'K2'], ['K1', 'K2'])).toEqual([]);
  });

  test('is not there between keys of a person, which are named and left', () => {
    expect(rotation(['K1', 'HAND'], ['K1'])).toEqual([
      'The user "redis" needs a new access key, but IAM allows 2 and these were not made by this bundle: HAND. ' +
        'None was deleted. Find out which are in use, delete one that is not, then try again.',
    ]);
    expect(rotation(['A', 'B'], [])[0]).toContain('A, B. None was deleted.');
  });

  test('is not there beside a key that Redis has and cannot be given another one for', () => {
    const found = observed({
      keys: [key('K1'), key('K2')],
      made: [made('K1', { served: true }), made('K2', { served: true })],
      held: ['K1', 'K2'],
    });
    expect(noRoom('redis', found, planCredentials(serial(2), user, found))).toEqual([
      'Redis Cloud has or may have the access key K1, K2, which this update would delete, and without ' +
        'RedisCloudApiSecretArn it cannot be given another one. Nothing was changed. Leave RedisCloudApiSecretArn in ' +
        'place for this update, and take it away in the next one. If its API key does not work any more, take it away alone, ' +
        'give Redis the key that is in the secret by hand, and then raise AccessKeySerial.',
    ]);
  });

  test('is not asked for while no key is made', () => {
    const found = observed({ ...K1, keys: [key('K1'), key('HAND')], versions: [current('K1')] });
    expect(noRoom('redis', found, planCredentials(desired, user, found))).toEqual([]);
  });
});

test('what is left as it is, is told as warnings', () => {
  const found = observed({
    ...K1,
    keys: [key('K1', false), key('HAND'), key('OTHER')],
    versions: [current('K1', 5)],
  });
  expect(credentialWarnings('redis', planCredentials(serial(2), user, found))).toEqual([
    'AccessKeySerial was lowered, and nothing of that number is left: what is in force stays. Raise it for a new one.',
    'The user "redis" has access keys that this bundle did not make: HAND, OTHER. They were left.',
    'The access key K1 was set inactive by somebody. It was left so; raise AccessKeySerial for a new one.',
  ]);
  expect(credentialWarnings('redis', planCredentials(desired, user, observed({})))).toEqual([]);
});

test('where a label may have moved without an answer, nothing is in order until it has been moved again', () => {
  const settled = { ...K1, versions: [current('K1')] };
  const moving = planCredentials(desired, user, observed({ ...settled, isMoving: true }));
  expect(moving.target?.id).toBe('current');
  expect(isInOrder(moving)).toBe(false);
});
