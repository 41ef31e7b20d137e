import { describe, expect, test } from 'vitest';
import { roleExtras, userExtras } from '../../../src/iam/extras.ts';
import { useAccount } from '../../support/account.ts';

const account = useAccount();

describe('what people hang on a user', () => {
  test('is told one by one, from all pages, and an MFA device is none of it', async () => {
    account.aws.addForeignUser('user');
    account.aws.hangEverythingOn('user');
    account.aws.pageSize = 1;
    expect(await account.wait(userExtras(account.connection, 'user'))).toEqual(
      [
        ...['inline policy by-hand-1', 'inline policy by-hand-2', 'group people', 'group machines'],
        ...['SSH key APKAEXAMPLE1', 'SSH key APKAEXAMPLE2'],
        ...['signing certificate CERTIFICATE1EXAMPLE', 'signing certificate CERTIFICATE2EXAMPLE'],
        ...['service-specific credential ACCAEXAMPLE1', 'service-specific credential ACCAEXAMPLE2'],
      ].map((extra) => `it has the ${extra} and should have none`),
    );
  });

  test('is nothing where nothing hangs on it, or where there is no such user', async () => {
    account.aws.addForeignUser('user');
    expect(await account.wait(userExtras(account.connection, 'user'))).toEqual([]);
    expect(await account.wait(userExtras(account.connection, 'nobody'))).toEqual([]);
  });
});

test('of a role inline policies are told', async () => {
  account.aws.addForeignRole('role').inline = { mine: '{}' };
  expect(await account.wait(roleExtras(account.connection, 'role'))).toEqual([
    'it has the inline policy mine and should have none',
  ]);
  expect(await account.wait(roleExtras(account.connection, 'nobody'))).toEqual([]);
});
