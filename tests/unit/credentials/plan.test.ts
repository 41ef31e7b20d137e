import { describe, expect, test } from 'vitest';
import { isConverged, planCredentials } from '../../../src/credentials/plan.ts';
import {
  current,
  desired,
  key,
  live,
  pending,
  placeholder,
  plan,
  previous,
  serial,
  user,
  version,
} from './situations.ts';

describe('the key', () => {
  test('is made when there is nothing, or only the placeholder', () => {
    expect(plan({})).toEqual({ keyFrom: 'a new one' });
    expect(plan({ versions: [placeholder] })).toEqual({ keyFrom: 'a new one' });
  });

  test('stays when it lives and is stored', () => {
    const converged = live({ keys: [key('K1')], versions: [current('K1')] });
    expect(plan(converged)).toEqual({ keyFrom: 'current', target: 'current' });
    expect(isConverged(planCredentials(desired, user, converged))).toBe(true);
  });

  test('is made when somebody deleted the one that is stored', () => {
    expect(plan({ versions: [current('K1')] })).toEqual({ keyFrom: 'a new one' });
    expect(plan({ keys: [key('HAND')], versions: [current('K1')] })).toEqual({
      keyFrom: 'a new one',
      foreign: ['HAND'],
    });
  });

  test('that somebody set inactive is left so, and noticed', () => {
    expect(plan({ keys: [key('K1', false)], versions: [current('K1')] })).toEqual({
      keyFrom: 'current',
      target: 'current',
      inactive: true,
    });
  });

  test('that somebody set inactive is replaced when a rotation asks for it', () => {
    expect(plan({ keys: [key('K1', false)], versions: [current('K1')] }, serial(2))).toEqual({
      keyFrom: 'a new one',
      previousKeyId: 'K1',
    });
  });

  test('is made, and the unknown ones named, when the secret was overwritten by hand', () => {
    const edited = { id: 'current', stages: ['AWSCURRENT'], content: {} };
    expect(plan({ keys: [key('A'), key('B')], versions: [edited] })).toEqual({
      keyFrom: 'a new one',
      foreign: ['A', 'B'],
    });
  });

  test('is taken from the version before when the secret was overwritten by hand', () => {
    const edited = { id: 'current', stages: ['AWSCURRENT'], content: {} };
    expect(plan({ keys: [key('K1')], versions: [edited, previous('K1')] })).toEqual({
      keyFrom: 'previous',
      target: 'previous',
    });
  });

  test('is made when the secret is gone: its secret part cannot be read again', () => {
    expect(plan({ keys: [key('K1')] })).toEqual({ keyFrom: 'a new one', foreign: ['K1'] });
  });

  test('that is gone is made anew also when its serial is lowered', () => {
    expect(plan({ versions: [current('K1', 2)] })).toEqual({ keyFrom: 'a new one' });
  });

  test.each([
    ['that somebody set inactive', key('K1', false), desired, { inactive: true }],
    ['whose serial is lowered', key('K1'), serial(0), {}],
  ])('%s stays so when the name of the secret changes', (_what, found, want, more) => {
    expect(plan({ keys: [found], versions: [placeholder], inherited: [current('K1')] }, want)).toEqual({
      keyFrom: 'current',
      ...more,
    });
  });

  test('in force goes before an older one that a restored secret holds', () => {
    const inForce = { ...current('K1'), id: 'in force' };
    const found = {
      keys: [key('OLD'), key('K1')],
      versions: [placeholder, previous('OLD')],
      inherited: [inForce],
    };
    expect(plan(found)).toMatchObject({ keyFrom: 'in force', previousKeyId: 'OLD' });
  });

  test.each([
    ['pending', [previous('K2', 2), pending('K3', 2)]],
    ['previous', [version('old', undefined, 'K2', 2), previous('K3', 2)]],
  ])('of several for the serial is the one that is %s before others', (label, versions) => {
    const keys = ['K1', 'K2', 'K3'].map((id) => key(id));
    expect(plan({ keys, versions: [...versions, current('K1')] }, serial(2)).keyFrom).toBe(label);
  });

  test('is taken from the secret of the name before', () => {
    expect(plan({ keys: [key('K1')], versions: [placeholder], inherited: [current('K1')] })).toEqual({
      keyFrom: 'current',
    });
  });
});

describe('keys that are in the way', () => {
  test('go when the rotation before last has replaced them, though their version is gone', () => {
    const found = {
      keys: [key('K1'), key('K2')],
      versions: [current('K2', 2, { previousAccessKeyId: 'K1' })],
    };
    expect(plan(found, serial(3))).toEqual({ keyFrom: 'a new one', previousKeyId: 'K2', retire: ['K1'] });
  });

  test('are not those of a version that was promoted, though it still says that it is pending', () => {
    const promoted = { ...current('K1'), stages: ['AWSCURRENT', 'AWSPENDING'] };
    expect(plan({ keys: [key('K1')], versions: [promoted] }, serial(2))).toEqual({
      keyFrom: 'a new one',
      previousKeyId: 'K1',
    });
  });

  test('left behind by a run that died go first', () => {
    expect(
      plan({ keys: [key('K1'), key('LOST')], versions: [current('K1')], strays: ['LOST'] }, serial(2)),
    ).toEqual({
      keyFrom: 'a new one',
      previousKeyId: 'K1',
      retire: ['LOST'],
    });
  });

  test('made by hand are never deleted, with or without a rotation', () => {
    const found = { keys: [key('K1'), key('HAND')], versions: [current('K1')] };
    expect(plan(found)).toEqual({ keyFrom: 'current', target: 'current', foreign: ['HAND'] });
    expect(plan(found, serial(2))).toEqual({ keyFrom: 'a new one', previousKeyId: 'K1', foreign: ['HAND'] });
  });

  test('of three, the ones that a version held go, those of a person stay', () => {
    expect(
      plan({
        keys: [key('K1'), key('K0'), key('HAND')],
        versions: [current('K1'), version('old', undefined, 'K0'), previous('GONE')],
      }),
    ).toEqual({ keyFrom: 'current', target: 'current', retire: ['K0'], foreign: ['HAND'] });
  });
});
