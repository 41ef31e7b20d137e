import { expect, test } from 'vitest';
import { user, userToDelete } from '../../../src/iam/user.ts';
import { useAccount } from '../../support/account.ts';

const account = useAccount();
const look = (madeIds: string[] = []) => account.wait(userToDelete(account.connection, 'redis', madeIds));
const run = async (steps: (() => Promise<unknown>)[]) => {
  for (const step of steps) await account.wait(step());
};

test('the credentials of a user are revoked first: its keys are made inactive and its password goes', async () => {
  account.aws.addForeignUser('redis').loginProfile = { password: 'x', createdAt: 0, resetRequired: false };
  const { id } = account.aws.addAccessKeyByHand('redis');
  const { keys = [], revoke = [] } = await look();
  expect(keys.map((key) => key.id)).toEqual([id]);
  await run(revoke);
  expect(account.aws.users.redis).toMatchObject({ accessKeys: [{ id, active: false }] });
  expect(account.aws.users.redis).not.toHaveProperty('loginProfile');
});

test('a user goes with its keys, those too that the ledger knows and a list does not show', async () => {
  account.aws.addForeignUser('redis');
  const { id } = account.aws.addAccessKeyByHand('redis');
  const shown = account.aws.users.redis?.accessKeys ?? [];
  if (account.aws.users.redis) account.aws.users.redis.accessKeys = [];
  const { revoke = [], detach, delete: go } = await look([id]);
  if (account.aws.users.redis) account.aws.users.redis.accessKeys = shown;
  await run(revoke);
  expect(shown[0]?.active).toBe(false);
  await run((await account.wait(detach?.(false) ?? Promise.resolve([]))) ?? []);
  await run([go]);
  expect(account.aws.users).toEqual({});
});

test('a user whose keys cannot be listed keeps no password, and the failure is a step', async () => {
  account.aws.addForeignUser('redis').loginProfile = { password: 'x', createdAt: 0, resetRequired: false };
  account.fail('ListAccessKeys', 'explicitDeny', 1000);
  const { keys = [], revoke = [] } = await look();
  expect(keys).toEqual([]);
  const results = await account.wait(Promise.allSettled(revoke.map((step) => step())));
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(account.aws.users.redis).not.toHaveProperty('loginProfile');
});

test('of a user Team and team are one tag key', () => {
  const desired = { name: 'user', arn: '', tags: {}, consolePassword: true, boundaryArn: '', policyArn: '' };
  expect(user(account.connection, desired).keyCase).toBe('ignored');
});
