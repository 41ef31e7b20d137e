import { expect, test } from 'vitest';
import { roleExtras, userExtras } from '../../../src/iam/extras.ts';
import { useAccount } from '../../support/account.ts';

const account = useAccount();

test('what people have hung on a user is told in words, from all pages, and nothing is changed', async () => {
  account.aws.addForeignUser('redis');
  account.aws.hangEverythingOn('redis');
  account.aws.pageSize = 1;
  const told = await account.wait(userExtras(account.connection, 'redis'));
  const count = (what: string) => told.filter((words) => words.startsWith(`it has the ${what} `)).length;
  const kinds = ['inline policy', 'group', 'SSH key', 'signing certificate', 'service-specific credential'];
  expect(kinds.map(count)).toEqual([2, 2, 2, 2, 2]);
  expect(told).toHaveLength(10);
  expect(account.aws.calls.filter(({ mutating }) => mutating)).toEqual([]);
});

test('a user or role with nothing, or that is gone, has no extras', async () => {
  account.aws.addForeignUser('redis');
  for (const name of ['redis', 'nobody']) {
    expect(await account.wait(userExtras(account.connection, name))).toEqual([]);
    expect(await account.wait(roleExtras(account.connection, name))).toEqual([]);
  }
});

test('inline policies of a role are told', async () => {
  account.aws.addForeignRole('redis').inline = { 'by-hand': '{}' };
  expect(await account.wait(roleExtras(account.connection, 'redis'))).toEqual([
    'it has the inline policy by-hand and should have none',
  ]);
});
