import { setTimeout as sleep } from 'node:timers/promises';
import * as SM from '@aws-sdk/client-secrets-manager';
import { beforeEach, expect, it } from 'vitest';
import { failure, localAws } from './clients.ts';

const { aws, clients } = localAws();
const SecretId = 'secret';
let secrets: SM.SecretsManagerClient;

beforeEach(async () => {
  secrets = clients().secrets;
  await secrets.send(new SM.CreateSecretCommand({ Name: SecretId, SecretString: 'value' }));
});

const replicate = (Region = 'eu-west-1', rest: Partial<SM.ReplicateSecretToRegionsCommandInput> = {}) =>
  secrets.send(
    new SM.ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions: [{ Region }], ...rest }),
  );
const status = async () =>
  (await secrets.send(new SM.DescribeSecretCommand({ SecretId }))).ReplicationStatus?.map(
    ({ Region, Status, StatusMessage }) => [Region, Status, StatusMessage],
  );
const there = () => clients('eu-west-1').secrets.send(new SM.GetSecretValueCommand({ SecretId }));

it('are in progress for a while, and are read in their Region only after that', async () => {
  await aws().settings({ replicationSeconds: 0.5 });
  expect((await replicate()).ReplicationStatus).toMatchObject([{ Status: 'InProgress' }]);
  expect(await status()).toEqual([['eu-west-1', 'InProgress', '']]);
  expect((await failure(there())).name).toBe('ResourceNotFoundException');
  expect((await failure(secrets.send(new SM.DeleteSecretCommand({ SecretId })))).name).toBe(
    'InvalidParameterException',
  );
  await sleep(600);
  expect(await status()).toEqual([['eu-west-1', 'InSync', 'Replication succeeded']]);
  expect((await there()).SecretString).toBe('value');
});

it('can be taken away while they are in progress', async () => {
  await aws().settings({ replicationSeconds: 60 });
  await replicate();
  const RemoveReplicaRegions = ['eu-west-1'];
  await secrets.send(new SM.RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions }));
  expect(await status()).toBeUndefined();
  await secrets.send(new SM.DeleteSecretCommand({ SecretId }));
});

it('fail with a message, keep the secret from being deleted, and can be tried again', async () => {
  await aws().settings({ replicationFailures: { 'eu-west-1': 'The Region does not answer' } });
  await replicate();
  expect(await status()).toEqual([['eu-west-1', 'Failed', 'The Region does not answer']]);
  expect((await failure(secrets.send(new SM.DeleteSecretCommand({ SecretId })))).name).toBe(
    'InvalidParameterException',
  );
  await aws().settings({ replicationFailures: {} });
  await replicate();
  expect(await status()).toEqual([['eu-west-1', 'InSync', 'Replication succeeded']]);
});

it('fail where there is a secret of that name, unless it may be overwritten', async () => {
  const elsewhere = clients('eu-west-1').secrets;
  await elsewhere.send(new SM.CreateSecretCommand({ Name: SecretId, SecretString: 'theirs' }));
  await replicate();
  expect((await status())?.[0]?.[1]).toBe('Failed');
  expect((await there()).SecretString).toBe('theirs');
  await replicate('eu-west-1', { ForceOverwriteReplicaSecret: true });
  expect((await status())?.[0]?.[1]).toBe('InSync');
  expect((await there()).SecretString).toBe('value');
});

it('fail where their key is out of reach', async () => {
  await aws().settings({ kmsKeys: { 'alias/theirs': 'denied' } });
  const AddReplicaRegions = [{ Region: 'eu-west-1', KmsKeyId: 'alias/theirs' }];
  await replicate('eu-west-1', { AddReplicaRegions });
  expect(await status()).toEqual([
    ['eu-west-1', 'Failed', 'Replication failed: Access to KMS is not allowed'],
  ]);
});
