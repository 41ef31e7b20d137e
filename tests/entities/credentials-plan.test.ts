import { describe, expect, test } from 'vitest';
import { isConverged, planCredentials } from '../../src/entities/credentials-plan.ts';
import {
  current,
  desired,
  key,
  live,
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

  test('is taken from the secret of the name before', () => {
    expect(plan({ keys: [key('K1')], versions: [placeholder], inherited: [current('K1')] })).toEqual({
      keyFrom: 'current',
    });
  });
});

describe('keys that are in the way', () => {
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
