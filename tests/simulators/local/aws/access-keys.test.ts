import { setTimeout as sleep } from 'node:timers/promises';
import * as IAM from '@aws-sdk/client-iam';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, expect, it } from 'vitest';
import { type Credentials, failure, localAws, trustOf } from './clients.ts';

const { clients, aws } = localAws();
const UserName = 'user';
let iam: IAM.IAMClient;
let key: Credentials;
beforeEach(async () => {
  iam = clients().iam;
  await iam.send(new IAM.CreateUserCommand({ UserName }));
  const { AccessKey } = await iam.send(new IAM.CreateAccessKeyCommand({ UserName }));
  key = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
});

const identity = (credentials: Partial<Credentials> = key, region = 'us-east-1') =>
  clients(region, credentials).sts.send(new GetCallerIdentityCommand({}));
const unknown = {
  name: 'InvalidClientTokenId',
  message: 'The security token included in the request is invalid.',
  status: 403,
};

it("answers the user's identity to the user's key, in any Region of the partition", async () => {
  const { User } = await iam.send(new IAM.GetUserCommand({ UserName }));
  const expected = { Account: '123456789012', Arn: User?.Arn, UserId: User?.UserId };
  expect(await identity()).toMatchObject(expected);
  expect(await identity(key, 'eu-central-1')).toMatchObject(expected);
  expect(await failure(identity(key, 'us-gov-west-1'))).toEqual(unknown);
});

it("answers the account's identity to other credentials", async () => {
  expect(await identity({})).toMatchObject({
    Account: '123456789012',
    Arn: 'arn:aws:iam::123456789012:root',
  });
  expect(await identity({ accessKeyId: '111122223333' })).toMatchObject({ Account: '111122223333' });
});

it('does not know a new key until its activation', async () => {
  await aws().settings({ keyActivationSeconds: 3600 });
  expect(await failure(identity())).toEqual(unknown);
  await aws().settings({ keyActivationSeconds: 0 });
  await identity();
});

it('knows a new key in one call and not yet in the next, if it is told to', async () => {
  await aws().settings({ keySpreadSeconds: 3 });
  const { AccessKey } = await iam.send(new IAM.CreateAccessKeyCommand({ UserName }));
  const another = {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  };
  await sleep(1000);
  const calls = Array.from({ length: 40 }, () =>
    identity(another).then(
      () => 'known',
      ({ name }) => name,
    ),
  );
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['known', 'InvalidClientTokenId']));
  await sleep(2100);
  await identity(another);
});

it('does not know a key that is inactive or deleted, whatever the service', async () => {
  const AccessKeyId = key.accessKeyId;
  await iam.send(new IAM.UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
  expect(await failure(identity())).toEqual(unknown);
  await iam.send(new IAM.UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Active' }));
  await identity();
  await iam.send(new IAM.DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  expect(await failure(identity())).toEqual(unknown);
  const { secrets, iam: ofUser } = clients('us-east-1', key);
  expect(await failure(ofUser.send(new IAM.ListUsersCommand({})))).toEqual(unknown);
  expect((await failure(secrets.send(new ListSecretsCommand({})))).name).toBe('UnrecognizedClientException');
});

it('refuses a wrong secret access key', async () => {
  const wrong = { ...key, secretAccessKey: 'x'.repeat(40) };
  expect(await failure(identity(wrong))).toMatchObject({ name: 'SignatureDoesNotMatch', status: 403 });
});

it('tells when a key was used last and for what', async () => {
  const lastUsed = async () => {
    const AccessKeyId = key.accessKeyId;
    return (await iam.send(new IAM.GetAccessKeyLastUsedCommand({ AccessKeyId }))).AccessKeyLastUsed;
  };
  expect(await lastUsed()).toEqual({ ServiceName: 'N/A', Region: 'N/A' });
  await identity(key, 'eu-west-1');
  expect(await lastUsed()).toEqual({
    LastUsedDate: expect.any(Date),
    ServiceName: 'sts',
    Region: 'eu-west-1',
  });
  await aws().setLastUsed({
    accessKeyId: key.accessKeyId,
    service: 'ec2',
    region: 'us-west-2',
    secondsAgo: 60,
  });
  expect(await lastUsed()).toMatchObject({ ServiceName: 'ec2', Region: 'us-west-2' });
});

it('gives temporary credentials of a role, and tells the use of that role', async () => {
  const { Role } = await iam.send(
    new IAM.CreateRoleCommand({ RoleName: 'role', AssumeRolePolicyDocument: trustOf() }),
  );
  const { Credentials: temporary } = await clients().sts.send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'session' }),
  );
  const credentials = {
    accessKeyId: temporary?.AccessKeyId ?? '',
    secretAccessKey: temporary?.SecretAccessKey ?? '',
  };
  expect(await identity(credentials)).toMatchObject({
    Arn: 'arn:aws:sts::123456789012:assumed-role/role/session',
  });
  const { Role: used } = await iam.send(new IAM.GetRoleCommand({ RoleName: 'role' }));
  expect(used?.RoleLastUsed).toEqual({ LastUsedDate: expect.any(Date), Region: 'us-east-1' });
});
