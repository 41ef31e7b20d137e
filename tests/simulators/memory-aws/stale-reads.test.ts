import * as iam from '@aws-sdk/client-iam';
import * as sm from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type MemoryAws, memoryAws } from '../../support/memory-aws/memory-aws.ts';
import type { StaleKind } from '../../support/memory-aws/stale-reads.ts';
import { outcome } from './scenario.ts';

let aws: MemoryAws;
const client = new iam.IAMClient({ region: 'us-east-1' });
const secrets = new sm.SecretsManagerClient({ region: 'us-east-1' });
const UserName = 'someone';
const RoleName = 'some-role';
const SecretId = 'a-secret';
const InstanceProfileName = 'some-profile';
const token = (letter: string) => letter.repeat(32);
const trust = (Service: string) => JSON.stringify({ Statement: [{ Principal: { Service } }] });

/** All reads of a kind are so many milliseconds late. */
const late = (kind: StaleKind, ms = 5000) => {
  aws.staleReads = { seed: 1, from: ms, to: ms, kinds: [kind] };
};

beforeEach(() => {
  vi.useFakeTimers();
  aws = memoryAws();
  aws.mayAll = true;
  aws.addForeignUser(UserName);
  aws.addForeignRole(RoleName);
  aws.addForeignInstanceProfile(InstanceProfileName);
  aws.addForeignSecret(SecretId);
});
afterEach(() => {
  aws.restore();
  vi.useRealTimers();
});

const user = async () => (await client.send(new iam.GetUserCommand({ UserName }))).User;
const described = () => secrets.send(new sm.DescribeSecretCommand({ SecretId }));
const arn = (name = 'some-policy') => `arn:aws:iam::123456789012:policy/${name}`;

/** A change, and a read that shows it: before it, and what it shows afterwards. */
const changes: [StaleKind, string, () => Promise<unknown>, () => Promise<unknown>, unknown, unknown][] = [
  [
    'tags',
    'a tag of a user',
    () => client.send(new iam.TagUserCommand({ UserName, Tags: [{ Key: 'a', Value: '1' }] })),
    async () => (await user())?.Tags,
    [],
    [{ Key: 'a', Value: '1' }],
  ],
  [
    'tags',
    'a tag of a secret',
    () => secrets.send(new sm.TagResourceCommand({ SecretId, Tags: [{ Key: 'a', Value: '1' }] })),
    async () => (await described()).Tags,
    [],
    [{ Key: 'a', Value: '1' }],
  ],
  [
    'boundary',
    'a boundary',
    () =>
      client.send(
        new iam.PutUserPermissionsBoundaryCommand({
          UserName,
          PermissionsBoundary: 'arn:aws:iam::aws:policy/A',
        }),
      ),
    async () => (await user())?.PermissionsBoundary?.PermissionsBoundaryArn,
    undefined,
    'arn:aws:iam::aws:policy/A',
  ],
  [
    'attached',
    'an attached policy',
    () => client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn: arn() })),
    async () => (await client.send(new iam.ListAttachedUserPoliciesCommand({ UserName }))).AttachedPolicies,
    [],
    [{ PolicyArn: arn(), PolicyName: 'some-policy' }],
  ],
  [
    'attached',
    'the entities of a policy',
    () => client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn: arn() })),
    async () =>
      (await client.send(new iam.ListEntitiesForPolicyCommand({ PolicyArn: arn() }))).PolicyRoles?.length,
    0,
    1,
  ],
  [
    'keys',
    'an access key',
    () => client.send(new iam.CreateAccessKeyCommand({ UserName })),
    async () => (await client.send(new iam.ListAccessKeysCommand({ UserName }))).AccessKeyMetadata?.length,
    0,
    1,
  ],
  [
    'loginProfile',
    'a login profile',
    () => client.send(new iam.CreateLoginProfileCommand({ UserName, Password: 'Correct-Horse-9' })),
    () => outcome(client.send(new iam.GetLoginProfileCommand({ UserName }))),
    'NoSuchEntityException',
    'ok',
  ],
  [
    'trust',
    'a trust policy',
    () =>
      client.send(
        new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust('new.amazonaws') }),
      ),
    async () =>
      decodeURIComponent(
        (await client.send(new iam.GetRoleCommand({ RoleName }))).Role?.AssumeRolePolicyDocument ?? '',
      ).includes('new.amazonaws'),
    false,
    true,
  ],
  [
    'profileRoles',
    'the role of an instance profile',
    () => client.send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName })),
    async () =>
      (await client.send(new iam.GetInstanceProfileCommand({ InstanceProfileName }))).InstanceProfile?.Roles
        ?.length,
    0,
    1,
  ],
  [
    'policyVersions',
    'a version of a policy',
    () =>
      client.send(
        new iam.CreatePolicyVersionCommand({ PolicyArn: arn(), PolicyDocument: '{"Statement":[{}]}' }),
      ),
    async () => (await client.send(new iam.ListPolicyVersionsCommand({ PolicyArn: arn() }))).Versions?.length,
    1,
    2,
  ],
  [
    'defaultVersion',
    'the default version of a policy',
    () =>
      client.send(
        new iam.CreatePolicyVersionCommand({
          PolicyArn: arn(),
          PolicyDocument: '{"Statement":[{}]}',
          SetAsDefault: true,
        }),
      ),
    async () => (await client.send(new iam.GetPolicyCommand({ PolicyArn: arn() }))).Policy?.DefaultVersionId,
    'v1',
    'v2',
  ],
  [
    'secretSettings',
    'the description of a secret',
    () => secrets.send(new sm.UpdateSecretCommand({ SecretId, Description: 'new' })),
    async () => (await described()).Description,
    undefined,
    'new',
  ],
  [
    'secretDeletion',
    'the deletion of a secret',
    () => secrets.send(new sm.DeleteSecretCommand({ SecretId })),
    async () => (await described()).DeletedDate instanceof Date,
    false,
    true,
  ],
  [
    'labels',
    'the version that is current',
    () =>
      secrets.send(
        new sm.PutSecretValueCommand({ SecretId, SecretString: 'new', ClientRequestToken: token('b') }),
      ),
    async () => (await secrets.send(new sm.GetSecretValueCommand({ SecretId }))).SecretString,
    '{"foreign":true}',
    'new',
  ],
  [
    'secretVersions',
    'a version of a secret by its id',
    () =>
      secrets.send(
        new sm.PutSecretValueCommand({
          SecretId,
          SecretString: 'new',
          ClientRequestToken: token('b'),
          VersionStages: ['AWSPENDING'],
        }),
      ),
    () => outcome(secrets.send(new sm.GetSecretValueCommand({ SecretId, VersionId: token('b') }))),
    'ResourceNotFoundException',
    'ok',
  ],
  [
    'existence',
    'a user that was deleted',
    () => client.send(new iam.DeleteUserCommand({ UserName })),
    () => outcome(user()),
    'ok',
    'NoSuchEntityException',
  ],
  [
    'existence',
    'a role that was made',
    () =>
      client.send(
        new iam.CreateRoleCommand({ RoleName: 'new', AssumeRolePolicyDocument: trust('ec2.amazonaws') }),
      ),
    () => outcome(client.send(new iam.GetRoleCommand({ RoleName: 'new' }))),
    'NoSuchEntityException',
    'ok',
  ],
];

