import * as iam from '@aws-sdk/client-iam';
import { outcome, type Scenario } from './scenario.ts';

const DOCUMENT = (action: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
  });
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
});
const arn = (name: string) => `arn:aws:iam::123456789012:policy/${name}`;
const UserName = 'someone';
const RoleName = 'some-role';
const PolicyName = 'some-policy';
const PolicyArn = arn(PolicyName);
const InstanceProfileName = 'some-profile';
const Password = 'Correct-Horse-9';

export const iamScenarios: Scenario[] = [
  {
    behaviour: 'a user keeps the tags of its creation, and a tag is replaced by one of the same key',
    async *steps({ iam: client }) {
      await client.send(new iam.CreateUserCommand({ UserName, Tags: [{ Key: 'a', Value: '1' }] }));
      await client.send(
        new iam.TagUserCommand({
          UserName,
          Tags: [
            { Key: 'a', Value: '2' },
            { Key: 'b', Value: '3' },
          ],
        }),
      );
      await client.send(new iam.UntagUserCommand({ UserName, TagKeys: ['b', 'not there'] }));
      yield (await client.send(new iam.GetUserCommand({ UserName }))).User?.Tags;
    },
    says: [[{ Key: 'a', Value: '2' }]],
  },
  {
    behaviour: 'names are taken whatever their case',
    async *steps({ iam: client }) {
      yield outcome(client.send(new iam.CreateUserCommand({ UserName })));
      yield outcome(client.send(new iam.CreateUserCommand({ UserName: 'SomeOne' })));
    },
    says: ['ok', 'EntityAlreadyExistsException'],
  },
  {
    behaviour: 'names of users and roles have 64 characters at most, those of policies and profiles 128',
    async *steps({ iam: client }) {
      for (const more of [0, 1]) {
        const long = (length: number) => 'n'.repeat(length + more);
        yield outcome(client.send(new iam.CreateUserCommand({ UserName: long(64) })));
        const role = { RoleName: long(64), AssumeRolePolicyDocument: TRUST };
        yield outcome(client.send(new iam.CreateRoleCommand(role)));
        const policy = { PolicyName: long(128), PolicyDocument: DOCUMENT('s3:Get*') };
        yield outcome(client.send(new iam.CreatePolicyCommand(policy)));
        yield outcome(client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: long(128) })));
      }
    },
    says: [...Array(4).fill('ok'), ...Array(4).fill('ValidationError')],
  },
  {
    behaviour: 'the instance profiles of a role that is not there are none to list',
    async *steps({ iam: client }) {
      yield outcome(client.send(new iam.ListInstanceProfilesForRoleCommand({ RoleName })));
    },
    says: ['NoSuchEntityException'],
  },
  {
    behaviour: 'a user goes only after keys, password, policies, groups and devices',
    async *steps({ iam: client }) {
      const remove = () => outcome(client.send(new iam.DeleteUserCommand({ UserName })));
      await client.send(new iam.CreateUserCommand({ UserName }));
      await client.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument: DOCUMENT('s3:Get*') }));
      await client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn }));
      yield remove();
      yield outcome(client.send(new iam.DeletePolicyCommand({ PolicyArn })));
      await client.send(new iam.DetachUserPolicyCommand({ UserName, PolicyArn }));
      yield outcome(client.send(new iam.DetachUserPolicyCommand({ UserName, PolicyArn })));
      await client.send(new iam.CreateLoginProfileCommand({ UserName, Password }));
      yield remove();
      await client.send(new iam.DeleteLoginProfileCommand({ UserName }));
      const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
      yield remove();
      const AccessKeyId = AccessKey?.AccessKeyId;
      await client.send(new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId }));
      yield outcome(client.send(new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId })));
      yield remove();
      yield remove();
      yield outcome(client.send(new iam.DeletePolicyCommand({ PolicyArn })));
    },
    says: [
      'DeleteConflictException',
      'DeleteConflictException',
      'NoSuchEntityException',
      'DeleteConflictException',
      'DeleteConflictException',
      'NoSuchEntityException',
      'ok',
      'NoSuchEntityException',
      'ok',
    ],
  },
  {
    behaviour: 'a third access key is refused, an inactive one counts',
    async *steps({ iam: client }) {
      await client.send(new iam.CreateUserCommand({ UserName }));
      const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
      const AccessKeyId = AccessKey?.AccessKeyId;
      yield outcome(
        client.send(new iam.UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' })),
      );
      yield outcome(client.send(new iam.CreateAccessKeyCommand({ UserName })));
      yield outcome(client.send(new iam.CreateAccessKeyCommand({ UserName })));
      const { AccessKeyMetadata } = await client.send(new iam.ListAccessKeysCommand({ UserName }));
      yield AccessKeyMetadata?.map(({ Status }) => Status);
    },
    says: ['ok', 'ok', 'LimitExceededException', ['Inactive', 'Active']],
  },
  {
    behaviour: 'a user has one password or none',
    async *steps({ iam: client }) {
      const update = () => outcome(client.send(new iam.UpdateLoginProfileCommand({ UserName, Password })));
      await client.send(new iam.CreateUserCommand({ UserName }));
      yield update();
      yield outcome(client.send(new iam.CreateLoginProfileCommand({ UserName, Password })));
      yield outcome(client.send(new iam.CreateLoginProfileCommand({ UserName, Password })));
      yield update();
      yield outcome(client.send(new iam.DeleteLoginProfileCommand({ UserName })));
      yield outcome(client.send(new iam.GetLoginProfileCommand({ UserName })));
      yield outcome(client.send(new iam.GetAccountPasswordPolicyCommand({})));
    },
    says: [
      'NoSuchEntityException',
      'ok',
      'EntityAlreadyExistsException',
      'ok',
      'ok',
      'NoSuchEntityException',
      'NoSuchEntityException',
    ],
  },
  {
    behaviour: 'a policy has five versions, and its default one stays',
    async *steps({ iam: client }) {
      const add = (n: number) =>
        outcome(
          client.send(
            new iam.CreatePolicyVersionCommand({
              PolicyArn,
              PolicyDocument: DOCUMENT(`s3:Get${n}*`),
              SetAsDefault: n === 2,
            }),
          ),
        );
      await client.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument: DOCUMENT('s3:Get*') }));
      for (const n of [2, 3, 4, 5, 6]) yield add(n);
      yield outcome(client.send(new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' })));
      yield outcome(client.send(new iam.DeletePolicyCommand({ PolicyArn })));
      yield outcome(client.send(new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v1' })));
      yield add(7);
      yield outcome(client.send(new iam.SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v6' })));
      const { Versions } = await client.send(new iam.ListPolicyVersionsCommand({ PolicyArn }));
      yield Versions?.map(({ VersionId, IsDefaultVersion }) => `${VersionId} ${IsDefaultVersion}`).sort();
      const { PolicyVersion } = await client.send(
        new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: 'v6' }),
      );
      yield JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? '')).Statement[0].Action;
    },
    says: [
      ...[
        'ok',
        'ok',
        'ok',
        'ok',
        'LimitExceededException',
        'DeleteConflictException',
        'DeleteConflictException',
      ],
      ...['ok', 'ok', 'ok', ['v2 false', 'v3 false', 'v4 false', 'v5 false', 'v6 true'], 's3:Get7*'],
    ],
  },
  {
    behaviour: 'a role goes only after its policies and out of its profiles, which hold one role',
    async *steps({ iam: client }) {
      const create = (name: string) =>
        client.send(new iam.CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST }));
      const add = (name: string) =>
        outcome(
          client.send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: name })),
        );
      const drop = () =>
        outcome(client.send(new iam.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName })));
      const remove = () => outcome(client.send(new iam.DeleteRoleCommand({ RoleName })));
      await create(RoleName);
      await create('another-role');
      await client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName }));
      await client.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument: DOCUMENT('s3:Get*') }));
      yield outcome(client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn })));
      yield outcome(client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn })));
      yield outcome(client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn: arn('missing') })));
      yield add(RoleName);
      yield add('another-role');
      yield remove();
      yield outcome(client.send(new iam.DetachRolePolicyCommand({ RoleName, PolicyArn })));
      yield remove();
      yield outcome(client.send(new iam.DeleteInstanceProfileCommand({ InstanceProfileName })));
      const { InstanceProfiles } = await client.send(
        new iam.ListInstanceProfilesForRoleCommand({ RoleName }),
      );
      yield InstanceProfiles?.map((profile) => profile.InstanceProfileName);
      yield drop();
      yield drop();
      yield outcome(client.send(new iam.DeleteInstanceProfileCommand({ InstanceProfileName })));
      yield remove();
    },
    says: [
      ...['ok', 'ok', 'NoSuchEntityException', 'ok', 'LimitExceededException', 'DeleteConflictException'],
      ...['ok', 'DeleteConflictException', 'DeleteConflictException', [InstanceProfileName], 'ok'],
      ...['NoSuchEntityException', 'ok', 'ok'],
    ],
  },
  {
    behaviour: 'lists come in pages',
    async *steps({ iam: client }) {
      await client.send(new iam.CreateUserCommand({ UserName }));
      for (const name of ['p1', 'p2', 'p3']) {
        await client.send(
          new iam.CreatePolicyCommand({ PolicyName: name, PolicyDocument: DOCUMENT('s3:Get*') }),
        );
        await client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn: arn(name) }));
      }
      const first = await client.send(new iam.ListAttachedUserPoliciesCommand({ UserName, MaxItems: 2 }));
      yield [first.IsTruncated, first.AttachedPolicies?.map((policy) => policy.PolicyName)];
      const Marker = first.Marker;
      const second = await client.send(new iam.ListAttachedUserPoliciesCommand({ UserName, Marker }));
      yield [second.IsTruncated, second.AttachedPolicies?.map((policy) => policy.PolicyName)];
    },
    says: [
      [true, ['p1', 'p2']],
      [false, ['p3']],
    ],
  },
  {
    behaviour: 'documents that are none are refused, and so are principals that do not exist',
    async *steps({ iam: client }) {
      yield outcome(client.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument: '{oops' })));
      yield outcome(client.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: '{oops' })));
    },
    says: ['MalformedPolicyDocumentException', 'MalformedPolicyDocumentException'],
  },
  {
    behaviour: 'a permissions boundary is set, shown and taken away',
    async *steps({ iam: client }) {
      const boundary = async () =>
        (await client.send(new iam.GetUserCommand({ UserName }))).User?.PermissionsBoundary
          ?.PermissionsBoundaryArn;
      await client.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument: DOCUMENT('s3:Get*') }));
      await client.send(new iam.CreateUserCommand({ UserName, PermissionsBoundary: PolicyArn }));
      yield boundary();
      yield outcome(client.send(new iam.DeletePolicyCommand({ PolicyArn })));
      yield outcome(client.send(new iam.DeleteUserPermissionsBoundaryCommand({ UserName })));
      yield boundary();
      yield outcome(
        client.send(
          new iam.PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: arn('missing') }),
        ),
      );
    },
    says: [PolicyArn, 'DeleteConflictException', 'ok', undefined, 'NoSuchEntityException'],
  },
];
