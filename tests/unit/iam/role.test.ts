import { describe, expect, test } from 'vitest';
import { hangingOnRole, role, roleToDelete } from '../../../src/iam/role.ts';
import { deletePatiently, extras } from '../../../src/resource/deletion.ts';
import { useAccount } from '../../support/account.ts';
import type { Role } from '../../support/memory-aws/iam-state.ts';

const account = useAccount();
const trust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
  });
const EC2 = trust('ec2.amazonaws.com');
const LAMBDA = trust('lambda.amazonaws.com');
const POLICY = 'arn:aws:iam::123456789012:policy/Policy';
const desired = () => ({
  ...{ name: 'role', arn: '', tags: { Team: 'Data' }, trust: EC2 },
  boundaryArn: '',
  policyArn: POLICY,
});
const resource = () => role(account.connection, desired());
const live = () => account.aws.roles.role as Role;

test('of a role Team and team are one tag key', () => {
  expect(resource().keyCase).toBe('ignored');
});

describe('who may assume a role', () => {
  async function reconcile(mayBe: string[] = []): Promise<string[]> {
    account.aws.forgetCalls();
    const found = await account.wait(resource().observe());
    if (!found) throw new Error('The role is missing.');
    const changes = resource().diff(
      found,
      mayBe.map((text) => ({ ...desired(), trust: text })),
      [],
    );
    for (const { apply } of changes) await account.wait(apply());
    return account.aws.calls.filter(({ mutating }) => mutating).map(({ action }) => action);
  }

  test('is said in the call that makes it', async () => {
    await account.wait(resource().create());
    expect(account.aws.calls.map(({ action }) => action)).toEqual(['CreateRole']);
    expect(live().trust).toBe(EC2);
  });

  test('is set right, and left alone in whatever order it is written', async () => {
    Object.assign(account.aws.addForeignRole('role'), { trust: LAMBDA, attached: [POLICY] });
    expect(await reconcile()).toEqual(['UpdateAssumeRolePolicy']);
    expect(live().trust).toBe(EC2);
    const { Statement, Version } = JSON.parse(live().trust);
    live().trust = JSON.stringify({ Statement: Statement[0], Version });
    expect(await reconcile()).toEqual([]);
  });

  test('is set again if the ledger knows another state that may be in force', async () => {
    Object.assign(account.aws.addForeignRole('role'), { trust: EC2, attached: [POLICY] });
    expect(await reconcile([LAMBDA])).toEqual(['UpdateAssumeRolePolicy']);
  });
});

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
  const found = await look();
  const steps = await account.wait(found.detach?.(false) ?? Promise.resolve([]));
  expect([found.revoke, steps.length]).toEqual([undefined, 4]);
  for (const step of steps) await account.wait(step());
  await account.wait(found.delete());
  expect(account.aws.roles).toEqual({});
  expect(account.aws.instanceProfiles.theirs?.roles).toEqual([]);
});

test('a role that does not show is asked to go all the same, with what comes to show on it', async () => {
  const found = await look();
  expect(found.tags).toBeUndefined();
  account.aws.addForeignRole('redis').attached.push(READ_ONLY);
  await account.wait(deletePatiently(account.connection, found));
  expect(account.aws.roles).toEqual({});
});

test('of a role inline policies are told as drift; what else hangs on it is not', async () => {
  account.aws.addForeignRole('role').inline = { mine: '{}' };
  account.aws.addForeignInstanceProfile('theirs', ['role']);
  const told = (name: string) => account.wait(extras(hangingOnRole(account.connection, name)));
  expect(await told('role')).toEqual(['it has the inline policy mine and should have none']);
  expect(await told('nobody')).toEqual([]);
});
