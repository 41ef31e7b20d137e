import { expect, test } from 'vitest';
import {
  createAccessKey,
  deleteAccessKey,
  lastUse,
  listAccessKeys,
  recentUse,
  setKeyStatus,
} from '../../../src/iam/access-key.ts';
import { scrub } from '../../../src/log.ts';
import { withRequestContext } from '../../../src/request-context.ts';
import { useAccount } from '../../support/account.ts';

const account = useAccount();
const list = (user = 'redis') => account.wait(listAccessKeys(account.connection, user));

test('the keys of a user are listed from all pages; nobody has none', async () => {
  account.aws.addForeignUser('redis');
  const [one, two] = [account.aws.addAccessKeyByHand('redis'), account.aws.addAccessKeyByHand('redis')];
  two.active = false;
  account.aws.pageSize = 1;
  expect(await list()).toEqual([
    { id: one.id, active: true, createDate: new Date(one.createdAt) },
    { id: two.id, active: false, createDate: new Date(two.createdAt) },
  ]);
  expect(await list('nobody')).toEqual([]);
});

test('a new key is kept out of every text, and the call that makes it is never repeated', async () => {
  account.aws.addForeignUser('redis');
  await withRequestContext(async () => {
    const { id, secret } = await account.wait(createAccessKey(account.connection, 'redis'));
    expect(account.aws.users.redis?.accessKeys).toMatchObject([{ id, secret }]);
    expect(scrub(`It is ${secret}.`)).toBe('It is ***.');
  });
  account.fail('CreateAccessKey', 'lostAnswer500');
  await expect(account.wait(createAccessKey(account.connection, 'redis'))).rejects.toThrow('CreateAccessKey');
  expect(account.aws.calls.at(-1)).toMatchObject({ tries: 1, applied: 1 });
});

test('a key is made inactive, active again and deleted; one that is gone is as good', async () => {
  account.aws.addForeignUser('redis');
  const { id } = account.aws.addAccessKeyByHand('redis');
  await account.wait(setKeyStatus(account.connection, 'redis', id, 'Inactive'));
  expect(account.aws.users.redis?.accessKeys).toMatchObject([{ id, active: false }]);
  await account.wait(setKeyStatus(account.connection, 'redis', id, 'Active'));
  expect(account.aws.users.redis?.accessKeys).toMatchObject([{ id, active: true }]);
  for (let i = 0; i < 2; i += 1) await account.wait(deleteAccessKey(account.connection, 'redis', id));
  await account.wait(setKeyStatus(account.connection, 'redis', id, 'Inactive'));
  expect(account.aws.users.redis?.accessKeys).toEqual([]);
});

test.each([
  [undefined, undefined],
  ['sts', undefined],
  ['ec2', 'ec2'],
])('of a key that was last used for %j the last use is for %j', async (service, told) => {
  account.aws.addForeignUser('redis');
  const { id } = account.aws.addAccessKeyByHand('redis');
  if (service) account.aws.useAccessKey(id, service);
  expect((await account.wait(lastUse(account.connection, id)))?.service).toBe(told);
  expect((await account.wait(recentUse(account.connection, id)))?.service).toBe(told);
});

test('the use of a key a day ago is not recent', async () => {
  const { accessKeys } = account.aws.addForeignUser('redis');
  const { id } = account.aws.addAccessKeyByHand('redis');
  Object.assign(accessKeys[0] ?? {}, { lastUsed: { at: Date.now() - 86_400_001, service: 'ec2' } });
  expect((await account.wait(lastUse(account.connection, id)))?.service).toBe('ec2');
  expect(await account.wait(recentUse(account.connection, id))).toBeUndefined();
});
