import * as IAM from '@aws-sdk/client-iam';
import * as Secrets from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from 'vitest';
import { furtherTest, oneIn } from '../support/sample.ts';
import { type Region, useAccount } from './account.ts';
import { DOCUMENT } from './by-hand.ts';
import { expectedState } from './expected.ts';

const account = useAccount();
const UserName = 'redislabs-user';
const RoleName = 'redislabs-cluster-node-role';
const InstanceProfileName = RoleName;
const ConsoleRoleName = 'redislabs-role';
const SecretId = 'rv-access/redislabs-user';
const policyArn = (name: string) => `arn:aws:iam::123456789012:policy/${name}`;
const USER_POLICY = policyArn('RedislabsIAMUserRestrictedPolicy');
const INSTANCE_POLICY = policyArn('RedisLabsInstanceRolePolicy');

const detachFromUser = ({ clients }: Region) =>
  clients.iam.send(new IAM.DetachUserPolicyCommand({ UserName, PolicyArn: USER_POLICY }));
const detachFromRole = ({ clients }: Region, role: string, PolicyArn: string) =>
  clients.iam.send(new IAM.DetachRolePolicyCommand({ RoleName: role, PolicyArn }));
const deletePassword = ({ clients }: Region) =>
  clients.iam.send(new IAM.DeleteLoginProfileCommand({ UserName }));
const emptyProfile = ({ clients }: Region) =>
  clients.iam.send(new IAM.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
const deleteKey = async (here: Region) => {
  const { accessKeyId: AccessKeyId } = await here.content();
  await here.clients.iam.send(new IAM.DeleteAccessKeyCommand({ UserName, AccessKeyId }));
};

const damages: Record<string, (here: Region) => Promise<unknown>> = {
  'the user': async (here) => {
    await deleteKey(here);
    await deletePassword(here);
    await detachFromUser(here);
    await here.clients.iam.send(new IAM.DeleteUserCommand({ UserName }));
  },
  'the instance role': async (here) => {
    await emptyProfile(here);
    await detachFromRole(here, RoleName, INSTANCE_POLICY);
    await here.clients.iam.send(new IAM.DeleteRoleCommand({ RoleName }));
  },
  'the console role': async (here) => {
    await detachFromRole(here, ConsoleRoleName, USER_POLICY);
    await here.clients.iam.send(new IAM.DeleteRoleCommand({ RoleName: ConsoleRoleName }));
  },
  'the instance profile': async (here) => {
    await emptyProfile(here);
    await here.clients.iam.send(new IAM.DeleteInstanceProfileCommand({ InstanceProfileName }));
  },
  'the instance policy': async (here) => {
    await detachFromRole(here, RoleName, INSTANCE_POLICY);
    await here.clients.iam.send(new IAM.DeletePolicyCommand({ PolicyArn: INSTANCE_POLICY }));
  },
  'the user policy': async (here) => {
    await detachFromRole(here, ConsoleRoleName, USER_POLICY);
    await detachFromUser(here);
    await here.clients.iam.send(new IAM.DeletePolicyCommand({ PolicyArn: USER_POLICY }));
  },
  'the access key': deleteKey,
  'the console password': deletePassword,
  'the secret, scheduled for deletion': ({ clients }) =>
    clients.secrets.send(new Secrets.DeleteSecretCommand({ SecretId })),
  'the attachments': async (here) => {
    await detachFromUser(here);
    await detachFromRole(here, RoleName, INSTANCE_POLICY);
    await detachFromRole(here, ConsoleRoleName, USER_POLICY);
  },
  'the role in the instance profile': emptyProfile,
  'the trust of the console role': ({ clients }) => {
    const { Statement } = JSON.parse(DOCUMENT);
    const Principal = { AWS: 'arn:aws:iam::999999999999:root' };
    const trust = {
      Version: '2012-10-17',
      Statement: [{ ...Statement[0], Action: 'sts:AssumeRole', Principal }],
    };
    delete trust.Statement[0].Resource;
    const PolicyDocument = JSON.stringify(trust);
    return clients.iam.send(
      new IAM.UpdateAssumeRolePolicyCommand({ RoleName: ConsoleRoleName, PolicyDocument }),
    );
  },
};

/** An update that asks for nothing new: what it finds broken it mends. */
const heal = (here: Region) => here.update({ DeletionProtection: 'Off' });

describe('an update mends what was removed or changed by hand:', () => {
  test.each(oneIn(11, Object.keys(damages)))('%s', async (what) => {
    const here = account.in('us-east-1');
    await here.create();
    await damages[what]?.(here);
    const result = await heal(here);
    expect(result.status).toBe('UPDATE_COMPLETE');
    expect(await here.state()).toEqual(expectedState(here.stack()));
    expect(await here.clients.callerOf(await here.content())).toBe(result.outputs.UserArn);
  });

  test('the secret, deleted at once: its key is lost, so a new one is made, and the lost one works on until a rotation', async () => {
    const here = account.in('us-east-1');
    await here.create();
    const { accessKeyId: lost } = await here.content();
    await here.clients.secrets.send(
      new Secrets.DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }),
    );
    const result = await heal(here);
    expect(result.status).toBe('UPDATE_COMPLETE');
    const expected = expectedState(here.stack());
    const user = expected.users[UserName];
    if (user) user.keys = { ...user.keys, [lost]: 'Active' };
    const secret = expected.secrets[SecretId];
    if (secret) secret.current = { ...(secret.current as object), previousAccessKeyId: lost };
    expect(await here.state()).toEqual(expected);
  });

  furtherTest('the default version of a policy, without deleting what somebody made', async () => {
    const here = account.in('us-east-1');
    await here.create();
    const other = { PolicyArn: USER_POLICY, PolicyDocument: DOCUMENT, SetAsDefault: true };
    await here.clients.iam.send(new IAM.CreatePolicyVersionCommand(other));
    expect((await heal(here)).status).toBe('UPDATE_COMPLETE');
    const expected = expectedState(here.stack());
    const policy = expected.policies.RedislabsIAMUserRestrictedPolicy;
    if (policy) policy.versions = ['v1', 'v2'];
    expect(await here.state()).toEqual(expected);
  });

  furtherTest('a text that is no JSON in the secret, by a rotation', async () => {
    const here = account.in('us-east-1');
    await here.create();
    const SecretString = 'pasted by mistake: {"accessSecretKey"';
    await here.clients.secrets.send(new Secrets.PutSecretValueCommand({ SecretId, SecretString }));
    const result = await here.update({ AccessKeySerial: '2' });
    expect(result.status).toBe('UPDATE_COMPLETE');
    expect(JSON.stringify([result.answers, result.log])).not.toContain('pasted by mistake');
    expect(await here.clients.callerOf(await here.content())).toBe(result.outputs.UserArn);
  });
});

