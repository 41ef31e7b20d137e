import { setTimeout as sleep } from 'node:timers/promises';
import * as IAM from '@aws-sdk/client-iam';
import * as SM from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, it } from 'vitest';
import { failure, localAws, policyOf, trustOf } from './clients.ts';

const { aws, clients } = localAws();
const UserName = 'user';
const RoleName = 'role';
const InstanceProfileName = 'profile';
const PolicyName = 'policy';
const SecretId = 'secret';
const PolicyArn = `arn:aws:iam::123456789012:policy/${PolicyName}`;
let iam: IAM.IAMClient;
let secrets: SM.SecretsManagerClient;

beforeEach(async () => {
  ({ iam, secrets } = clients());
  await iam.send(new IAM.CreateUserCommand({ UserName, Tags: [{ Key: 'is', Value: 'before' }] }));
  await iam.send(new IAM.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustOf() }));
  await iam.send(new IAM.CreateInstanceProfileCommand({ InstanceProfileName }));
  await iam.send(new IAM.CreatePolicyCommand({ PolicyName, PolicyDocument: policyOf() }));
  await secrets.send(new SM.CreateSecretCommand({ Name: SecretId, SecretString: 'before' }));
  await aws().addFault({ fault: 'stale', seconds: 60, times: 'always' });
});

const now = async <Answer>(read: () => Promise<Answer>): Promise<Answer> => {
  await aws().clearFaults();
  return read();
};

/** A change, a read, and what of its answer differs between before and after. */
const behaviours: [string, () => Promise<unknown>, () => Promise<unknown>, unknown, unknown][] = [
  [
    'the tags of a user',
    () => iam.send(new IAM.TagUserCommand({ UserName, Tags: [{ Key: 'is', Value: 'after' }] })),
    async () => (await iam.send(new IAM.GetUserCommand({ UserName }))).User?.Tags?.[0]?.Value,
    'before',
    'after',
  ],
  [
    'attached policies',
    () => iam.send(new IAM.AttachUserPolicyCommand({ UserName, PolicyArn })),
    async () =>
      (await iam.send(new IAM.ListAttachedUserPoliciesCommand({ UserName }))).AttachedPolicies?.length,
    0,
    1,
  ],
  [
    'the entities of a policy',
    () => iam.send(new IAM.AttachRolePolicyCommand({ RoleName, PolicyArn })),
    async () => (await iam.send(new IAM.ListEntitiesForPolicyCommand({ PolicyArn }))).PolicyRoles?.length,
    0,
    1,
  ],
  [
    'the versions of a policy',
    () =>
      iam.send(
        new IAM.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: policyOf(), SetAsDefault: true }),
      ),
    async () => (await iam.send(new IAM.ListPolicyVersionsCommand({ PolicyArn }))).Versions?.length,
    1,
    2,
  ],
  [
    'inline policies',
    () => iam.send(new IAM.PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: policyOf() })),
    async () => (await iam.send(new IAM.ListRolePoliciesCommand({ RoleName }))).PolicyNames,
    [],
    [PolicyName],
  ],
  [
    'the trust policy',
    () =>
      iam.send(
        new IAM.UpdateAssumeRolePolicyCommand({
          RoleName,
          PolicyDocument: trustOf({ Service: 'lambda.amazonaws.com' }),
        }),
      ),
    async () => {
      const { Role } = await iam.send(new IAM.GetRoleCommand({ RoleName }));
      return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '').includes('lambda');
    },
    false,
    true,
  ],
  [
    "an instance profile's role",
    () => iam.send(new IAM.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName })),
    async () =>
      (await iam.send(new IAM.GetInstanceProfileCommand({ InstanceProfileName }))).InstanceProfile?.Roles
        ?.length,
    0,
    1,
  ],
  [
    'the list of access keys',
    () => iam.send(new IAM.CreateAccessKeyCommand({ UserName })),
    async () => (await iam.send(new IAM.ListAccessKeysCommand({ UserName }))).AccessKeyMetadata?.length,
    0,
    1,
  ],
  [
    'a login profile',
    () => iam.send(new IAM.CreateLoginProfileCommand({ UserName, Password: 'Passw0rd-1' })),
    () =>
      iam.send(new IAM.GetLoginProfileCommand({ UserName })).then(
        () => 'there',
        ({ name }) => name,
      ),
    'NoSuchEntityException',
    'there',
  ],
  [
    'the existence of what was made',
    () => iam.send(new IAM.CreateUserCommand({ UserName: 'new' })),
    () =>
      iam.send(new IAM.GetUserCommand({ UserName: 'new' })).then(
        () => 'there',
        ({ name }) => name,
      ),
    'NoSuchEntityException',
    'there',
  ],
  [
    'the existence of what was deleted',
    () => iam.send(new IAM.DeleteUserCommand({ UserName })),
    () =>
      iam.send(new IAM.GetUserCommand({ UserName })).then(
        () => 'there',
        ({ name }) => name,
      ),
    'there',
    'NoSuchEntityException',
  ],
  [
    "a secret's description",
    () => secrets.send(new SM.UpdateSecretCommand({ SecretId, Description: 'after' })),
    async () => (await secrets.send(new SM.DescribeSecretCommand({ SecretId }))).Description,
    undefined,
    'after',
  ],
  [
    "a secret's tags",
    () => secrets.send(new SM.TagResourceCommand({ SecretId, Tags: [{ Key: 'is', Value: 'after' }] })),
    async () => (await secrets.send(new SM.DescribeSecretCommand({ SecretId }))).Tags?.length ?? 0,
    0,
    1,
  ],
  [
    "a secret's value and labels",
    () => secrets.send(new SM.PutSecretValueCommand({ SecretId, SecretString: 'after' })),
    async () => (await secrets.send(new SM.GetSecretValueCommand({ SecretId }))).SecretString,
    'before',
    'after',
  ],
  [
    "a secret's versions",
    () => secrets.send(new SM.PutSecretValueCommand({ SecretId, SecretString: 'after' })),
    async () => (await secrets.send(new SM.ListSecretVersionIdsCommand({ SecretId }))).Versions?.length,
    1,
    2,
  ],
];

