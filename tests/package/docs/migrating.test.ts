import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccountAuthorizationDetailsCommand,
  type IAMClient,
  ListAccessKeysCommand,
  UntagInstanceProfileCommand,
  UntagPolicyCommand,
  UntagRoleCommand,
  UntagUserCommand,
} from '@aws-sdk/client-iam';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Region, useAccount } from '../../e2e/account.ts';
import { furtherTest, oneIn } from '../../support/sample.ts';
import { makeAsBefore, type Predecessor, predecessors } from './predecessors.ts';

const account = useAccount();
let here: Region;
const adopt = { ExistingEntities: 'Adopt' };
const userArn = 'arn:aws:iam::123456789012:user/redislabs-user';

beforeEach(() => {
  here = account.in('us-east-1');
});

/** What must not change while Redis works with it: the identity of each entity, and its key. */
async function identities(iam: IAMClient) {
  const { UserDetailList, RoleDetailList, Policies } = await iam.send(
    new GetAccountAuthorizationDetailsCommand({ Filter: ['User', 'Role', 'LocalManagedPolicy'] }),
  );
  return {
    users: UserDetailList?.map(({ Arn, UserId }) => [Arn, UserId]),
    roles: RoleDetailList?.map(({ Arn, RoleId, InstanceProfileList }) => [
      Arn,
      RoleId,
      InstanceProfileList?.map((profile) => [profile.Arn, profile.InstanceProfileId]),
    ]),
    policies: Policies?.map(({ Arn }) => Arn),
  };
}

const keyIds = async () => {
  const command = new ListAccessKeysCommand({ UserName: 'redislabs-user' });
  const { AccessKeyMetadata } = await here.clients.iam.send(command);
  return AccessKeyMetadata?.map(({ AccessKeyId }) => AccessKeyId);
};

describe.each(oneIn(Object.keys(predecessors).length, Object.entries(predecessors)))(
  'coming from %s',
  (_name, predecessor) => {
    test('a stack without Adopt names what is there and touches nothing', async () => {
      const key = await makeAsBefore(here.clients, predecessor);
      const before = await identities(here.clients.iam);
      const { status, answers } = await here.create();
      expect(status).toBe('ROLLBACK_COMPLETE');
      for (const name of [
        'redislabs-user',
        'redislabs-role',
        'redislabs-cluster-node-role',
        'RedisLabsInstanceRolePolicy',
        'RedislabsIAMUserRestrictedPolicy',
      ])
        expect(answers[0]?.Reason).toContain(`"${name}"`);
      expect(answers[0]?.Reason).toContain(
        'exist already and were not made by this bundle; nothing was touched.',
      );
      expect(await identities(here.clients.iam)).toEqual(before);
      expect(await here.clients.callerOf(key)).toBe(userArn);
    });

    test('adoption keeps every entity, the key in service and the old secrets, and adds a key of its own', async () => {
      const key = await makeAsBefore(here.clients, predecessor);
      const before = await identities(here.clients.iam);
      const { status, answers, outputs } = await here.create(adopt);
      expect(status).toBe('CREATE_COMPLETE');
      expect(outputs.SecretName).toBe('rv-access/redislabs-user');
      expect(answers[0]?.Reason).toBeUndefined();
      expect(outputs.Warnings).toContain(
        `has access keys that this bundle did not make: ${key.accessKeyId}. They were left.`,
      );
      expect(await identities(here.clients.iam)).toEqual(before);
      const stored = await here.content();
      expect(stored.accessKeyId).not.toBe(key.accessKeyId);
      expect(await here.clients.callerOf(stored)).toBe(userArn);
      expect(await here.clients.callerOf(key)).toBe(userArn);
      for (const SecretId of predecessor.secrets)
        expect(
          (await here.clients.secrets.send(new DescribeSecretCommand({ SecretId }))).DeletedDate,
        ).toBeUndefined();
    });

    test('the old key goes by hand once Redis Cloud has the new one; from then on rotation is the stack’s', async () => {
      const key = await makeAsBefore(here.clients, predecessor);
      await here.create(adopt);
      const parameters = { AccessKeySerial: '2', ExistingEntities: 'Fail' };

      const early = await here.update(parameters);
      expect(early.status).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(early.answers[0]?.Reason).toContain(key.accessKeyId);
      expect(await here.clients.callerOf(key)).toBe(userArn);

      await here.clients.iam.send(
        new DeleteAccessKeyCommand({ UserName: 'redislabs-user', AccessKeyId: key.accessKeyId }),
      );
      const first = await here.content();
      const { status } = await here.update(parameters);
      expect(status).toBe('UPDATE_COMPLETE');
      const second = await here.content();
      expect(await keyIds()).toEqual([first.accessKeyId, second.accessKeyId]);
      expect(await here.clients.callerOf(first)).toBe(userArn);
    });

    furtherTest(
      'an adoption that fails in the middle deletes nothing that was there, and can be tried again',
      async () => {
        const key = await makeAsBefore(here.clients, predecessor);
        const before = await identities(here.clients.iam);
        await account.aws.addFault({
          fault: 'accessDenied',
          action: 'CreateAccessKey',
          deny: 'serviceControlPolicy',
        });
        const { status } = await here.create(adopt);
        expect(status).toBe('ROLLBACK_COMPLETE');
        expect(await identities(here.clients.iam)).toEqual(before);
        expect(await here.clients.callerOf(key)).toBe(userArn);

        await here.remove();
        expect((await here.create(adopt)).status).toBe('CREATE_COMPLETE');
        expect(await identities(here.clients.iam)).toEqual(before);
        expect(await here.clients.callerOf(key)).toBe(userArn);
      },
    );

    test('once adopted they are the stack’s; its deletion is refused while Redis works with them', async () => {
      const key = await makeAsBefore(here.clients, predecessor);
      const before = await identities(here.clients.iam);
      await here.create(adopt);
      await account.aws.setLastUsed({
        accessKeyId: key.accessKeyId,
        service: 'ec2',
        region: 'us-east-1',
        secondsAgo: 60,
      });
      const { status, answers } = await here.remove();
      expect(status).toBe('DELETE_FAILED');
      expect(answers[0]?.Reason).toContain('Redis has used this access in the last 24 hours');
      expect(await identities(here.clients.iam)).toEqual(before);
      expect(await here.clients.callerOf(key)).toBe(userArn);
    });
  },
);

