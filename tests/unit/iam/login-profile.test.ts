import { describe, expect, test } from 'vitest';
import { hasLoginProfile, newPassword, removePassword, setPassword } from '../../../src/iam/login-profile.ts';
import { scrub } from '../../../src/log.ts';
import { withRequestContext } from '../../../src/request-context.ts';
import { useAccount } from '../../support/account.ts';

const account = useAccount();
const set = (password: string, exists: boolean) =>
  account.wait(setPassword(account.connection, 'redis', password, exists));
const live = () => account.aws.users.redis?.loginProfile;
const writes = () => account.aws.calls.filter(({ mutating }) => mutating).map(({ action }) => action);

describe('a new password', () => {
  test('is long enough for nearly every account, is kept out of every text, and is asked for once', async () => {
    await withRequestContext(async () => {
      const password = await account.wait(newPassword(account.connection));
      expect(password).toHaveLength(64);
      expect(scrub(password)).toBe('***');
    });
    expect(writes()).toEqual([]);
  });

  test('is as long as the account wants it', async () => {
    account.aws.passwordPolicy = {
      ...{ minimumLength: 100, requireSymbols: true, requireNumbers: true },
      ...{ requireUppercase: true, requireLowercase: true },
    };
    expect(await account.wait(newPassword(account.connection))).toHaveLength(100);
  });
});

describe('a password that is stored', () => {
  test.each([
    ['is made', false, false, ['CreateLoginProfile']],
    ['is changed', true, true, ['UpdateLoginProfile']],
    ['is changed though none was seen', true, false, ['CreateLoginProfile', 'UpdateLoginProfile']],
    ['is made though one was seen', false, true, ['UpdateLoginProfile', 'CreateLoginProfile']],
  ])('%s', async (_what, there, seen, calls) => {
    const user = account.aws.addForeignUser('redis');
    if (there) user.loginProfile = { password: 'old', createdAt: 0, resetRequired: true };
    await set('Stored-password-1', seen);
    expect(live()).toMatchObject({ password: 'Stored-password-1', resetRequired: false });
    expect(writes()).toEqual(calls);
  });

  test('waits for a login profile that is still being made', async () => {
    account.aws.addForeignUser('redis');
    account.aws.lag.loginProfile = 6000;
    await set('Stored-password-1', false);
    await set('Stored-password-2', true);
    expect(live()?.password).toBe('Stored-password-2');
  });
});

test('a password goes; one that is gone is as good', async () => {
  account.aws.addForeignUser('redis').loginProfile = { password: 'x', createdAt: 0, resetRequired: false };
  expect(await account.wait(hasLoginProfile(account.connection, 'redis'))).toBe(true);
  for (let i = 0; i < 2; i += 1) await account.wait(removePassword(account.connection, 'redis'));
  expect(await account.wait(hasLoginProfile(account.connection, 'redis'))).toBe(false);
  expect(await account.wait(hasLoginProfile(account.connection, 'nobody'))).toBe(false);
});
