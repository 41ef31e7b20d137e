import * as iam from '@aws-sdk/client-iam';
import * as sm from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MemoryAws, memoryAws } from '../../support/memory-aws/memory-aws.ts';
import { outcome } from './scenario.ts';

let aws: MemoryAws;
const client = new iam.IAMClient({ region: 'us-east-1' });
const secrets = new sm.SecretsManagerClient({ region: 'us-east-1' });
const UserName = 'someone';

beforeEach(() => {
  aws = memoryAws();
});
afterEach(() => aws.restore());

test('each thing on a user is in the way of its deletion', async () => {
  const things = ['accessKeys', 'mfaDevices', 'sshKeys', 'certificates', 'serviceCredentials'] as const;
  const remove = () => outcome(client.send(new iam.DeleteUserCommand({ UserName })));
  for (const thing of [...things, 'attached', 'groups', 'inline', 'password'] as const) {
    const all = aws.addForeignUser(UserName);
    aws.addAccessKeyByHand(UserName);
    aws.hangEverythingOn(UserName);
    const user = aws.addForeignUser(UserName);
    if (thing === 'inline') user.inline = all.inline;
    else if (thing === 'password') user.loginProfile = { password: '', createdAt: 0, resetRequired: false };
    else Object.assign(user, { [thing]: all[thing] });
    expect([thing, await remove()]).toEqual([thing, 'DeleteConflictException']);
  }
  aws.addForeignUser(UserName);
  expect(await remove()).toBe('ok');
});

test('everything that was hung on a user can be taken off it', async () => {
  const user = aws.addForeignUser(UserName);
  aws.hangEverythingOn(UserName);
  aws.pageSize = 1;
  const devices = await client.send(new iam.ListMFADevicesCommand({ UserName }));
  expect(devices.IsTruncated).toBe(true);
  const [virtual = '', hardware = ''] = user.mfaDevices;
  const drop = new iam.DeleteVirtualMFADeviceCommand({ SerialNumber: virtual });
  expect(await outcome(client.send(drop))).toBe('DeleteConflictException');
  for (const SerialNumber of [virtual, hardware]) {
    await client.send(new iam.DeactivateMFADeviceCommand({ UserName, SerialNumber }));
  }
  expect(await outcome(client.send(drop))).toBe('ok');
  for (const SSHPublicKeyId of user.sshKeys) {
    await client.send(new iam.DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId }));
  }
  for (const CertificateId of user.certificates) {
    await client.send(new iam.DeleteSigningCertificateCommand({ UserName, CertificateId }));
  }
  for (const ServiceSpecificCredentialId of user.serviceCredentials) {
    const input = { UserName, ServiceSpecificCredentialId };
    await client.send(new iam.DeleteServiceSpecificCredentialCommand(input));
  }
  for (const PolicyName of Object.keys(user.inline)) {
    await client.send(new iam.DeleteUserPolicyCommand({ UserName, PolicyName }));
  }
  for (const GroupName of user.groups) {
    await client.send(new iam.RemoveUserFromGroupCommand({ UserName, GroupName }));
  }
  for (const PolicyArn of user.attached) {
    await client.send(new iam.DetachUserPolicyCommand({ UserName, PolicyArn }));
  }
  expect(await outcome(client.send(new iam.DeleteUserCommand({ UserName })))).toBe('ok');
});

test.each([
  ['Short-1', undefined],
  ['nothing but letters', undefined],
  ['No-Number-Here', { requireNumbers: true }],
  ['no-capital-9', { requireUppercase: true }],
  ['Long-Enough-9', { minimumLength: 20 }],
])('the password %j is refused under the policy %j', async (Password, policy) => {
  aws.addForeignUser(UserName);
  if (policy) {
    aws.passwordPolicy = {
      minimumLength: 8,
      requireSymbols: false,
      requireNumbers: false,
      requireUppercase: false,
      requireLowercase: false,
      ...policy,
    };
  }
  const create = new iam.CreateLoginProfileCommand({ UserName, Password });
  expect(await outcome(client.send(create))).toBe('PasswordPolicyViolationException');
});

test('random passwords hold each class asked for and nothing that is excluded', async () => {
  const ask = async (input: sm.GetRandomPasswordCommandInput) =>
    (await secrets.send(new sm.GetRandomPasswordCommand(input))).RandomPassword ?? '';
  const password = await ask({ PasswordLength: 24, ExcludeCharacters: '"\'\\`' });
  expect(password).toHaveLength(24);
  for (const each of [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/]) expect(password).toMatch(each);
  expect(password).not.toMatch(/["'\\`]/);
  expect(await ask({ ExcludePunctuation: true })).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(aws.minted).toContain(password);
});

test.each(['users', 'roles', 'policies', 'instanceProfiles'] as const)(
  'the quota of %s is kept',
  async (kind) => {
    aws.quotas[kind] = 0;
    const document = JSON.stringify({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });
    const trust = JSON.stringify({ Statement: { Effect: 'Allow', Principal: { Service: 'ec2' } } });
    const calls = {
      users: () => client.send(new iam.CreateUserCommand({ UserName: 'a' })),
      roles: () => client.send(new iam.CreateRoleCommand({ RoleName: 'a', AssumeRolePolicyDocument: trust })),
      policies: () => client.send(new iam.CreatePolicyCommand({ PolicyName: 'a', PolicyDocument: document })),
      instanceProfiles: () => client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: 'a' })),
    };
    expect(await outcome(calls[kind]())).toBe('LimitExceededException');
    aws.quotas[kind] = 1;
    expect(await outcome(calls[kind]())).toBe('ok');
  },
);

