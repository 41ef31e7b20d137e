import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hadNoPassword, intendedSerial, mintingIntent, strayKeys } from '../../../src/credentials/intent.ts';
import type { AccessKey } from '../../../src/iam/access-key.ts';
import type { LiveSecret } from '../../../src/secret/secret.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const TAG = 'rv-access:minting';

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

/** @param age when it was made, in seconds after the intent */
const key = (id: string, age = 1): AccessKey => ({
  id,
  active: true,
  createDate: new Date(NOW + age * 1000),
});

const secret = (tags: Record<string, string>, current: string | undefined): LiveSecret => ({
  name: 'rv-access/redislabs-user',
  arn: '',
  tags,
  createdDate: undefined,
  deletedDate: undefined,
  readable: true,
  kmsKeyId: undefined,
  replicaRegions: [],
  versions: current ? [{ id: current, stages: ['AWSCURRENT'], content: {} }] : [],
});

test('the intent names the current version, the time, the serial, and the credentials that are there already', () => {
  expect(mintingIntent('version-1', 2, true, [key('AKIA1'), key('AKIA2')])).toEqual({
    [TAG]: `version-1 ${NOW / 1000} 2 password AKIA1 AKIA2`,
  });
  expect(mintingIntent(undefined, 1, false, [])).toEqual({ [TAG]: `- ${NOW / 1000} 1` });
});

test('the intent fits into a tag', () => {
  const intent = mintingIntent('v'.repeat(64), 999_999_999, true, [key('A'.repeat(20)), key('A'.repeat(20))]);
  expect(intent[TAG]?.length).toBeLessThanOrEqual(256);
});

test('the intent tells for whose serial the key is, and whether there was a console password before', () => {
  expect(intendedSerial(mintingIntent('v', 7, true, []))).toBe(7);
  expect(hadNoPassword(mintingIntent('v', 7, true, []))).toBe(false);
  expect(hadNoPassword(mintingIntent('v', 7, false, [key('AKIA1')]))).toBe(true);
  expect(hadNoPassword({})).toBe(false);
});

describe('a key that no version holds', () => {
  const noted = (current: string | undefined) => mintingIntent(current, 1, true, [key('BASELINE')]);

  test('was left behind by a run that died if it was made after the intent', () => {
    expect(strayKeys(secret(noted('v1'), 'v1'), [key('LOST')])).toEqual([key('LOST')]);
    expect(strayKeys(secret(noted(undefined), undefined), [key('LOST')])).toEqual([key('LOST')]);
  });

  test('is somebody else’s if it was there before', () => {
    expect(strayKeys(secret(noted('v1'), 'v1'), [key('BASELINE'), key('LOST')])).toEqual([key('LOST')]);
  });

  test('is somebody else’s once the run has stored its key', () => {
    expect(strayKeys(secret(noted('v1'), 'v2'), [key('HAND')])).toEqual([]);
    expect(strayKeys(secret(noted(undefined), 'v1'), [key('HAND')])).toEqual([]);
  });

  test('is somebody else’s if nothing was about to be made', () => {
    expect(strayKeys(secret({}, 'v1'), [key('HAND')])).toEqual([]);
    expect(strayKeys(secret({}, undefined), [key('HAND')])).toEqual([]);
  });

  test.each([
    [-600, false],
    [-599, true],
    [899, true],
    [900, false],
  ])('made %i seconds after the intent counts as left behind: %j', (age, stray) => {
    expect(strayKeys(secret(noted('v1'), 'v1'), [key('LOST', age)])).toHaveLength(stray ? 1 : 0);
  });
});
