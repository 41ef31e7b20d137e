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
const OFF = { DeletionProtection: 'Off' };

describe('nothing is left', () => {
  test('of a bundle, and the secret can be restored for as long as was asked', async () => {
    await account.create({ ...OFF, SecretRecoveryDays: 7 });
    await account.delete();
    expect(account.entities()).toEqual([]);
    const { requestedAt = 0, dueAt = 0 } = account.secret().deletion ?? {};
    expect(dueAt - requestedAt).toBe(7 * 86_400_000);
  });

  test('not even the secret if it was to go at once', async () => {
    await account.create({ ...OFF, SecretRecoveryDays: 0 });
    await account.delete();
    expect([account.entities(), account.aws.secrets]).toEqual([[], {}]);
  });

  test('though people hung one of everything on the user, and more on the roles', async () => {
    await account.create(OFF);
    account.aws.pageSize = 1;
    account.aws.hangEverythingOn(USER);
    account.aws.addAccessKeyByHand(USER);
    for (const name of [NODE_ROLE, CONSOLE_ROLE]) {
      const role = account.aws.roles[name];
      role?.attached.push('arn:aws:iam::aws:policy/ReadOnlyAccess');
      Object.assign(role?.inline ?? {}, { 'by-hand-1': '{}', 'by-hand-2': '{}' });
    }
    account.aws.addForeignInstanceProfile('theirs', [NODE_ROLE]);
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual(['instance profile theirs']);
    expect(account.aws.instanceProfiles.theirs?.roles).toEqual([]);
    expect(account.aws.virtualMfaDevices).toEqual({});
  });

  test('of a secret with replicas', async () => {
    await account.create({ ...OFF, ReplicaRegions: 'eu-west-1,us-west-2' });
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.secret()).toMatchObject({ replicas: [], deletion: expect.anything() });
  });

  test('of policies with many versions', async () => {
    await account.create(OFF);
    for (const action of ['a', 'b', 'c'])
      await account.update({
        UserPolicyDocument: {
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Action: `s3:${action}`, Resource: '*' },
        },
      });
    expect(account.aws.policies[USER_POLICY]?.versions).toHaveLength(4);
    await account.delete();
    expect(account.entities()).toEqual([]);
  });

  test('and a second Delete says so again without a write', async () => {
    await account.create(OFF);
    await account.delete();
    const { answer, writes } = await account.delete();
    expect([answer.Status, writes]).toEqual(['SUCCESS', []]);
  });

  test('of a bundle that is seconds old and only half visible', async () => {
    await account.create(OFF);
    account.aws.lag.reads = 2500;
    for (const entity of [account.aws.roles[CONSOLE_ROLE], account.aws.policies[USER_POLICY]])
      Object.assign(entity ?? {}, { createdAt: Date.now() });
    for (const entity of [
      account.user(),
      account.aws.roles[NODE_ROLE],
      account.aws.policies[INSTANCE_POLICY],
    ])
      Object.assign(entity ?? {}, { createdAt: 0 });
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });
});

describe('what cannot be removed', () => {
  test('is listed with the reason, and the rest goes', async () => {
    await account.create(OFF);
    account.aws.addForeignRole('theirs').attached.push(USER_POLICY);
    account.fail('DeleteRole', 'explicitDeny');
    const { answer } = await account.delete();
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: account.id });
    expect(answer.Reason).toMatch(
      /^Not everything could be removed\. Left: .*role "redislabs-[\w-]+" \(DeleteRole /,
    );
    expect(answer.Reason).toContain(
      'policy "RedislabsIAMUserRestrictedPolicy" (it is attached to the role "theirs", which is not this bundle\'s: detach it there, ' +
        'or take it off as its permissions boundary)',
    );
    expect(answer.Reason).toContain('Everything else is deleted.');
    expect(account.entities().filter((name) => !name.includes('theirs'))).toHaveLength(2);
    expect(account.aws.roles.theirs?.attached).toEqual([USER_POLICY]);

    delete account.aws.roles.theirs;
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });

  test.each(['user', 'group'] as const)('a policy that a foreign %s holds stays', async (kind) => {
    await account.create(OFF);
    if (kind === 'user') account.aws.addForeignUser('theirs').attached.push(USER_POLICY);
    else account.aws.groups.theirs = { name: 'theirs', id: 'AGPA', attached: [USER_POLICY] };
    const { answer } = await account.delete();
    expect(answer.Reason).toContain(`attached to the ${kind} "theirs"`);
    expect(Object.keys(account.aws.policies)).toEqual([USER_POLICY]);
  });

  test('leaves no credential alive, though the secret cannot be deleted', async () => {
    await account.create(OFF);
    account.fail('DeleteSecret', 'explicitDeny');
    const { answer } = await account.delete();
    expect(answer.Reason).toContain(`Left: secret "${SECRET}" (DeleteSecret`);
    expect(account.entities()).toEqual([`secret ${SECRET}`]);
  });

  test('a foreign role in the instance profile stays in it', async () => {
    await account.create(OFF);
    account.aws.addForeignRole('theirs');
    const profile = account.aws.instanceProfiles[NODE_ROLE];
    if (profile) profile.roles = ['theirs'];
    const { answer } = await account.delete();
    expect(answer.Reason).toContain(`instance profile "${NODE_ROLE}" (it holds the role "theirs"`);
    expect(profile?.roles).toEqual(['theirs']);
    expect(account.entities()).toEqual(['role theirs', `instance profile ${NODE_ROLE}`]);
  });

  test('an entity that cannot be read counts as left', async () => {
    await account.create(OFF);
    account.fail('GetRole', 'explicitDeny', 10);
    const { answer } = await account.delete();
    expect(answer.Reason).toContain(`role "${NODE_ROLE}" (GetRole for`);
    expect(Object.keys(account.aws.users)).toEqual([]);
  });
});
