import * as IAM from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from 'vitest';
import { failure, localAws, policyOf, trustOf } from './clients.ts';

const { clients } = localAws();
let iam: IAM.IAMClient;
const lower = [{ Key: 'team', Value: 'lower' }];
const upper = [{ Key: 'TEAM', Value: 'upper' }];
const PolicyArn = 'arn:aws:iam::123456789012:policy/name';
const UserName = 'name';
const RoleName = 'name';
const InstanceProfileName = 'name';

/** How to make, tag, untag and read one kind of entity. */
const kinds = {
  user: {
    create: (Tags: IAM.Tag[]) => iam.send(new IAM.CreateUserCommand({ UserName, Tags })),
    tag: (Tags: IAM.Tag[]) => iam.send(new IAM.TagUserCommand({ UserName, Tags })),
    untag: (TagKeys: string[]) => iam.send(new IAM.UntagUserCommand({ UserName, TagKeys })),
    read: () => iam.send(new IAM.ListUserTagsCommand({ UserName })),
  },
  role: {
    create: (Tags: IAM.Tag[]) =>
      iam.send(new IAM.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustOf(), Tags })),
    tag: (Tags: IAM.Tag[]) => iam.send(new IAM.TagRoleCommand({ RoleName, Tags })),
    untag: (TagKeys: string[]) => iam.send(new IAM.UntagRoleCommand({ RoleName, TagKeys })),
    read: () => iam.send(new IAM.ListRoleTagsCommand({ RoleName })),
  },
  policy: {
    create: (Tags: IAM.Tag[]) =>
      iam.send(new IAM.CreatePolicyCommand({ PolicyName: 'name', PolicyDocument: policyOf(), Tags })),
    tag: (Tags: IAM.Tag[]) => iam.send(new IAM.TagPolicyCommand({ PolicyArn, Tags })),
    untag: (TagKeys: string[]) => iam.send(new IAM.UntagPolicyCommand({ PolicyArn, TagKeys })),
    read: () => iam.send(new IAM.ListPolicyTagsCommand({ PolicyArn })),
  },
  'instance profile': {
    create: (Tags: IAM.Tag[]) =>
      iam.send(new IAM.CreateInstanceProfileCommand({ InstanceProfileName, Tags })),
    tag: (Tags: IAM.Tag[]) => iam.send(new IAM.TagInstanceProfileCommand({ InstanceProfileName, Tags })),
    untag: (TagKeys: string[]) =>
      iam.send(new IAM.UntagInstanceProfileCommand({ InstanceProfileName, TagKeys })),
    read: async () =>
      (await iam.send(new IAM.GetInstanceProfileCommand({ InstanceProfileName }))).InstanceProfile,
  },
};

beforeEach(() => {
  iam = clients().iam;
});

describe.each(['user', 'role'] as const)('on a %s', (kind) => {
  const { create, tag, untag, read } = kinds[kind];

  it('tag keys that differ in case are one key', async () => {
    expect((await failure(create([...lower, ...upper]))).name).toBe('InvalidInputException');
    await create(lower);
    await tag(upper);
    expect((await read())?.Tags).toEqual(upper);
    await untag(['Team']);
    expect((await read())?.Tags ?? []).toEqual([]);
  });
});

describe.each(['policy', 'instance profile'] as const)('on a %s', (kind) => {
  const { create, tag, untag, read } = kinds[kind];

  it('tag keys that differ in case are two keys', async () => {
    await create([...lower, ...upper]);
    await tag([{ Key: 'Team', Value: 'third' }]);
    expect((await read())?.Tags).toHaveLength(3);
    await tag([{ Key: 'team', Value: 'changed' }]);
    await untag(['TEAM', 'Team']);
    expect((await read())?.Tags).toEqual([{ Key: 'team', Value: 'changed' }]);
    expect((await failure(tag([...lower, ...lower]))).name).toBe('InvalidInputException');
  });
});
