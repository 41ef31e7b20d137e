import * as iam from '@aws-sdk/client-iam';
import * as sm from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type MemoryAws, memoryAws } from '../../support/memory-aws/memory-aws.ts';
import { outcome } from './scenario.ts';

let aws: MemoryAws;
const client = new iam.IAMClient({ region: 'us-east-1' });
const secrets = new sm.SecretsManagerClient({ region: 'us-east-1' });

beforeEach(() => {
  aws = memoryAws();
});
afterEach(() => aws.restore());

describe('tag keys', () => {
  const Tags = [{ Key: 'team', Value: '2' }];

  test('of users and roles are one whatever their case: the newer takes the place of the older', async () => {
    const user = aws.addForeignUser('u', { Team: '1' });
    const role = aws.addForeignRole('r', { Team: '1' });
    await client.send(new iam.TagUserCommand({ UserName: 'u', Tags }));
    await client.send(new iam.TagRoleCommand({ RoleName: 'r', Tags }));
    expect([user.tags, role.tags]).toEqual([{ team: '2' }, { team: '2' }]);
    await client.send(new iam.UntagUserCommand({ UserName: 'u', TagKeys: ['TEAM'] }));
    expect(user.tags).toEqual({});
    const twice = new iam.TagRoleCommand({ RoleName: 'r', Tags: [...Tags, { Key: 'Team', Value: '3' }] });
    expect(await outcome(client.send(twice))).toBe('InvalidInputException');
  });

  test('of policies, instance profiles and secrets are told apart by case', async () => {
    const policy = aws.addForeignPolicy('p', { Team: '1' });
    const profile = aws.addForeignInstanceProfile('i', [], { Team: '1' });
    const secret = aws.addForeignSecret('s', '-', { Team: '1' });
    await client.send(new iam.TagPolicyCommand({ PolicyArn: policy.arn, Tags }));
    await client.send(new iam.TagInstanceProfileCommand({ InstanceProfileName: 'i', Tags }));
    await secrets.send(new sm.TagResourceCommand({ SecretId: 's', Tags }));
    const both = { Team: '1', team: '2' };
    expect([policy.tags, profile.tags, secret.tags]).toEqual([both, both, both]);
    await client.send(new iam.UntagPolicyCommand({ PolicyArn: policy.arn, TagKeys: ['TEAM', 'team'] }));
    expect(policy.tags).toEqual({ Team: '1' });
  });
});

test('names of all kinds are taken whatever their case', async () => {
  const document = JSON.stringify({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });
  const trust = JSON.stringify({ Statement: { Effect: 'Allow', Principal: { Service: 'ec2' } } });
  const makers = [
    (UserName: string) => client.send(new iam.CreateUserCommand({ UserName })),
    (RoleName: string) =>
      client.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust })),
    (PolicyName: string) =>
      client.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument: document })),
    (InstanceProfileName: string) =>
      client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName })),
  ];
  for (const make of makers) {
    expect(await outcome(make('x'))).toBe('ok');
    expect(await outcome(make('X'))).toBe('EntityAlreadyExistsException');
  }
});

describe('a KMS key', () => {
  const KmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/old';
  const SecretId = 'a-secret';
  const value = (VersionId: string) =>
    secrets.send(new sm.GetSecretValueCommand({ SecretId, VersionId: VersionId.repeat(32) }));
  const put = (letter: string, ...VersionStages: string[]) =>
    secrets.send(
      new sm.PutSecretValueCommand({
        SecretId,
        SecretString: letter,
        ClientRequestToken: letter.repeat(32),
        VersionStages,
      }),
    );

  test('that waits for its deletion says so', async () => {
    const create = () =>
      secrets.send(new sm.CreateSecretCommand({ Name: 'new', KmsKeyId, SecretString: '-' }));
    aws.kmsKeys[KmsKeyId] = 'pendingDeletion';
    expect(await outcome(create())).toBe('KMSInvalidStateException');
    aws.kmsKeys[KmsKeyId] = 'denied';
    await expect(create()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'Access to KMS is not allowed',
    });
  });

  test('keeps the versions that had no label when the secret got another one', async () => {
    await secrets.send(new sm.CreateSecretCommand({ Name: SecretId, KmsKeyId }));
    await put('a', 'AWSCURRENT');
    await put('b', 'AWSPENDING');
    await put('c', 'AWSPENDING');
    await secrets.send(new sm.UpdateSecretCommand({ SecretId, KmsKeyId: '' }));
    expect(aws.secrets[SecretId]?.kmsKeyId).toBeUndefined();
    aws.kmsKeys[KmsKeyId] = 'disabled';
    expect(await outcome(value('a'))).toBe('ok');
    expect(await outcome(value('b'))).toBe('DecryptionFailure');
    expect(await outcome(value('c'))).toBe('ok');
  });
});
