import { beforeEach, describe, expect, test } from 'vitest';
import { applyPassword, type PasswordSetting, restorePassword } from '../../../src/credentials/set.ts';
import { openLedger } from '../../../src/ledger/ledger.ts';
import { putVersion } from '../../../src/secret/versions.ts';
import { useAccount } from '../../support/account.ts';
import { passwordPolicyViolation } from '../../support/memory-aws/iam-errors.ts';
import { current, desired, observed, SECRET, user } from './situations.ts';

const account = useAccount();
const refused = passwordPolicyViolation('It does not conform.');
const signsIn = { ...user, consolePassword: true };
let setting: PasswordSetting;
const run = async () => ({
  aws: account.connection,
  ledger: await account.wait(openLedger(account.connection, 'key')),
  user: signsIn,
  secret: desired,
});
const password = () => account.aws.users.redis?.loginProfile?.password;
const apply = async (exists = false) => account.wait(applyPassword(await run(), setting, exists));

beforeEach(async () => {
  account.aws.addForeignUser('redis');
  account.aws.addForeignSecret(SECRET, '{}');
  const content = { consoleUsername: 'redis', consolePassword: 'Stored-password-1' };
  setting = {
    version: await account.wait(putVersion(account.connection, SECRET, 'a'.repeat(64), content)),
    touched: false,
  };
});

describe('a stored password', () => {
  test('is set, and may be another than before from then on', async () => {
    await apply();
    expect([password(), setting.touched]).toEqual(['Stored-password-1', true]);
  });

  test('that the account refuses is followed by another one, which is stored before it is set', async () => {
    account.fail('CreateLoginProfile', refused, 2);
    await apply();
    expect(password()).toBe(setting.version.content.consolePassword);
    expect(password()).not.toBe('Stored-password-1');
    expect(setting.version.content.consoleUsername).toBe('redis');
  });

  test('that the account refuses three times has surely not been set', async () => {
    account.fail('CreateLoginProfile', refused, 3);
    await expect(apply()).rejects.toThrow('PasswordPolicyViolation');
    expect([password(), setting.touched]).toEqual([undefined, false]);
  });

  test('whose answer was lost may have been set', async () => {
    account.fail('CreateLoginProfile', 'error500', 1000);
    await expect(apply()).rejects.toThrow('CreateLoginProfile');
    expect(setting.touched).toBe(true);
  });
});

describe('after a failure the password of before is in force', () => {
  const former = current('K1', 1, { consolePassword: 'Former-password-1' });
  const restore = async (touched: boolean, hasPassword: boolean, versions = [former]) => {
    const found = observed({ hasPassword, versions });
    return account.wait(restorePassword(await run(), { ...setting, touched }, found));
  };

  test('set again if it may be another', async () => {
    await apply();
    expect(await restore(true, true)).toBe(true);
    expect(password()).toBe('Former-password-1');
  });

  test('gone if there was none', async () => {
    await apply();
    expect(await restore(true, false)).toBe(true);
    expect(password()).toBeUndefined();
  });

  test('left alone if nothing was touched', async () => {
    expect(await restore(false, false)).toBe(true);
    expect(account.aws.calls.filter(({ action }) => /LoginProfile/.test(action))).toEqual([]);
  });

  test('not certainly if the version that holds it cannot be read', async () => {
    await apply();
    expect(await restore(true, true, [])).toBe(false);
    expect(password()).toBe('Stored-password-1');
  });
});
