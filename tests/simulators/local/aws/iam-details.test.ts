import * as IAM from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from 'vitest';
import { failure, localAws, policyOf, trustOf } from './clients.ts';

const { clients, aws } = localAws();
let iam: IAM.IAMClient;
beforeEach(() => {
  iam = clients().iam;
});

const Tags = [{ Key: 'rv-access:stack', Value: 'arn:aws:cloudformation:us-east-1:123456789012:stack/a/b' }];
const createPolicy = async (PolicyName: string) => {
  const { Policy } = await iam.send(new IAM.CreatePolicyCommand({ PolicyName, PolicyDocument: policyOf() }));
  return Policy?.Arn ?? '';
};
const createRole = (RoleName: string, rest: Partial<IAM.CreateRoleCommandInput> = {}) =>
  iam.send(new IAM.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustOf(), ...rest }));
const noSuchEntity = { name: 'NoSuchEntityException', status: 404 };

it('answers tags of users, roles, policies and instance profiles, set at creation or later', async () => {
  const names = { UserName: 'name', RoleName: 'name', InstanceProfileName: 'name' };
  const user = await iam.send(new IAM.CreateUserCommand({ ...names, Tags }));
  expect(user.User).toMatchObject({ UserId: expect.stringMatching(/^AIDA/), Tags });
  await createRole('name', { Tags });
  const profile = await iam.send(new IAM.CreateInstanceProfileCommand({ ...names, Tags }));
  expect(profile.InstanceProfile).toMatchObject({ Tags });
  const created = await iam.send(
    new IAM.CreatePolicyCommand({ PolicyName: 'name', PolicyDocument: policyOf(), Tags }),
  );
  const PolicyArn = created.Policy?.Arn;
  const more = [{ Key: 'more', Value: '' }];
  await iam.send(new IAM.TagUserCommand({ ...names, Tags: more }));
  await iam.send(new IAM.TagRoleCommand({ ...names, Tags: more }));
  await iam.send(new IAM.TagInstanceProfileCommand({ ...names, Tags: more }));
  await iam.send(new IAM.TagPolicyCommand({ PolicyArn, Tags: more }));
  const read = async () => [
    (await iam.send(new IAM.GetUserCommand(names))).User?.Tags,
    (await iam.send(new IAM.GetRoleCommand(names))).Role?.Tags,
    (await iam.send(new IAM.GetInstanceProfileCommand(names))).InstanceProfile?.Tags,
    (await iam.send(new IAM.GetPolicyCommand({ PolicyArn }))).Policy?.Tags,
  ];
  expect(await read()).toEqual(Array(4).fill([...Tags, ...more]));

  const TagKeys = ['rv-access:stack'];
  await iam.send(new IAM.UntagUserCommand({ ...names, TagKeys }));
  await iam.send(new IAM.UntagRoleCommand({ ...names, TagKeys }));
  await iam.send(new IAM.UntagInstanceProfileCommand({ ...names, TagKeys }));
  await iam.send(new IAM.UntagPolicyCommand({ PolicyArn, TagKeys }));
  expect(await read()).toEqual(Array(4).fill(more));
});

it('keeps the permissions boundary of users and roles, which must exist', async () => {
  const PermissionsBoundary = await createPolicy('boundary');
  const boundary = { PermissionsBoundaryArn: PermissionsBoundary };
  await iam.send(new IAM.CreateUserCommand({ UserName: 'user', PermissionsBoundary }));
  await createRole('role', { PermissionsBoundary });
  const read = async () => [
    (await iam.send(new IAM.GetUserCommand({ UserName: 'user' }))).User?.PermissionsBoundary,
    (await iam.send(new IAM.GetRoleCommand({ RoleName: 'role' }))).Role?.PermissionsBoundary,
  ];
  expect(await read()).toMatchObject([boundary, boundary]);
  await iam.send(new IAM.DeleteUserPermissionsBoundaryCommand({ UserName: 'user' }));
  await iam.send(new IAM.DeleteRolePermissionsBoundaryCommand({ RoleName: 'role' }));
  expect(await read()).toEqual([undefined, undefined]);
  await iam.send(new IAM.PutUserPermissionsBoundaryCommand({ UserName: 'user', PermissionsBoundary }));
  await iam.send(new IAM.PutRolePermissionsBoundaryCommand({ RoleName: 'role', PermissionsBoundary }));
  expect(await read()).toMatchObject([boundary, boundary]);

  const missing = { PermissionsBoundary: 'arn:aws:iam::123456789012:policy/missing' };
  expect(await failure(iam.send(new IAM.CreateUserCommand({ UserName: 'other', ...missing })))).toMatchObject(
    noSuchEntity,
  );
  expect(await failure(createRole('other', missing))).toMatchObject(noSuchEntity);
  expect(await failure(iam.send(new IAM.GetUserCommand({ UserName: 'other' })))).toMatchObject(noSuchEntity);
});

