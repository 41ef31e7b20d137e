import { describe, expect, test } from 'vitest';
import { useAccount } from '../../support/account.ts';

const account = useAccount();
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234';
const OTHER_KEY = 'arn:aws:kms:us-east-1:123456789012:key/5678';
const MULTI_REGION_KEY = 'arn:aws:kms:us-east-1:123456789012:key/mrk-1234';
const READER = 'arn:aws:iam::210987654321:root';
const OTHER_READER = 'arn:aws:iam::310987654321:role/redis';
const readers = () => JSON.parse(account.secret().resourcePolicy ?? '{"Statement":[]}').Statement;
const ours = (...AWS: string[]) => ({
  Sid: 'RvAccessBundleReaders',
  Effect: 'Allow',
  Principal: { AWS },
  Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
  Resource: '*',
});
const theirs = {
  Sid: 'Theirs',
  Effect: 'Deny',
  Principal: { AWS: READER },
  Action: 'secretsmanager:PutSecretValue',
  Resource: '*',
};

describe('the key', () => {
  test('is set, changed, and given back to AWS', async () => {
    await account.create({ KmsKeyArn: KEY });
    expect(account.secret().kmsKeyId).toBe(KEY);
    await account.update({ KmsKeyArn: OTHER_KEY });
    expect(account.secret().kmsKeyId).toBe(OTHER_KEY);
    await account.update({ KmsKeyArn: null });
    expect(account.secret().kmsKeyId).toBe('alias/aws/secretsmanager');
    expect((await account.update({})).writes).toEqual([]);
  });

  test('that Secrets Manager tells by its id only is the same key', async () => {
    await account.create({ KmsKeyArn: KEY });
    account.secret().kmsKeyId = '1234';
    expect((await account.update({})).writes).toEqual([]);
  });

  test('that somebody else set stays', async () => {
    await account.create();
    account.secret().kmsKeyId = OTHER_KEY;
    expect((await account.update({})).writes).toEqual([]);
    await account.update({ Tags: 'Team=Data' });
    expect(account.secret().kmsKeyId).toBe(OTHER_KEY);
  });
});

describe('replicas', () => {
  const regions = () => account.secret().replicas.map(({ region }) => region);

  test('are made, added and removed', async () => {
    await account.create({ ReplicaRegions: 'eu-west-1' });
    expect(regions()).toEqual(['eu-west-1']);
    await account.update({ ReplicaRegions: 'us-west-2,eu-west-1' });
    expect(regions()).toEqual(['eu-west-1', 'us-west-2']);
    await account.update({ ReplicaRegions: 'us-west-2' });
    expect(regions()).toEqual(['us-west-2']);
    expect((await account.update({})).writes).toEqual([]);
  });

  test('that somebody else made stay', async () => {
    await account.create({ ReplicaRegions: 'eu-west-1' });
    account.secret().replicas.push({ region: 'ap-south-1' });
    await account.update({ ReplicaRegions: null });
    expect(regions()).toEqual(['ap-south-1']);
  });

  test('are encrypted with the replica of a multi-Region key, with AWS’s own otherwise', async () => {
    await account.create({ KmsKeyArn: MULTI_REGION_KEY, ReplicaRegions: 'eu-west-1' });
    expect(account.secret().replicas).toEqual([
      { region: 'eu-west-1', kmsKeyId: MULTI_REGION_KEY.replace('us-east-1', 'eu-west-1') },
    ]);
    await account.update({ KmsKeyArn: KEY, ReplicaRegions: 'eu-west-1,us-west-2' });
    expect(account.secret().replicas[1]).toEqual({ region: 'us-west-2' });
  });
});

describe('readers', () => {
  test('may read and nothing else, follow the property, and go with it', async () => {
    await account.create({ KmsKeyArn: KEY, SecretReaderArns: READER });
    expect(readers()).toEqual([ours(READER)]);
    await account.update({ SecretReaderArns: `${READER},${OTHER_READER}` });
    expect(readers()).toEqual([ours(READER, OTHER_READER)]);
    expect((await account.update({})).writes).toEqual([]);
    await account.update({ SecretReaderArns: null });
    expect(account.secret().resourcePolicy).toBeUndefined();
    expect((await account.update({})).writes).toEqual([]);
  });

  test.each([
    ['in a list', [theirs]],
    ['alone', theirs],
  ])('do not touch the statements of others, %s', async (_how, Statement) => {
    await account.create({ KmsKeyArn: KEY });
    account.secret().resourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement });
    await account.update({ SecretReaderArns: READER });
    expect(readers()).toEqual([theirs, ours(READER)]);
    await account.update({ SecretReaderArns: null });
    expect(readers()).toEqual([theirs]);
  });

  test('are the public never', async () => {
    const { calls } = await account.create({ KmsKeyArn: KEY, SecretReaderArns: READER });
    const put = calls.find(({ action }) => action === 'PutResourcePolicy');
    expect(put?.input).toMatchObject({ BlockPublicPolicy: true });
  });

  test('that AWS does not know fail before a key is made', async () => {
    account.aws.unknownAccounts.push('210987654321');
    const { answer, writes } = await account.create({ KmsKeyArn: KEY, SecretReaderArns: READER });
    expect(answer.Status).toBe('FAILED');
    expect(writes).not.toContain('CreateAccessKey');
  });
});