test.each(changes)('reads of %s can be late: %s', async (kind, _what, change, read, before, after) => {
  aws.addForeignPolicy('some-policy');
  late(kind);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await read()).toEqual(before);
  await change();
  expect(await read()).toEqual(before);
  await vi.advanceTimersByTimeAsync(4999);
  expect(await read()).toEqual(before);
  await vi.advanceTimersByTimeAsync(1);
  expect(await read()).toEqual(after);
});

test('an inline policy that was deleted is still listed for a while', async () => {
  aws.hangEverythingOn(UserName);
  late('inline');
  const list = async () => (await client.send(new iam.ListUserPoliciesCommand({ UserName }))).PolicyNames;
  await client.send(new iam.DeleteUserPolicyCommand({ UserName, PolicyName: 'by-hand-1' }));
  expect(await list()).toEqual(['by-hand-1', 'by-hand-2']);
  await vi.advanceTimersByTimeAsync(5000);
  expect(await list()).toEqual(['by-hand-2']);
});

test('what is late is what reads show: writes meet the truth', async () => {
  late('existence');
  await client.send(new iam.DeleteUserCommand({ UserName }));
  expect(await outcome(user())).toBe('ok');
  expect(await outcome(client.send(new iam.DeleteUserCommand({ UserName })))).toBe('NoSuchEntityException');
  expect(await outcome(client.send(new iam.CreateUserCommand({ UserName })))).toBe('ok');
  expect(await outcome(client.send(new iam.CreateUserCommand({ UserName })))).toBe(
    'EntityAlreadyExistsException',
  );
});

test('a thing that was made anew shows nothing of the one that had its name', async () => {
  await client.send(new iam.TagUserCommand({ UserName, Tags: [{ Key: 'old', Value: '1' }] }));
  late('tags');
  await client.send(new iam.DeleteUserCommand({ UserName }));
  await vi.advanceTimersByTimeAsync(1);
  await client.send(new iam.CreateUserCommand({ UserName, Tags: [{ Key: 'new', Value: '1' }] }));
  expect((await user())?.Tags).toEqual([{ Key: 'new', Value: '1' }]);
});

test('each aspect of one answer, and each read, is late by a time of its own, and the same in a second run', async () => {
  const everyHalfSecond = async () => {
    aws.staleReads = { seed: 7, from: 100, to: 10_000, kinds: 'all' };
    const Tags = [{ Key: 'a', Value: '1' }];
    await client.send(new iam.TagUserCommand({ UserName, Tags }));
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/A';
    await client.send(new iam.PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
    const seen: string[] = [];
    for (let i = 0; i <= 20; i++) {
      const read = await user();
      seen.push(`${read?.Tags?.length} ${read?.PermissionsBoundary ? 1 : 0}`);
      await vi.advanceTimersByTimeAsync(500);
    }
    return seen;
  };
  const saved = aws.save();
  const now = Date.now();
  const first = await everyHalfSecond();
  expect(new Set(first)).toEqual(new Set(['0 0', '0 1', '1 0', '1 1']));
  expect(first.at(0)).toBe('0 0');
  expect(first.at(-1)).toBe('1 1');
  aws.load(saved);
  vi.setSystemTime(now);
  expect(await everyHalfSecond()).toEqual(first);
});

test('a world that is come back to shows the past that it had', async () => {
  late('tags');
  await client.send(new iam.TagUserCommand({ UserName, Tags: [{ Key: 'a', Value: '1' }] }));
  const saved = aws.save();
  const now = Date.now();
  await vi.advanceTimersByTimeAsync(60_000);
  await client.send(new iam.UntagUserCommand({ UserName, TagKeys: ['a'] }));
  aws.load(saved);
  vi.setSystemTime(now);
  expect((await user())?.Tags).toEqual([]);
  await vi.advanceTimersByTimeAsync(5000);
  expect((await user())?.Tags).toEqual([{ Key: 'a', Value: '1' }]);
});