describe('a stale read shows as they were before', () => {
  it.each(behaviours)('%s', async (_what, change, read, before, after) => {
    await change();
    expect(await read()).toEqual(before);
    expect(await now(read)).toEqual(after);
  });
});

it('judges changes by what is there, however stale the reads are', async () => {
  await iam.send(new IAM.CreateUserCommand({ UserName: 'new' }));
  expect((await failure(iam.send(new IAM.GetUserCommand({ UserName: 'new' })))).name).toBe(
    'NoSuchEntityException',
  );
  expect((await failure(iam.send(new IAM.CreateUserCommand({ UserName: 'new' })))).name).toBe(
    'EntityAlreadyExistsException',
  );
  await iam.send(new IAM.DeleteUserCommand({ UserName: 'new' }));
});

it('is behind by as much as the fault says, and no more', async () => {
  await aws().clearFaults();
  await aws().addFault({ fault: 'stale', seconds: 0.4, times: 'always' });
  await iam.send(new IAM.CreateUserCommand({ UserName: 'new' }));
  expect((await failure(iam.send(new IAM.GetUserCommand({ UserName: 'new' })))).name).toBe(
    'NoSuchEntityException',
  );
  await sleep(500);
  await iam.send(new IAM.GetUserCommand({ UserName: 'new' }));
});

it('draws a time for every read anew, so that one may show more than the next', async () => {
  await aws().clearFaults();
  await aws().settings({ staleSeconds: 6, staleSeed: 7 });
  await iam.send(new IAM.CreateUserCommand({ UserName: 'new' }));
  await sleep(2000);
  const reads = async () => {
    const seen: boolean[] = [];
    for (let i = 0; i < 20; i++) {
      seen.push(
        await iam.send(new IAM.GetUserCommand({ UserName: 'new' })).then(
          () => true,
          () => false,
        ),
      );
    }
    return seen;
  };
  const seen = await reads();
  expect(new Set(seen)).toEqual(new Set([true, false]));
  expect(seen.join()).toMatch(/true,false/);
  await sleep(6000);
  expect(new Set(await reads())).toEqual(new Set([true]));
});

it('needs to be told by how much a read is behind', async () => {
  await expect(aws().addFault({ fault: 'stale' })).rejects.toThrow('needs the number of seconds');
});
