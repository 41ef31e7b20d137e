import * as iam from '@aws-sdk/client-iam';
import * as sm from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type MemoryAws, memoryAws } from '../../support/memory-aws/memory-aws.ts';
import { outcome } from './scenario.ts';

let aws: MemoryAws;
const client = new iam.IAMClient({ region: 'us-east-1' });
const requestHandler = { requestTimeout: 6000, throwOnRequestTimeout: true };
const secrets = new sm.SecretsManagerClient({ region: 'us-east-1', requestHandler });
const SecretId = 'a-secret';
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const AddReplicaRegions = [{ Region: 'eu-west-1' }];

beforeAll(() => secrets.config.maxAttempts());
beforeEach(() => {
  vi.useFakeTimers();
  aws = memoryAws();
  aws.addForeignSecret(SecretId);
});
afterEach(() => {
  aws.restore();
  vi.useRealTimers();
});

const replicate = () => secrets.send(new sm.ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions }));
const status = async () =>
  (await secrets.send(new sm.DescribeSecretCommand({ SecretId }))).ReplicationStatus?.map(
    ({ Status, StatusMessage }) => [Status, StatusMessage],
  );

test.each([
  [undefined, ['InSync', undefined]],
  ['Replication failed: a secret of that name exists.', ['Failed', expect.stringContaining('exists')]],
])('a replica is in progress, and then comes to its end (%s)', async (failure, end) => {
  aws.lag.replication = 5000;
  if (failure) aws.failingReplicas['eu-west-1'] = failure;
  await replicate();
  expect(await status()).toEqual([['InProgress', undefined]]);
  await pass(5000);
  expect(await status()).toEqual([end]);
});

test('a replica that is removed is in the way of a deletion for a while', async () => {
  await replicate();
  aws.lag.replication = 5000;
  const remove = () => secrets.send(new sm.DeleteSecretCommand({ SecretId }));
  await expect(remove()).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringMatching(
      /^You can't delete secret .* that still has replica regions \[eu-west-1\]$/,
    ),
  });
  await secrets.send(
    new sm.RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: ['eu-west-1'] }),
  );
  expect(await outcome(remove())).toBe('InvalidParameterException');
  await pass(5000);
  expect(await outcome(remove())).toBe('ok');
});

test('a secret with replicas may be denied where each of the two is allowed', async () => {
  aws.deniesReplicasAtCreate = true;
  const create = (more: object) =>
    outcome(secrets.send(new sm.CreateSecretCommand({ Name: 'new', SecretString: '-', ...more })));
  expect(await create({ AddReplicaRegions })).toBe('AccessDeniedException');
  expect(await create({})).toBe('ok');
  expect(await outcome(replicate())).toBe('ok');
});

test('a new key is known at one call and not at the next before it is known for good', async () => {
  aws.addForeignUser('someone');
  Object.assign(aws.lag, { keyActivation: 2000, keyFlapping: 6000 });
  const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName: 'someone' }));
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  };
  const sts = new STSClient({ region: 'us-east-1', credentials });
  const said: string[] = [];
  for (let i = 0; i < 20; i++) {
    said.push(await outcome(sts.send(new GetCallerIdentityCommand({}))));
    await pass(500);
  }
  expect(said.slice(0, 4)).toEqual(Array(4).fill('InvalidClientTokenId'));
  expect(new Set(said.slice(4, 16))).toEqual(new Set(['ok', 'InvalidClientTokenId']));
  expect(said.slice(16)).toEqual(Array(4).fill('ok'));
});

test('the first secret under the AWS managed key is there long before its answer is', async () => {
  aws.lag.managedKey = 20_000;
  const create = (Name: string) =>
    outcome(
      secrets.send(
        new sm.CreateSecretCommand({ Name, SecretString: '-', ClientRequestToken: 'c'.repeat(32) }),
      ),
    );
  const first = create('first');
  await pass(5999);
  expect(aws.secrets).toHaveProperty('first');
  expect(aws.calls[0]).toMatchObject({ tries: 1 });
  await pass(5000);
  expect(await first).toBe('ok');
  expect(aws.calls[0]).toMatchObject({ tries: 2 });
  expect(await create('second')).toBe('ok');
  expect(aws.calls[1]).toMatchObject({ tries: 1 });
});