test.each(['aws:Key', 'Key'])('neither a key nor a value of a tag (%s) begins with aws:', async (Key) => {
  aws.addForeignUser(UserName);
  const Tags = [{ Key, Value: 'AWS:value' }];
  expect(await outcome(client.send(new iam.TagUserCommand({ UserName, Tags })))).toBe(
    'InvalidInputException',
  );
  expect(aws.users[UserName]?.tags).toEqual({});
});

test('more keys than the quota can exist, as after a race', async () => {
  aws.addForeignUser(UserName);
  for (let i = 0; i < 3; i++) aws.addAccessKeyByHand(UserName);
  const { AccessKeyMetadata } = await client.send(new iam.ListAccessKeysCommand({ UserName }));
  expect(AccessKeyMetadata).toHaveLength(3);
});

test.each([
  ['disabled', 'KMSInvalidStateException', 'DecryptionFailure'],
  ['denied', 'AccessDeniedException', 'AccessDeniedException'],
] as const)('a KMS key that is %s keeps secrets from being written and read', async (state, write, read) => {
  const KmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/some-key';
  const create = (Name: string) =>
    secrets.send(new sm.CreateSecretCommand({ Name, KmsKeyId, SecretString: '{}' }));
  await create('before');
  aws.kmsKeys[KmsKeyId] = state;
  expect(await outcome(create('after'))).toBe(write);
  expect(await outcome(secrets.send(new sm.GetSecretValueCommand({ SecretId: 'before' })))).toBe(read);
  const put = new sm.PutSecretValueCommand({ SecretId: 'before', SecretString: '{"a":1}' });
  expect(await outcome(secrets.send(put))).toBe(write);
  expect(await outcome(secrets.send(new sm.DeleteSecretCommand({ SecretId: 'before' })))).toBe('ok');
});

test('the first value of a secret is current whatever label it was given', async () => {
  await secrets.send(new sm.CreateSecretCommand({ Name: 'empty' }));
  const read = () => secrets.send(new sm.GetSecretValueCommand({ SecretId: 'empty' }));
  expect(await outcome(read())).toBe('ResourceNotFoundException');
  const VersionStages = ['AWSPENDING'];
  const put = new sm.PutSecretValueCommand({ SecretId: 'empty', SecretString: 'first', VersionStages });
  await secrets.send(put);
  expect((await read()).VersionStages).toEqual(['AWSPENDING', 'AWSCURRENT']);
});

test('a policy for everybody is refused if asked so, one for an unknown account always', async () => {
  aws.addForeignSecret('a-secret');
  aws.unknownAccounts.push('999999999999');
  const policy = (AWS: string) =>
    JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', Principal: { AWS } }] });
  const put = (ResourcePolicy: string) =>
    outcome(
      secrets.send(
        new sm.PutResourcePolicyCommand({ SecretId: 'a-secret', ResourcePolicy, BlockPublicPolicy: true }),
      ),
    );
  expect(await put(policy('*'))).toBe('PublicPolicyException');
  expect(await put(policy('arn:aws:iam::999999999999:root'))).toBe('MalformedPolicyDocumentException');
  expect(await put('{oops')).toBe('MalformedPolicyDocumentException');
  expect(await put(policy('arn:aws:iam::210987654321:root'))).toBe('ok');
});

test('a snapshot is a copy that does not change when a key is used', () => {
  aws.addForeignUser(UserName);
  const { id } = aws.addAccessKeyByHand(UserName);
  const before = aws.snapshot();
  aws.useAccessKey(id);
  expect(aws.snapshot()).toEqual(before);
  aws.addAccessKeyByHand(UserName);
  expect(aws.snapshot()).not.toEqual(before);
});

test('the partition, account and Region are those asked for', async () => {
  aws = memoryAws({ partition: 'aws-us-gov', accountId: '210987654321', region: 'us-gov-west-1' });
  const { User } = await client.send(new iam.CreateUserCommand({ UserName }));
  expect(User?.Arn).toBe('arn:aws-us-gov:iam::210987654321:user/someone');
  const { ARN } = await secrets.send(new sm.CreateSecretCommand({ Name: 's' }));
  expect(ARN).toMatch(/^arn:aws-us-gov:secretsmanager:us-gov-west-1:210987654321:secret:s-.{6}$/);
});

test('a saved world can be come back to', async () => {
  aws.addForeignUser(UserName);
  const saved = aws.save();
  const before = aws.snapshot();
  aws.passwordPolicy = {
    minimumLength: 9,
    requireSymbols: true,
    requireNumbers: true,
    requireUppercase: true,
    requireLowercase: true,
  };
  await client.send(new iam.CreateAccessKeyCommand({ UserName }));
  aws.load(saved);
  expect(aws.snapshot()).toEqual(before);
  expect(aws.passwordPolicy).toBeUndefined();
  await client.send(new iam.CreateAccessKeyCommand({ UserName }));
  aws.load(saved);
  expect(aws.snapshot()).toEqual(before);
});

test('what must be true at every moment can be looked at after every change', async () => {
  const seen: number[] = [];
  aws.afterChange = () => seen.push(Object.keys(aws.users).length);
  await client.send(new iam.CreateUserCommand({ UserName }));
  await client.send(new iam.GetUserCommand({ UserName }));
  await client.send(new iam.DeleteUserCommand({ UserName }));
  expect(seen).toEqual([1, 0]);
});
