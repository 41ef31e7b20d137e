import { describe, expect, test } from 'vitest';
import { placeholderToken, secret } from '../../../src/secret/secret.ts';
import { useAccount } from '../../support/account.ts';
import { desired, SECRET } from '../credentials/situations.ts';

const account = useAccount();
const TAGS = { Team: 'Data', 'rv-access:bundle': 'ours' };
const resource = (rest = {}) => secret(account.connection, { ...desired, tags: TAGS, ...rest });

describe('the secret', () => {
  test('is made with its tags, without credentials and without replicas, in one call', async () => {
    const made = await account.wait(resource({ replicaRegions: ['eu-west-1'] }).create());
    expect(account.aws.calls.map(({ action }) => action)).toEqual(['CreateSecret']);
    expect(account.secret(SECRET)).toMatchObject({ tags: TAGS, replicas: [] });
    const [version] = Object.values(account.secret(SECRET).versions);
    expect(JSON.parse(version?.value ?? '')).toEqual(desired.fixed);
    expect(await account.wait(resource().observe())).toMatchObject({ ...made, kmsKeyId: undefined });
  });

  test('has a placeholder whose token follows from the names and tags alone', () => {
    expect(placeholderToken({ ...desired, accessKeySerial: 9 })).toBe(placeholderToken(desired));
    expect(placeholderToken({ ...desired, name: 'other' })).not.toBe(placeholderToken(desired));
  });

  test('that is not there is not there', async () => {
    expect(await account.wait(resource().observe())).toBeUndefined();
  });

  test('counts the case of tag keys: Team and team are two', () => {
    expect(resource().keyCase).toBe('counts');
  });
});

describe('a secret that is scheduled for deletion', () => {
  const observed = async (tags: Record<string, string>) => {
    account.aws.addForeignSecret(SECRET, '{}', tags).deletion = {
      requestedAt: 0,
      dueAt: Date.now() + 86_400_000,
    };
    const seen = await account.wait(resource().observe());
    if (!seen) throw new Error('It is missing.');
    return seen;
  };

  test('is left by a bundle that is gone, and may be restored, if it has the tag of whatever bundle', async () => {
    const seen = await observed({ 'rv-access:bundle': 'another' });
    expect([resource().isLeft?.(seen), resource().conflicts?.(seen)]).toEqual([true, []]);
  });

  test('is a stranger’s without that tag, and in the way', async () => {
    const seen = await observed({});
    expect(resource().isLeft?.(seen)).toBe(false);
    expect(resource().conflicts?.(seen)).toEqual([
      expect.stringContaining(`A secret of the name "${SECRET}" was scheduled for deletion on`),
    ]);
  });
});
