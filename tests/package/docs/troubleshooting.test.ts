import { DeleteSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { beforeEach, expect, test } from 'vitest';
import { type Region, useAccount } from '../../e2e/account.ts';
import { furtherTest } from '../../support/sample.ts';

const account = useAccount();
let here: Region;
const SecretId = 'rv-access/redislabs-user';
const userArn = 'arn:aws:iam::123456789012:user/redislabs-user';
const change = { Tags: 'Team=Data' };

beforeEach(async () => {
  here = account.in('us-east-1');
  await here.create();
});

test('a secret that was overwritten by hand gets its last good values back with the next update', async () => {
  const key = await here.content();
  await here.clients.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'by hand' }));
  expect((await here.update(change)).status).toBe('UPDATE_COMPLETE');
  expect(await here.content()).toMatchObject(key);
});

test('a secret whose deletion somebody scheduled is restored, with its key, by the next update', async () => {
  const key = await here.content();
  await here.clients.secrets.send(new DeleteSecretCommand({ SecretId }));
  expect((await here.update(change)).status).toBe('UPDATE_COMPLETE');
  expect(await here.clients.callerOf(await here.content())).toBe(userArn);
  expect(await here.clients.callerOf(key)).toBe(userArn);
});

furtherTest('a secret that is gone for good is made anew, with a new key', async () => {
  const key = await here.content();
  await here.clients.secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  expect((await here.update(change)).status).toBe('UPDATE_COMPLETE');
  const made = await here.content();
  expect(made.accessKeyId).not.toBe(key.accessKeyId);
  expect(await here.clients.callerOf(made)).toBe(userArn);
  expect(await here.clients.callerOf(key)).toBe(userArn);
});
