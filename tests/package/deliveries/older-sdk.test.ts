import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListUsersCommand } from '@aws-sdk/client-iam';
import { GetSecretValueCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../local/aws.ts';
import { LocalCloudFormation } from '../../../local/cloudformation/local-cloudformation.ts';
import { clientsOf } from '../../../local/demo/clients.ts';
import { layOutRuntime } from '../../../local/lambda/task-root.ts';
import { root } from '../../../scripts/build/bundle.ts';

const older = {
  '@aws-sdk/client-dynamodb': 'aws-sdk-dynamodb-3.632',
  '@aws-sdk/client-iam': 'aws-sdk-iam-3.632',
  '@aws-sdk/client-secrets-manager': 'aws-sdk-secrets-manager-3.632',
  '@aws-sdk/client-sts': 'aws-sdk-sts-3.632',
};

/** The Lambda runtime brings an SDK of its own, older than the one in package.json. */
describe('the one-file template on a runtime whose SDK is of August 2024', () => {
  let modules: string;
  let aws: LocalAws;
  let cloudFormation: LocalCloudFormation;

  beforeAll(async () => {
    modules = layOutRuntime(await mkdtemp(join(tmpdir(), 'older-sdk-')), older);
    aws = await startLocalAws({ keyActivationSeconds: 0 });
  });
  beforeEach(() => {
    cloudFormation = new LocalCloudFormation({
      aws: {
        accountId: aws.accountId,
        env: (region, account) => ({ ...aws.env(region, account), NODE_PATH: modules }),
      },
      templatePath: join(root, 'dist/rv-access-bundle.yaml'),
    });
  });
  afterAll(async () => {
    await cloudFormation.close();
    await aws.stop();
    await rm(modules, { recursive: true });
  });

  test('has that SDK, not the one that this repository builds with', async () => {
    for (const name of Object.keys(older)) {
      const { version } = JSON.parse(await readFile(join(modules, name, 'package.json'), 'utf8'));
      expect(version).toBe('3.632.0');
    }
  });

  test('a bundle is created, rotated and deleted, its log names every call, and nothing is left', async () => {
    const { iam, secrets } = clientsOf(aws, 'us-east-1');
    const stackName = 'redis';

    const created = await cloudFormation.createStack({
      stackName,
      parameters: { Tags: 'Team=Data', ReplicaRegions: 'eu-west-1', DeletionProtection: 'Off' },
    });
    expect(created.status).toBe('CREATE_COMPLETE');
    const updated = await cloudFormation.updateStack(stackName, {
      parameters: { AccessKeySerial: '2', PasswordSerial: '2', ConsoleAccess: 'User' },
    });
    expect(updated.status).toBe('UPDATE_COMPLETE');
    const { SecretString } = await secrets.send(
      new GetSecretValueCommand({ SecretId: updated.outputs.SecretName }),
    );
    const content = JSON.parse(SecretString ?? '');
    expect(content).toMatchObject({
      accessKeyId: updated.outputs.AccessKeyId,
      previousAccessKeyId: created.outputs.AccessKeyId,
    });
    const deleted = await cloudFormation.deleteStack(stackName);
    expect(deleted.status).toBe('DELETE_COMPLETE');

    const called = new Set((await aws.calls()).map(({ action }) => action));
    const exchanges = [created, updated, deleted].flatMap((operation) => operation.exchanges);
    const lines = exchanges.flatMap(({ attempts }) => attempts.flatMap(({ log }) => log));
    const logged = new Set(lines.map((line) => JSON.parse(line).action));
    expect([...called].filter((action) => !logged.has(action))).toEqual([]);

    expect((await iam.send(new ListUsersCommand())).Users).toEqual([]);
    expect((await secrets.send(new ListSecretsCommand())).SecretList).toEqual([]);
    expect(lines.join('\n')).not.toContain(content.accessSecretKey);
    expect(lines.join('\n')).not.toContain(content.consolePassword);
  });
});
