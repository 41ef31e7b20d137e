import * as SM from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, it } from 'vitest';
import { failure, localAws } from './clients.ts';

const { aws, clients } = localAws();
const SecretId = 'secret';
const KmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/one';
const other = 'arn:aws:kms:us-east-1:123456789012:key/two';
let secrets: SM.SecretsManagerClient;

beforeEach(async () => {
  secrets = clients().secrets;
  await create(SecretId);
});

const create = (Name: string) =>
  secrets.send(new SM.CreateSecretCommand({ Name, KmsKeyId, SecretString: 'first' }));
const put = (SecretString = 'second') =>
  secrets.send(new SM.PutSecretValueCommand({ SecretId, SecretString }));
const update = (rest: Partial<SM.UpdateSecretCommandInput>) =>
  secrets.send(new SM.UpdateSecretCommand({ SecretId, ...rest }));
const read = (VersionStage?: string) =>
  secrets.send(new SM.GetSecretValueCommand({ SecretId, ...(VersionStage ? { VersionStage } : {}) }));

describe('a KMS key out of reach', () => {
  it('keeps secrets from being written and read, and not from being deleted', async () => {
    await aws().settings({ kmsKeys: { [KmsKeyId]: 'denied' } });
    const denied = {
      name: 'AccessDeniedException',
      message: 'Access to KMS is not allowed',
      status: 400,
    };
    expect(await failure(create('another'))).toEqual(denied);
    expect(await failure(put())).toEqual(denied);
    expect(await failure(read())).toEqual(denied);
    expect(await failure(update({ KmsKeyId: other }))).toEqual(denied);
    await secrets.send(new SM.DescribeSecretCommand({ SecretId }));
    await update({ Description: 'no key is needed for this' });
    await secrets.send(new SM.DeleteSecretCommand({ SecretId }));
  });
});

describe('a disabled KMS key', () => {
  it('answers KMSInvalidStateException to writes and DecryptionFailure to reads', async () => {
    await aws().settings({ kmsKeys: { [KmsKeyId]: 'disabled' } });
    expect((await failure(create('another'))).name).toBe('KMSInvalidStateException');
    expect((await failure(put())).name).toBe('KMSInvalidStateException');
    expect((await failure(read())).name).toBe('DecryptionFailure');
  });

  it('is still the key of versions that had no label when the secret got another', async () => {
    const first = (await read()).VersionId;
    await put('second');
    await put('third');
    await update({ KmsKeyId: other });
    await aws().settings({ kmsKeys: { [KmsKeyId]: 'disabled' } });
    expect((await read('AWSCURRENT')).SecretString).toBe('third');
    expect((await read('AWSPREVIOUS')).SecretString).toBe('second');
    const old = new SM.GetSecretValueCommand({ SecretId, VersionId: first });
    expect((await failure(secrets.send(old))).name).toBe('DecryptionFailure');
  });
});

it('goes back to the AWS managed key with an empty key id', async () => {
  await update({ KmsKeyId: '' });
  await aws().settings({ kmsKeys: { [KmsKeyId]: 'disabled' } });
  expect(
    (await secrets.send(new SM.DescribeSecretCommand({ SecretId }))).KmsKeyId ?? undefined,
  ).toBeUndefined();
  expect((await read()).SecretString).toBe('first');
});
