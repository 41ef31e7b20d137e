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
import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../local/aws.ts';
import { LocalCloudFormation } from '../../local/cloudformation/local-cloudformation.ts';
import { type Clients, clientsOf } from '../../local/start/clients.ts';
import { makeAsBefore, type Predecessor, predecessors } from './predecessors.ts';

let aws: LocalAws;
let clients: Clients;
let cloudFormation: LocalCloudFormation;
const stackName = 'rv-access-bundle';
const adopt = { stackName, parameters: { ExistingEntities: 'Adopt' } };
const userArn = 'arn:aws:iam::123456789012:user/redislabs-user';

beforeAll(async () => {
  aws = await startLocalAws({ keyActivationSeconds: 0 });
});
beforeEach(async () => {
  await cloudFormation?.close();
  await aws.reset();
  clients = clientsOf(aws, 'us-east-1');
  cloudFormation = new LocalCloudFormation({ aws });
});
afterAll(async () => {
  await cloudFormation.close();
  await aws.stop();
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

const keyIds = async () =>
  (await clients.iam.send(new ListAccessKeysCommand({ UserName: 'redislabs-user' }))).AccessKeyMetadata?.map(
    ({ AccessKeyId }) => AccessKeyId,
  );

const storedKey = async () => {
  const { SecretString = '' } = await clients.secrets.send(
    new GetSecretValueCommand({ SecretId: 'rv-access/redislabs-user' }),
  );
  return JSON.parse(SecretString) as { accessKeyId: string; accessSecretKey: string };
};

describe.each(Object.entries(predecessors))('coming from %s', (_name, predecessor) => {
  test('a stack without Adopt names what is there and touches nothing', async () => {
    const key = await makeAsBefore(clients, predecessor);
    const before = await identities(clients.iam);
    const { status, answers } = await cloudFormation.createStack({ stackName });
    expect(status).toBe('ROLLBACK_COMPLETE');
    for (const name of [
      'redislabs-user',
      'redislabs-role',
      'redislabs-cluster-node-role',
      'RedisLabsInstanceRolePolicy',
      'RedislabsIAMUserRestrictedPolicy',
    ])
      expect(answers[0]?.Reason).toContain(`"${name}" exists already and was not made by this bundle`);
    expect(await identities(clients.iam)).toEqual(before);
    expect(await clients.callerOf(key)).toBe(userArn);
  });

  test('adoption keeps every entity, the key in service and the old secrets, and adds a key of its own', async () => {
    const key = await makeAsBefore(clients, predecessor);
    const before = await identities(clients.iam);
    const { status, answers } = await cloudFormation.createStack(adopt);
    expect(status).toBe('CREATE_COMPLETE');
    expect(answers[0]?.Reason).toContain(
      `has access keys that this bundle did not make: ${key.accessKeyId}. They were left.`,
    );
    expect(await identities(clients.iam)).toEqual(before);
    const stored = await storedKey();
    expect(stored.accessKeyId).not.toBe(key.accessKeyId);
    expect(await clients.callerOf(stored)).toBe(userArn);
    expect(await clients.callerOf(key)).toBe(userArn);
    for (const SecretId of predecessor.secrets)
      expect(
        (await clients.secrets.send(new DescribeSecretCommand({ SecretId }))).DeletedDate,
      ).toBeUndefined();
  });

  test('the old key goes by hand once Redis Cloud has the new one; from then on rotation is the stack’s', async () => {
    const key = await makeAsBefore(clients, predecessor);
    await cloudFormation.createStack(adopt);
    const parameters = { AccessKeySerial: '2', ExistingEntities: 'Fail' };

    const early = await cloudFormation.updateStack(stackName, { parameters });
    expect(early.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(early.answers[0]?.Reason).toContain(key.accessKeyId);
    expect(await clients.callerOf(key)).toBe(userArn);

    await clients.iam.send(
      new DeleteAccessKeyCommand({ UserName: 'redislabs-user', AccessKeyId: key.accessKeyId }),
    );
    const first = await storedKey();
    const { status } = await cloudFormation.updateStack(stackName, { parameters });
    expect(status).toBe('UPDATE_COMPLETE');
    const second = await storedKey();
    expect(await keyIds()).toEqual([first.accessKeyId, second.accessKeyId]);
    expect(await clients.callerOf(first)).toBe(userArn);
  });

  test('an adoption that fails in the middle deletes nothing that was there, and can be tried again', async () => {
    const key = await makeAsBefore(clients, predecessor);
    const before = await identities(clients.iam);
    await aws.addFault({ fault: 'accessDenied', action: 'CreateAccessKey', deny: 'serviceControlPolicy' });
    const { status } = await cloudFormation.createStack(adopt);
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(await identities(clients.iam)).toEqual(before);
    expect(await clients.callerOf(key)).toBe(userArn);

    await cloudFormation.deleteStack(stackName);
    expect((await cloudFormation.createStack(adopt)).status).toBe('CREATE_COMPLETE');
    expect(await identities(clients.iam)).toEqual(before);
    expect(await clients.callerOf(key)).toBe(userArn);
  });

  test('once adopted they are the stack’s; its deletion is refused while Redis works with them', async () => {
    const key = await makeAsBefore(clients, predecessor);
    const before = await identities(clients.iam);
    await cloudFormation.createStack(adopt);
    await aws.setLastUsed({
      accessKeyId: key.accessKeyId,
      service: 'ec2',
      region: 'us-east-1',
      secondsAgo: 60,
    });
    const { status, answers } = await cloudFormation.deleteStack(stackName);
    expect(status).toBe('DELETE_FAILED');
    expect(answers[0]?.Reason).toContain('Redis has used this access in the last 24 hours');
    expect(await identities(clients.iam)).toEqual(before);
    expect(await clients.callerOf(key)).toBe(userArn);
  });
});

test('who goes back takes the tags off, and the stack is deleted without them', async () => {
  const key = await makeAsBefore(clients, predecessors['the steps in the AWS console'] as Predecessor);
  const before = await identities(clients.iam);
  await cloudFormation.createStack(adopt);
  const TagKeys = ['rv-access:stack', 'rv-access:bundle'];
  await clients.iam.send(new UntagUserCommand({ UserName: 'redislabs-user', TagKeys }));
  for (const RoleName of ['redislabs-cluster-node-role', 'redislabs-role'])
    await clients.iam.send(new UntagRoleCommand({ RoleName, TagKeys }));
  for (const PolicyArn of before.policies ?? [])
    await clients.iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys }));
  await clients.iam.send(
    new UntagInstanceProfileCommand({ InstanceProfileName: 'redislabs-cluster-node-role', TagKeys }),
  );
  expect((await cloudFormation.deleteStack(stackName)).status).toBe('DELETE_COMPLETE');
  expect(await identities(clients.iam)).toEqual(before);
  expect(await clients.callerOf(key)).toBe(userArn);
});

test('a user that is renamed while Redis works with it stays, with its key, until somebody deletes it', async () => {
  await cloudFormation.createStack({ stackName });
  const key = await storedKey();
  const used = { service: 'ec2', region: 'us-east-1', secondsAgo: 60 };
  await aws.setLastUsed({ accessKeyId: key.accessKeyId, ...used });
  const { status } = await cloudFormation.updateStack(stackName, { parameters: { UserName: 'another' } });
  expect(status).toBe('UPDATE_COMPLETE');
  expect(await clients.callerOf(key)).toBe(userArn);
});

test('two keys made before leave no room: adoption says which, and changes nothing', async () => {
  const key = await makeAsBefore(clients, predecessors['the Terraform module'] as Predecessor);
  const { AccessKey } = await clients.iam.send(new CreateAccessKeyCommand({ UserName: 'redislabs-user' }));
  const { status, answers } = await cloudFormation.createStack(adopt);
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(answers[0]?.Reason).toContain(`${key.accessKeyId}, ${AccessKey?.AccessKeyId}`);
  expect(await keyIds()).toEqual([key.accessKeyId, AccessKey?.AccessKeyId]);
});
