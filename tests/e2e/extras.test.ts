import * as IAM from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { furtherTest } from '../support/sample.ts';
import { useAccount } from './account.ts';
import {
  addAccessKey,
  DOCUMENT,
  hangExtrasOnRole,
  hangExtrasOnUser,
  makeGroup,
  makeRole,
  makeUser,
} from './by-hand.ts';

const account = useAccount();
const USER = 'redislabs-user';
const NODE_ROLE = 'redislabs-cluster-node-role';
const CONSOLE_ROLE = 'redislabs-role';
const USER_POLICY = 'RedislabsIAMUserRestrictedPolicy';
const PolicyArn = `arn:aws:iam::123456789012:policy/${USER_POLICY}`;

test('what people hung on user and roles stays in an update, and goes with them in a delete', async () => {
  const here = account.in('us-east-1');
  const { iam } = here.clients;
  await here.create();
  await hangExtrasOnUser(iam, USER);
  await addAccessKey(iam, USER);
  await hangExtrasOnRole(iam, NODE_ROLE);
  await hangExtrasOnRole(iam, CONSOLE_ROLE);
  const hung = await here.state();
  expect(hung.users[USER]?.extras).toHaveLength(6);

  expect((await here.update({ DeletionProtection: 'Off' })).status).toBe('UPDATE_COMPLETE');
  expect(await here.state()).toEqual(hung);

  expect((await here.remove()).status).toBe('DELETE_COMPLETE');
  const state = await here.state();
  const { users, roles, groups, virtualMfaDevices } = state;
  expect({ users, roles, groups, virtualMfaDevices }).toEqual({
    users: {},
    roles: {},
    groups: { people: [] },
    virtualMfaDevices: [],
  });
  // What is not the bundle's own exists as before, without the bundle's roles and user.
  expect(Object.keys(state.policies).sort()).toEqual([
    `also-on-${NODE_ROLE}`,
    `also-on-${CONSOLE_ROLE}`,
    'also-on-the-user',
  ]);
  expect(Object.values(state.instanceProfiles).map(({ roles }) => roles)).toEqual([[], []]);
  expect(Object.keys(state.instanceProfiles)).not.toContain(NODE_ROLE);
});

furtherTest('lists that AWS gives in pages are read to their end', async () => {
  const here = account.in('us-east-1');
  const { iam } = here.clients;
  await here.create();
  for (const PolicyName of ['one', 'two', 'three']) {
    const inline = { PolicyName, PolicyDocument: DOCUMENT };
    await iam.send(new IAM.PutUserPolicyCommand({ UserName: USER, ...inline }));
    await iam.send(new IAM.PutRolePolicyCommand({ RoleName: NODE_ROLE, ...inline }));
    await makeGroup(iam, PolicyName);
    await iam.send(new IAM.AddUserToGroupCommand({ UserName: USER, GroupName: PolicyName }));
  }
  await account.aws.settings({ pageSize: 1 });
  expect((await here.remove()).status).toBe('DELETE_COMPLETE');
  await account.aws.settings({ pageSize: 100 });
  const { users, roles, policies, instanceProfiles } = await here.state();
  expect({ users, roles, policies, instanceProfiles }).toEqual({
    users: {},
    roles: {},
    policies: {},
    instanceProfiles: {},
  });
});

furtherTest(
  'a policy that somebody attached elsewhere stays and is told with all its holders; all else is gone',
  async () => {
    const here = account.in('us-east-1');
    const { iam } = here.clients;
    await here.create({ SecretRecoveryDays: '0' });
    const content = await here.content();
    await makeUser(iam, 'auditor');
    await iam.send(new IAM.AttachUserPolicyCommand({ UserName: 'auditor', PolicyArn }));
    await makeRole(iam, 'audit');
    await iam.send(new IAM.AttachRolePolicyCommand({ RoleName: 'audit', PolicyArn }));
    await makeGroup(iam, 'auditors', PolicyArn);

    const failed = await here.remove();
    expect(failed.status).toBe('DELETE_FAILED');
    const { Reason } = failed.answers[0] ?? {};
    expect(Reason).toContain(`policy "${USER_POLICY}" (`);
    for (const holder of ['user "auditor"', 'role "audit"', 'group "auditors"'])
      expect(Reason).toContain(holder);
    const left = await here.state();
    expect([left.policies, left.users, left.roles, left.groups].map(Object.keys)).toEqual([
      [USER_POLICY],
      ['auditor'],
      ['audit'],
      ['auditors'],
    ]);
    expect(left.users.auditor?.policies).toEqual([USER_POLICY]);
    expect([left.secrets, left.instanceProfiles]).toEqual([{}, {}]);
    expect(await here.clients.callerOf(content)).toBe('InvalidClientTokenId');

    await iam.send(new IAM.DetachUserPolicyCommand({ UserName: 'auditor', PolicyArn }));
    await iam.send(new IAM.DetachRolePolicyCommand({ RoleName: 'audit', PolicyArn }));
    await iam.send(new IAM.DetachGroupPolicyCommand({ GroupName: 'auditors', PolicyArn }));
    expect((await here.remove()).status).toBe('DELETE_COMPLETE');
    expect((await here.state()).policies).toEqual({});
  },
);

furtherTest('a foreign role that was put into the instance profile stays in it and is told', async () => {
  const here = account.in('us-east-1');
  const { iam } = here.clients;
  await here.create();
  const InstanceProfileName = NODE_ROLE;
  const swap = async (from: string, to: string) => {
    await iam.send(new IAM.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: from }));
    await iam.send(new IAM.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: to }));
  };
  await makeRole(iam, 'other-nodes');
  await swap(NODE_ROLE, 'other-nodes');
  const failed = await here.remove();
  expect(failed.status).toBe('DELETE_FAILED');
  expect(failed.answers[0]?.Reason).toContain('it holds the role "other-nodes"');
  const left = await here.state();
  expect(Object.keys(left.roles)).toEqual(['other-nodes']);
  expect(left.instanceProfiles[NODE_ROLE]?.roles).toEqual(['other-nodes']);

  const RoleName = 'other-nodes';
  await iam.send(new IAM.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
  expect((await here.remove()).status).toBe('DELETE_COMPLETE');
  expect((await here.state()).instanceProfiles).toEqual({});
});
