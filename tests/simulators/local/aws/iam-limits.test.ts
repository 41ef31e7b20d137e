import * as IAM from '@aws-sdk/client-iam';
import { beforeEach, expect, it } from 'vitest';
import { failure, localAws, policyOf, trustOf } from './clients.ts';

const { clients, aws } = localAws();
let iam: IAM.IAMClient;
beforeEach(() => {
  iam = clients().iam;
});

const limit = (message: string) => ({ name: 'LimitExceededException', message, status: 409 });
const malformed = (message: string) => ({ name: 'MalformedPolicyDocumentException', message, status: 400 });
const createPolicy = (PolicyName = 'policy', PolicyDocument = policyOf(), client = iam) =>
  client.send(new IAM.CreatePolicyCommand({ PolicyName, PolicyDocument }));
const createRole = (RoleName: string, AssumeRolePolicyDocument = trustOf(), client = iam) =>
  client.send(new IAM.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));

it('allows two access keys per user', async () => {
  await iam.send(new IAM.CreateUserCommand({ UserName: 'user' }));
  await iam.send(new IAM.CreateAccessKeyCommand({ UserName: 'user' }));
  await iam.send(new IAM.CreateAccessKeyCommand({ UserName: 'user' }));
  expect(await failure(iam.send(new IAM.CreateAccessKeyCommand({ UserName: 'user' })))).toEqual(
    limit('Cannot exceed quota for AccessKeysPerUser: 2'),
  );
});

it('allows five versions per policy, and never deletes the default one', async () => {
  const { Policy } = await createPolicy();
  const version = { PolicyArn: Policy?.Arn, PolicyDocument: policyOf() };
  for (let count = 2; count <= 5; count++) {
    await iam.send(new IAM.CreatePolicyVersionCommand({ ...version, SetAsDefault: true }));
  }
  expect((await failure(iam.send(new IAM.CreatePolicyVersionCommand(version)))).name).toBe(
    'LimitExceededException',
  );
  const deletion = (VersionId: string) =>
    failure(iam.send(new IAM.DeletePolicyVersionCommand({ PolicyArn: Policy?.Arn, VersionId })));
  expect((await deletion('v5')).name).toBe('DeleteConflictException');
  expect((await deletion('v9')).name).toBe('NoSuchEntityException');
});

it('keeps the default version when it is set as the default once more', async () => {
  const { Policy } = await createPolicy();
  const PolicyArn = Policy?.Arn;
  await iam.send(new IAM.SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
  const { Versions } = await iam.send(new IAM.ListPolicyVersionsCommand({ PolicyArn }));
  expect(Versions).toEqual([{ VersionId: 'v1', IsDefaultVersion: true, CreateDate: expect.any(Date) }]);
});

it('allows one role per instance profile', async () => {
  await iam.send(new IAM.CreateInstanceProfileCommand({ InstanceProfileName: 'profile' }));
  for (const RoleName of ['one', 'two']) {
    await createRole(RoleName);
  }
  const add = (RoleName: string) =>
    iam.send(new IAM.AddRoleToInstanceProfileCommand({ InstanceProfileName: 'profile', RoleName }));
  await add('one');
  expect((await failure(add('two'))).name).toBe('LimitExceededException');
});

it('allows ten attached policies per user', async () => {
  await iam.send(new IAM.CreateUserCommand({ UserName: 'user' }));
  const attach = async (name: string) => {
    const { Policy } = await createPolicy(name);
    await iam.send(new IAM.AttachUserPolicyCommand({ UserName: 'user', PolicyArn: Policy?.Arn }));
  };
  for (let count = 1; count <= 10; count++) {
    await attach(`policy-${count}`);
  }
  expect(await failure(attach('policy-11'))).toEqual(limit('Cannot exceed quota for PoliciesPerUser: 10'));
});

it('takes a name for taken whatever its case or path', async () => {
  const creations = [
    (name: string) => iam.send(new IAM.CreateUserCommand({ UserName: name })),
    (name: string) => createRole(name),
    (name: string) => iam.send(new IAM.CreateInstanceProfileCommand({ InstanceProfileName: name })),
    (name: string) => iam.send(new IAM.CreateGroupCommand({ GroupName: name })),
    (name: string) =>
      iam.send(
        new IAM.CreatePolicyCommand({
          PolicyName: name,
          PolicyDocument: policyOf(),
          Path: name === 'Name' ? '/' : '/other/',
        }),
      ),
  ];
  for (const create of creations) {
    await create('Name');
    expect(await failure(create('nAME'))).toMatchObject({
      name: 'EntityAlreadyExistsException',
      status: 409,
    });
  }
});

it('refuses policies of more than 6,144 characters, white space aside, and trust policies of more than 2,048', async () => {
  const action = 'a'.repeat(6_144 - policyOf('*', 's3:').length);
  const exact = policyOf('*', `s3:${action}`);
  expect(exact.length).toBe(6_144);
  await createPolicy('exact', JSON.stringify(JSON.parse(exact), null, 8));
  expect(await failure(createPolicy('long', policyOf('*', `s3:${action}a`)))).toEqual(
    limit('Cannot exceed quota for PolicySize: 6144'),
  );
  const principals = Array.from({ length: 60 }, (_, index) => `arn:aws:iam::${100_000_000_000 + index}:root`);
  expect(await failure(createRole('long', trustOf({ AWS: principals })))).toEqual(
    limit('Cannot exceed quota for ACLSizePerRole: 2048'),
  );
});

it('refuses documents that are no policies', async () => {
  expect(await failure(createPolicy('bad', '{"Version": '))).toEqual(malformed('Syntax errors in policy.'));
  const { Policy } = await createPolicy();
  const version = { PolicyArn: Policy?.Arn, PolicyDocument: '{}' };
  expect((await failure(iam.send(new IAM.CreatePolicyVersionCommand(version)))).name).toBe(
    'MalformedPolicyDocumentException',
  );
  expect((await failure(createRole('bad', 'no JSON'))).name).toBe('MalformedPolicyDocumentException');
});

it("refuses another partition's resources and principals", async () => {
  const china = clients('cn-north-1').iam;
  expect(await failure(createPolicy('foreign', policyOf('arn:aws:s3:::bucket'), china))).toEqual(
    malformed('Partition "aws" is not valid for resource "arn:aws:s3:::bucket".'),
  );
  const gov = clients('us-gov-west-1').iam;
  const redis = 'arn:aws:iam::168085023892:root';
  expect(await failure(createRole('foreign', trustOf({ AWS: redis }), gov))).toEqual(
    malformed(`Invalid principal in policy: "AWS":"${redis}"`),
  );
});

it('allows fifty tags per entity, and no key twice', async () => {
  const tags = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, index) => ({ Key: `${prefix}${index}`, Value: 'x' }));
  await iam.send(new IAM.CreateUserCommand({ UserName: 'user', Tags: tags(50, 'a') }));
  expect(await failure(iam.send(new IAM.TagUserCommand({ UserName: 'user', Tags: tags(1, 'b') })))).toEqual(
    limit('Cannot exceed quota for TagsPerUser: 50'),
  );
  const twice = [...tags(1, 'a'), ...tags(1, 'A')];
  expect((await failure(iam.send(new IAM.CreateUserCommand({ UserName: 'other', Tags: twice })))).name).toBe(
    'InvalidInputException',
  );
});

