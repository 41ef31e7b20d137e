import * as iam from '@aws-sdk/client-iam';
import * as sm from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { depth } from '../../support/memory-aws/calls.ts';
import { type MemoryAws, memoryAws } from '../../support/memory-aws/memory-aws.ts';
import { outcome } from './scenario.ts';

let aws: MemoryAws;
const client = new iam.IAMClient({ region: 'us-east-1' });
const secrets = new sm.SecretsManagerClient({ region: 'us-east-1' });
const UserName = 'someone';
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  aws = memoryAws();
});
afterEach(() => {
  aws.restore();
  vi.useRealTimers();
});

test('a new user is not seen by reads for a while', async () => {
  aws.lag.reads = 5000;
  await client.send(new iam.CreateUserCommand({ UserName }));
  const read = () => outcome(client.send(new iam.GetUserCommand({ UserName })));
  expect(await read()).toBe('NoSuchEntityException');
  expect(await outcome(client.send(new iam.CreateUserCommand({ UserName })))).toBe(
    'EntityAlreadyExistsException',
  );
  await pass(5000);
  expect(await read()).toBe('ok');
});

test('a new key is missing in the list for a while', async () => {
  aws.addForeignUser(UserName);
  aws.lag.reads = 5000;
  await client.send(new iam.CreateAccessKeyCommand({ UserName }));
  const count = async () =>
    (await client.send(new iam.ListAccessKeysCommand({ UserName }))).AccessKeyMetadata?.length;
  expect(await count()).toBe(0);
  await pass(5000);
  expect(await count()).toBe(1);
});

test('a new user is unknown to the calls that refer to it for a while', async () => {
  const { arn } = aws.addForeignPolicy('some-policy');
  aws.lag.references = 5000;
  await client.send(new iam.CreateUserCommand({ UserName }));
  const attach = () => outcome(client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn: arn })));
  expect(await attach()).toBe('NoSuchEntityException');
  await pass(5000);
  expect(await attach()).toBe('ok');
});

test('a new key is refused by STS for a while, then tells whose it is, until it is made inactive', async () => {
  aws.addForeignUser(UserName);
  aws.lag.keyActivation = 5000;
  const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
  const AccessKeyId = AccessKey?.AccessKeyId ?? '';
  const sts = (secretAccessKey = AccessKey?.SecretAccessKey ?? '') =>
    new STSClient({ region: 'us-east-1', credentials: { accessKeyId: AccessKeyId, secretAccessKey } });
  expect(await outcome(sts().send(new GetCallerIdentityCommand({})))).toBe('InvalidClientTokenId');
  await pass(5000);
  expect((await sts().send(new GetCallerIdentityCommand({}))).Arn).toBe(
    'arn:aws:iam::123456789012:user/someone',
  );
  expect(await outcome(sts('wrong').send(new GetCallerIdentityCommand({})))).toBe('SignatureDoesNotMatch');
  await client.send(new iam.UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
  expect(await outcome(sts().send(new GetCallerIdentityCommand({})))).toBe('InvalidClientTokenId');
  const { AccessKeyLastUsed } = await client.send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId }));
  expect(AccessKeyLastUsed?.ServiceName).toBe('sts');
});

test('the function itself is a role', async () => {
  const { Arn } = await new STSClient({ region: 'us-east-1' }).send(new GetCallerIdentityCommand({}));
  expect(Arn).toMatch(/^arn:aws:sts::123456789012:assumed-role\//);
});

test('a new password cannot be changed, and its user not be deleted, for a while', async () => {
  aws.addForeignUser(UserName);
  aws.lag.loginProfile = 5000;
  await client.send(new iam.CreateLoginProfileCommand({ UserName, Password: 'Correct-Horse-9' }));
  const remove = () => outcome(client.send(new iam.DeleteLoginProfileCommand({ UserName })));
  expect(await remove()).toBe('EntityTemporarilyUnmodifiableException');
  expect(await outcome(client.send(new iam.DeleteUserCommand({ UserName })))).toBe(
    'EntityTemporarilyUnmodifiableException',
  );
  await pass(5000);
  expect(await remove()).toBe('ok');
});

test('a new role reads with its unique id for its ARN for a while', async () => {
  aws.lag.uniqueIdForArn = 5000;
  const trust = { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2' } } };
  const input = { RoleName: 'some-role', AssumeRolePolicyDocument: JSON.stringify(trust) };
  expect((await client.send(new iam.CreateRoleCommand(input))).Role?.Arn).toMatch(/^AROA/);
  await pass(5000);
  const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: 'some-role' }));
  expect(Role?.Arn).toBe('arn:aws:iam::123456789012:role/some-role');
});

test('a trust policy may name a new user only after a while', async () => {
  aws.lag.references = 5000;
  await client.send(new iam.CreateUserCommand({ UserName }));
  const Principal = { AWS: 'arn:aws:iam::123456789012:user/someone' };
  const trust = { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal } };
  const create = () =>
    client.send(
      new iam.CreateRoleCommand({ RoleName: 'some-role', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
  await expect(create()).rejects.toThrow(/^Invalid principal in policy/);
  await pass(5000);
  expect(await outcome(create())).toBe('ok');
});

test('the name of something deleted is free only after a while', async () => {
  aws.lag.deletes = 5000;
  aws.addForeignUser(UserName);
  aws.addForeignSecret('a-secret');
  await client.send(new iam.DeleteUserCommand({ UserName }));
  const force = { SecretId: 'a-secret', ForceDeleteWithoutRecovery: true };
  await secrets.send(new sm.DeleteSecretCommand(force));
  const user = () => outcome(client.send(new iam.CreateUserCommand({ UserName })));
  const secret = () => outcome(secrets.send(new sm.CreateSecretCommand({ Name: 'a-secret' })));
  expect([await user(), await secret()]).toEqual(['EntityAlreadyExistsException', 'InvalidRequestException']);
  await pass(5000);
  expect([await user(), await secret()]).toEqual(['ok', 'ok']);
});

test('a secret is gone when its recovery window is over', async () => {
  aws.addForeignSecret('a-secret');
  const SecretId = 'a-secret';
  await secrets.send(new sm.DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  expect(await outcome(secrets.send(new sm.DeleteSecretCommand({ SecretId })))).toBe(
    'InvalidRequestException',
  );
  vi.setSystemTime(Date.now() + 7 * 24 * 60 * 60 * 1000);
  expect(await outcome(secrets.send(new sm.DescribeSecretCommand({ SecretId })))).toBe(
    'ResourceNotFoundException',
  );
});

test('the depth of calls is that of their longest chain', async () => {
  aws.latency = 50;
  const call = () => outcome(client.send(new iam.GetUserCommand({ UserName })));
  const chain = async (length: number) => {
    for (let i = 0; i < length; i++) await call();
  };
  const ended = Promise.all([chain(1), chain(3), chain(2)]);
  await pass(1000);
  await ended;
  expect(aws.calls).toHaveLength(6);
  expect(depth(aws.calls)).toBe(3);
});
