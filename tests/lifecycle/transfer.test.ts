import { describe, expect, test } from 'vitest';
import {
  CONSOLE_ROLE,
  INSTANCE_POLICY,
  NODE_ROLE,
  SECRET,
  USER,
  USER_POLICY,
  useAccount,
} from '../support/account.ts';

const account = useAccount();
const owners = () => {
  const { users, roles, policies, instanceProfiles, secrets } = account.aws;
  return [
    users[USER],
    ...[roles[NODE_ROLE], roles[CONSOLE_ROLE], policies[INSTANCE_POLICY], policies[USER_POLICY]],
    ...[instanceProfiles[NODE_ROLE], secrets[SECRET]],
  ].map((entity) => entity?.tags['rv-access:bundle']);
};

describe('a replacement that fails gives everything back that keeps its name', () => {
  test.each([
    ['the user', { UserName: 'other', SecretName: SECRET }, 'AttachUserPolicy'],
    ['the user policy', { UserPolicyName: 'other' }, 'AttachUserPolicy'],
    ['the instance policy', { InstancePolicyName: 'other' }, 'AttachRolePolicy'],
    ['the instance role', { InstanceRoleName: 'other' }, 'AttachRolePolicy'],
    ['the console role', { ConsoleRoleName: 'other' }, 'AttachRolePolicy'],
    ['the secret', { SecretName: 'other' }, 'PutSecretValue'],
  ])('when %s has a new name', async (_what, names, action) => {
    await account.create();
    account.fail(action, 'explicitDeny');
    expect((await account.update(names)).answer.Status).toBe('FAILED');
    expect(owners()).toEqual(Array(7).fill(account.id));
  });

  test('but what is nobody’s any more stays so', async () => {
    await account.create();
    account.user().tags = { Theirs: 'yes' };
    account.secret().tags = { Theirs: 'yes' };
    account.fail('AttachUserPolicy', 'explicitDeny');
    expect((await account.update({ UserName: 'other', SecretName: 'other' })).answer.Status).toBe('FAILED');
    expect([account.user().tags, account.secret().tags]).toEqual([{ Theirs: 'yes' }, { Theirs: 'yes' }]);
  });
});
