import { expect, test } from 'vitest';
import { attachDenyAll, detachDenyAll } from '../../../src/iam/deny-all.ts';
import { useAccount } from '../../support/account.ts';

const account = useAccount();
const DENY = 'arn:aws:iam::aws:policy/AWSDenyAll';

test('what denies everything is put on user and role, and taken off again, also if somebody has done so already', async () => {
  const { attached: user } = account.aws.addForeignUser('redis');
  const { attached: role } = account.aws.addForeignRole('console');
  const holders = { user: 'redis', role: 'console' };
  await account.wait(attachDenyAll(account.connection, 'aws', holders));
  await account.wait(attachDenyAll(account.connection, 'aws', holders));
  expect([user, role]).toEqual([[DENY], [DENY]]);
  for (let i = 0; i < 2; i += 1) await account.wait(detachDenyAll(account.connection, 'aws', holders));
  expect([account.aws.users.redis?.attached, account.aws.roles.console?.attached]).toEqual([[], []]);
});

test('without a role it is put on the user alone', async () => {
  account.aws.addForeignUser('redis');
  await account.wait(attachDenyAll(account.connection, 'aws', { user: 'redis' }));
  expect(account.aws.users.redis?.attached).toEqual([DENY]);
});