it('answers every list in pages as small as asked for, or as small as it likes', async () => {
  const UserName = 'user';
  await iam.send(new IAM.CreateUserCommand({ UserName }));
  for (const name of ['a', 'b', 'c']) {
    const { Policy } = await createPolicy(name);
    await iam.send(new IAM.AttachUserPolicyCommand({ UserName, PolicyArn: Policy?.Arn }));
    await iam.send(new IAM.CreateGroupCommand({ GroupName: name }));
    await iam.send(new IAM.AddUserToGroupCommand({ UserName, GroupName: name }));
  }
  const first = await iam.send(new IAM.ListAttachedUserPoliciesCommand({ UserName, MaxItems: 2 }));
  expect(first).toMatchObject({ IsTruncated: true, Marker: expect.any(String) });
  const { Marker } = first;
  const second = await iam.send(new IAM.ListAttachedUserPoliciesCommand({ UserName, MaxItems: 2, Marker }));
  expect([first, second].map(({ AttachedPolicies }) => AttachedPolicies?.length)).toEqual([2, 1]);
  expect(second).toMatchObject({ IsTruncated: false });
  expect(second.Marker).toBeUndefined();

  await aws().settings({ pageSize: 1 });
  const pages = [];
  for await (const page of IAM.paginateListGroupsForUser({ client: iam }, { UserName })) {
    pages.push(page.Groups?.map(({ GroupName }) => GroupName));
  }
  expect(pages).toEqual([['a'], ['b'], ['c']]);
});

it('pages access keys, policy versions, and the entities that have a policy', async () => {
  await aws().settings({ pageSize: 1 });
  const { Policy } = await createPolicy();
  const PolicyArn = Policy?.Arn;
  await iam.send(new IAM.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: policyOf() }));
  await iam.send(new IAM.CreateUserCommand({ UserName: 'user', PermissionsBoundary: PolicyArn }));
  await iam.send(new IAM.CreateAccessKeyCommand({ UserName: 'user' }));
  await iam.send(new IAM.CreateAccessKeyCommand({ UserName: 'user' }));
  await createRole('role');
  await iam.send(new IAM.AttachRolePolicyCommand({ RoleName: 'role', PolicyArn }));

  const keys = await iam.send(new IAM.ListAccessKeysCommand({ UserName: 'user' }));
  expect(keys).toMatchObject({ IsTruncated: true, AccessKeyMetadata: [{ UserName: 'user' }] });
  const versions = await iam.send(new IAM.ListPolicyVersionsCommand({ PolicyArn }));
  expect(versions).toMatchObject({ IsTruncated: true, Versions: [{ VersionId: expect.any(String) }] });
  const entities: (string | undefined)[] = [];
  for await (const page of IAM.paginateListEntitiesForPolicy({ client: iam }, { PolicyArn })) {
    entities.push(...(page.PolicyUsers ?? []).map(({ UserName }) => UserName));
    entities.push(...(page.PolicyRoles ?? []).map(({ RoleName }) => RoleName));
  }
  expect(entities).toEqual(['user', 'role']);
  const attached = await iam.send(
    new IAM.ListEntitiesForPolicyCommand({ PolicyArn, PolicyUsageFilter: 'PermissionsPolicy' }),
  );
  expect(attached).toMatchObject({ PolicyUsers: [], PolicyRoles: [{ RoleName: 'role' }] });
});