it('answers policy documents URL-encoded', async () => {
  const PolicyArn = await createPolicy('policy');
  const RoleName = 'role';
  await createRole(RoleName);
  await iam.send(new IAM.CreateInstanceProfileCommand({ InstanceProfileName: 'profile' }));
  await iam.send(new IAM.AddRoleToInstanceProfileCommand({ RoleName, InstanceProfileName: 'profile' }));
  const { PolicyVersion } = await iam.send(new IAM.GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
  expect(PolicyVersion?.Document).toMatch(/^%7B%22Version%22/);
  expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(policyOf());
  const { Role } = await iam.send(new IAM.GetRoleCommand({ RoleName }));
  const { InstanceProfile } = await iam.send(
    new IAM.GetInstanceProfileCommand({ InstanceProfileName: 'profile' }),
  );
  for (const role of [Role, InstanceProfile?.Roles?.[0]]) {
    expect(role?.AssumeRolePolicyDocument).toMatch(/^%7B/);
    expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? '')).toBe(trustOf());
  }
});

describe('service-specific credentials', () => {
  const UserName = 'user';
  beforeEach(() => iam.send(new IAM.CreateUserCommand({ UserName })));

  it('are created with a password that is told once, listed and deleted', async () => {
    const ServiceName = 'codecommit.amazonaws.com';
    const { ServiceSpecificCredential } = await iam.send(
      new IAM.CreateServiceSpecificCredentialCommand({ UserName, ServiceName }),
    );
    const { ServicePassword, ...metadata } = {
      ServiceSpecificCredentialId: undefined,
      ...ServiceSpecificCredential,
    };
    expect(ServicePassword).toMatch(/.{32}/);
    expect(metadata).toMatchObject({
      ServiceName,
      ServiceUserName: 'user-at-123456789012',
      Status: 'Active',
    });
    const list = async () =>
      (await iam.send(new IAM.ListServiceSpecificCredentialsCommand({ UserName })))
        .ServiceSpecificCredentials;
    expect(await list()).toEqual([metadata]);
    const deletion = () =>
      iam.send(
        new IAM.DeleteServiceSpecificCredentialCommand({
          UserName,
          ServiceSpecificCredentialId: metadata.ServiceSpecificCredentialId,
        }),
      );
    await deletion();
    expect(await list()).toEqual([]);
    expect(await failure(deletion())).toMatchObject(noSuchEntity);
  });

  it('exist for few services', async () => {
    const create = new IAM.CreateServiceSpecificCredentialCommand({
      UserName,
      ServiceName: 's3.amazonaws.com',
    });
    expect((await failure(iam.send(create))).name).toBe('ServiceNotSupportedException');
  });
});

it("knows AWS's own managed policies", async () => {
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await iam.send(new IAM.CreateUserCommand({ UserName: 'user' }));
  await iam.send(new IAM.AttachUserPolicyCommand({ UserName: 'user', PolicyArn }));
  const { AttachedPolicies } = await iam.send(new IAM.ListAttachedUserPoliciesCommand({ UserName: 'user' }));
  expect(AttachedPolicies).toEqual([{ PolicyArn, PolicyName: 'AdministratorAccess' }]);
});

it('gives each partition its own ARNs and entities', async () => {
  for (const [region, partition] of [
    ['us-gov-west-1', 'aws-us-gov'],
    ['cn-north-1', 'aws-cn'],
    ['eu-west-1', 'aws'],
  ]) {
    const there = clients(region).iam;
    const user = await there.send(new IAM.CreateUserCommand({ UserName: 'user' }));
    expect(user.User?.Arn).toBe(`arn:${partition}:iam::123456789012:user/user`);
    const policy = await there.send(
      new IAM.CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: policyOf() }),
    );
    expect(policy.Policy?.Arn).toBe(`arn:${partition}:iam::123456789012:policy/p`);
    const role = await there.send(
      new IAM.CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trustOf() }),
    );
    expect(role.Role?.Arn).toBe(`arn:${partition}:iam::123456789012:role/r`);
  }
});

it('keeps accounts apart: an access key id of twelve digits is the account', async () => {
  const other = clients('us-east-1', { accessKeyId: '999999999999' }).iam;
  const { User } = await other.send(new IAM.CreateUserCommand({ UserName: 'user' }));
  expect(User?.Arn).toBe('arn:aws:iam::999999999999:user/user');
  expect(await failure(iam.send(new IAM.GetUserCommand({ UserName: 'user' })))).toMatchObject(noSuchEntity);
});

it('tells when a role was used last, once somebody says so', async () => {
  await createRole('role');
  const lastUsed = async () =>
    (await iam.send(new IAM.GetRoleCommand({ RoleName: 'role' }))).Role?.RoleLastUsed;
  expect(await lastUsed()).toEqual({});
  const before = Date.now();
  await aws().setLastUsed({ roleName: 'role', region: 'eu-west-1', secondsAgo: 3600 });
  const { LastUsedDate, Region } = (await lastUsed()) ?? {};
  expect(Region).toBe('eu-west-1');
  expect(Math.abs(before - 3_600_000 - (LastUsedDate?.getTime() ?? 0))).toBeLessThan(60_000);
});