test('who goes back takes the tags off, and the stack is deleted without them', async () => {
  const key = await makeAsBefore(here.clients, predecessors['the steps in the AWS console'] as Predecessor);
  const before = await identities(here.clients.iam);
  await here.create(adopt);
  const TagKeys = ['rv-access:stack', 'rv-access:bundle'];
  await here.clients.iam.send(new UntagUserCommand({ UserName: 'redislabs-user', TagKeys }));
  for (const RoleName of ['redislabs-cluster-node-role', 'redislabs-role'])
    await here.clients.iam.send(new UntagRoleCommand({ RoleName, TagKeys }));
  for (const PolicyArn of before.policies ?? [])
    await here.clients.iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys }));
  await here.clients.iam.send(
    new UntagInstanceProfileCommand({ InstanceProfileName: 'redislabs-cluster-node-role', TagKeys }),
  );
  expect((await here.remove()).status).toBe('DELETE_COMPLETE');
  expect(await identities(here.clients.iam)).toEqual(before);
  expect(await here.clients.callerOf(key)).toBe(userArn);
});

test('a user that is renamed while Redis works with it stays, with its key, until somebody deletes it', async () => {
  await here.create();
  const key = await here.content();
  const used = { service: 'ec2', region: 'us-east-1', secondsAgo: 60 };
  await account.aws.setLastUsed({ accessKeyId: key.accessKeyId, ...used });
  const { status } = await here.update({ UserName: 'another' });
  expect(status).toBe('UPDATE_COMPLETE');
  expect(await here.clients.callerOf(key)).toBe(userArn);
});

furtherTest('two keys made before leave no room: adoption says which, and changes nothing', async () => {
  const key = await makeAsBefore(here.clients, predecessors['the Terraform module'] as Predecessor);
  const { AccessKey } = await here.clients.iam.send(
    new CreateAccessKeyCommand({ UserName: 'redislabs-user' }),
  );
  const { status, answers } = await here.create(adopt);
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(answers[0]?.Reason).toContain(`${key.accessKeyId}, ${AccessKey?.AccessKeyId}`);
  expect(await keyIds()).toEqual([key.accessKeyId, AccessKey?.AccessKeyId]);
});
