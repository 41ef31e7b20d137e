import {
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../local/aws.ts';
import { LocalCloudFormation } from '../../local/cloudformation/local-cloudformation.ts';
import { type Clients, clientsOf } from '../../local/start/clients.ts';

let aws: LocalAws;
let clients: Clients;
let cloudFormation: LocalCloudFormation;
const stackName = 'rv-access-bundle';
const SecretId = 'rv-access/redislabs-user';
const userArn = 'arn:aws:iam::123456789012:user/redislabs-user';

beforeAll(async () => {
  aws = await startLocalAws({ keyActivationSeconds: 0 });
});
beforeEach(async () => {
  await cloudFormation?.close();
  await aws.reset();
  clients = clientsOf(aws, 'us-east-1');
  cloudFormation = new LocalCloudFormation({ aws });
  await cloudFormation.createStack({ stackName });
});
afterAll(async () => {
  await cloudFormation.close();
  await aws.stop();
});

const storedKey = async () => {
  const { SecretString = '' } = await clients.secrets.send(new GetSecretValueCommand({ SecretId }));
  return JSON.parse(SecretString) as { accessKeyId: string; accessSecretKey: string };
};

const change = { parameters: { Tags: 'Team=Data' } };

test('a secret that was overwritten by hand gets its last good values back with the next update', async () => {
  const key = await storedKey();
  await clients.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'by hand' }));
  expect((await cloudFormation.updateStack(stackName, change)).status).toBe('UPDATE_COMPLETE');
  expect(await storedKey()).toMatchObject(key);
});

test('a secret whose deletion somebody scheduled is restored, with its key, by the next update', async () => {
  const key = await storedKey();
  await clients.secrets.send(new DeleteSecretCommand({ SecretId }));
  expect((await cloudFormation.updateStack(stackName, change)).status).toBe('UPDATE_COMPLETE');
  expect(await clients.callerOf(await storedKey())).toBe(userArn);
  expect(await clients.callerOf(key)).toBe(userArn);
});

test('a secret that is gone for good is made anew, with a new key', async () => {
  const key = await storedKey();
  await clients.secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  expect((await cloudFormation.updateStack(stackName, change)).status).toBe('UPDATE_COMPLETE');
  const made = await storedKey();
  expect(made.accessKeyId).not.toBe(key.accessKeyId);
  expect(await clients.callerOf(made)).toBe(userArn);
  expect(await clients.callerOf(key)).toBe(userArn);
});