describe('an entity whose tags were taken off', () => {
  const TagKeys = ['UsedBy', 'rv-access:stack', 'rv-access:bundle'];
  const strips: [string, (here: Region) => Promise<unknown>][] = [
    ['user', ({ clients }) => clients.iam.send(new IAM.UntagUserCommand({ UserName, TagKeys }))],
    ['role', ({ clients }) => clients.iam.send(new IAM.UntagRoleCommand({ RoleName, TagKeys }))],
    [
      'policy',
      ({ clients }) => clients.iam.send(new IAM.UntagPolicyCommand({ PolicyArn: USER_POLICY, TagKeys })),
    ],
    [
      'instance profile',
      ({ clients }) =>
        clients.iam.send(new IAM.UntagInstanceProfileCommand({ InstanceProfileName, TagKeys })),
    ],
    [
      'secret',
      ({ clients }) => clients.secrets.send(new Secrets.UntagResourceCommand({ SecretId, TagKeys })),
    ],
  ];

  test.each(oneIn(7, strips))('(a %s) fails an update, which changes nothing', async (kind, strip) => {
    const here = account.in('us-east-1');
    await here.create();
    await strip(here);
    const before = await here.state();
    const result = await here.update({ Tags: 'Team=data' });
    expect(result.answers[0]).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(`The ${kind} "`),
    });
    expect(await here.state()).toEqual(before);
  });

  furtherTest('is left alone by a delete, which says so in its log', async () => {
    const here = account.in('us-east-1');
    await here.create();
    await strips[3]?.[1](here);
    const result = await here.remove();
    expect(result.status).toBe('DELETE_COMPLETE');
    const { instanceProfiles, users, roles, policies } = await here.state();
    expect([instanceProfiles, users, roles, policies]).toEqual([
      { [InstanceProfileName]: { tags: {}, roles: [] } },
      {},
      {},
      {},
    ]);
    const said = result.log.filter((line) => line.includes(InstanceProfileName) && /left/.test(line));
    expect(said).toHaveLength(1);
  });
});
