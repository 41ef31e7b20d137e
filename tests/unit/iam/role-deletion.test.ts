import { expect, test } from 'vitest';
import { attachedRolePolicies, roleToDelete } from '../../../src/iam/role-deletion.ts';
import { useAccount } from '../../support/account.ts';

const account = useAccount();
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const look = () => account.wait(roleToDelete(account.connection, 'redis'));

test('a role that is to go tells its tags and when it was last used; a look changes nothing', async () => {
  account.aws.addForeignRole('redis', { Team: 'Data' }).lastUsed = 1_700_000_000_000;
  expect(await look()).toMatchObject({ tags: { Team: 'Data' }, lastUsed: new Date(1_700_000_000_000) });
  expect(account.aws.calls.filter(({ mutating }) => mutating)).toEqual([]);
});

test('what hangs on a role is taken off before it goes: policies, inline ones, and every instance profile', async () => {
  const role = account.aws.addForeignRole('redis');
  role.attached.push(READ_ONLY);
  role.inline = { 'by-hand': '{}' };
  for (const name of ['redis', 'theirs']) account.aws.addForeignInstanceProfile(name, ['redis']);
  account.aws.pageSize = 1;
  const { deletion } = await look();
  expect([deletion.revoke, deletion.detach.length]).toEqual([[], 4]);
  for (const step of deletion.detach) await account.wait(step() as Promise<unknown>);
  await account.wait(deletion.delete() as Promise<unknown>);
  expect(account.aws.roles).toEqual({});
  expect(account.aws.instanceProfiles.theirs?.roles).toEqual([]);
});

test('a role that does not show is asked to go all the same, with what comes to show on it', async () => {
  const { tags, deletion } = await look();
  expect(tags).toBeUndefined();
  account.aws.addForeignRole('redis').attached.push(READ_ONLY);
  await account.wait(deletion.delete() as Promise<unknown>);
  expect(account.aws.roles).toEqual({});
});

test('the policies of a role are read from all pages', async () => {
  account.aws.addForeignRole('redis').attached.push(READ_ONLY, 'arn:aws:iam::aws:policy/PowerUserAccess');
  account.aws.pageSize = 1;
  expect(await account.wait(attachedRolePolicies(account.connection, 'redis'))).toHaveLength(2);
});
