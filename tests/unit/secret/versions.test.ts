import { beforeEach, describe, expect, test } from 'vitest';
import { moveStage, putVersion, versionToken } from '../../../src/secret/versions.ts';
import { SECRET, useAccount } from '../../support/account.ts';

const account = useAccount();
const move = (stage: string, from: string | undefined, to: string | undefined) =>
  account.wait(moveStage(account.connection, SECRET, stage, from, to));
const holder = (stage: string) =>
  Object.entries(account.secret().versions).find(([, { stages }]) => stages.includes(stage))?.[0];
const ids = ['one', 'two', 'three'].map((name) => versionToken(name));
const [one = '', two = '', three = ''] = ids;

beforeEach(async () => {
  account.aws.addForeignSecret(SECRET, '{}');
  for (const id of ids) await account.wait(putVersion(account.connection, SECRET, id, { name: id }, 'LABEL'));
});

test('the id of a version is one that AWS takes, and another one for anything else', () => {
  expect(one).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(ids).size).toBe(3);
});

describe('a label', () => {
  test('goes from the version that has it to another', async () => {
    await move('LABEL', three, one);
    expect(holder('LABEL')).toBe(one);
  });

  test('goes away', async () => {
    await move('LABEL', three, undefined);
    expect(holder('LABEL')).toBeUndefined();
  });

  test('that another run has moved to the same version is where it shall be', async () => {
    await move('LABEL', three, one);
    await move('LABEL', three, one);
    expect(holder('LABEL')).toBe(one);
  });

  test('that another run has moved elsewhere is not taken from there', async () => {
    await expect(move('LABEL', one, two)).rejects.toThrow('UpdateSecretVersionStage');
    expect(holder('LABEL')).toBe(three);
  });

  test('that the version has no more need not be taken away from it', async () => {
    await move('LABEL', one, undefined);
    expect(holder('LABEL')).toBe(three);
  });

  test('that AWS does not let go is told', async () => {
    await expect(move('AWSCURRENT', holder('AWSCURRENT'), undefined)).rejects.toThrow('InvalidParameter');
  });
});
