import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as SM from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../local/aws.ts';
import { LocalCloudFormation } from '../../../local/cloudformation/local-cloudformation.ts';
import { writeTemplate } from './cloudformation-fake.ts';

const SecretId = 'secret';
const stackName = 'stack';
const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/** Rotates as AWS's examples do; the steps named in the secret's tag `fail` fail, `finish=no` leaves the last one undone. */
const source = `
const sm = require('@aws-sdk/client-secrets-manager');
exports.handler = async ({ Step, SecretId, ClientRequestToken }) => {
  const client = new sm.SecretsManagerClient({});
  const described = await client.send(new sm.DescribeSecretCommand({ SecretId }));
  const tags = Object.fromEntries((described.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  console.log('stages', JSON.stringify(described.VersionIdsToStages[ClientRequestToken] ?? null));
  if (tags.fail === Step) throw new Error('the test wants ' + Step + ' to fail');
  if (Step === 'createSecret') {
    await client.send(new sm.PutSecretValueCommand({
      SecretId, ClientRequestToken, SecretString: 'value-' + ClientRequestToken, VersionStages: ['AWSPENDING'],
    }));
  }
  if (Step === 'finishSecret' && tags.finish !== 'no') {
    const stages = Object.entries(described.VersionIdsToStages);
    const [current] = stages.find(([, labels]) => labels.includes('AWSCURRENT'));
    await client.send(new sm.UpdateSecretVersionStageCommand({
      SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: current,
    }));
    await client.send(new sm.UpdateSecretVersionStageCommand({
      SecretId, VersionStage: 'AWSPENDING', RemoveFromVersionId: ClientRequestToken,
    }));
  }
};`;

const templateWith = (permission: object) => ({
  Resources: {
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: { Code: { ZipFile: source }, Handler: 'index.handler', Timeout: 10 },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': ['Function', 'Arn'] },
        Principal: 'secretsmanager.amazonaws.com',
        SourceAccount: { Ref: 'AWS::AccountId' },
        ...permission,
      },
    },
  },
});

let aws: LocalAws;
let cloudFormation: LocalCloudFormation;
let secrets: SM.SecretsManagerClient;
let RotationLambdaARN: string;
const folder = mkdtempSync(join(tmpdir(), 'rotation-'));

async function deploy(permission: object = {}): Promise<void> {
  const templatePath = writeTemplate(folder, templateWith(permission));
  await cloudFormation.createStack({ stackName, templatePath });
  RotationLambdaARN = cloudFormation.resource(stackName, 'Function').attributes.Arn ?? '';
}

beforeAll(async () => {
  aws = await startLocalAws();
});
beforeEach(async () => {
  await aws.reset();
  cloudFormation = new LocalCloudFormation({ aws });
  secrets = new SM.SecretsManagerClient({
    endpoint: aws.endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: aws.accountId, secretAccessKey: 'local' },
  });
  await secrets.send(new SM.CreateSecretCommand({ Name: SecretId, SecretString: 'first' }));
});
afterEach(async () => {
  await aws.rotationsEnded();
  await cloudFormation.close();
});
afterAll(() => aws.stop());

const switchOn = (rest: Partial<SM.RotateSecretCommandInput> = {}) =>
  secrets.send(
    new SM.RotateSecretCommand({
      SecretId,
      RotationLambdaARN,
      RotationRules: { AutomaticallyAfterDays: 30 },
      RotateImmediately: false,
      ...rest,
    }),
  );
const rotateNow = () => secrets.send(new SM.RotateSecretCommand({ SecretId }));
const described = () => secrets.send(new SM.DescribeSecretCommand({ SecretId }));
const value = async () => (await secrets.send(new SM.GetSecretValueCommand({ SecretId }))).SecretString;
const tag = (Key: string, Value: string) =>
  secrets.send(new SM.TagResourceCommand({ SecretId, Tags: [{ Key, Value }] }));
const untag = (...TagKeys: string[]) => secrets.send(new SM.UntagResourceCommand({ SecretId, TagKeys }));
const ran = async () =>
  (await aws.rotationsEnded()).map(({ kind, status, steps: taken }) => [
    kind,
    status,
    taken.map(({ step }) => step),
  ]);

describe('switching rotation on', () => {
  test('shows, and tries testSecret on a pending version that is gone afterwards', async () => {
    await deploy();
    const { VersionId } = await switchOn();
    expect(await ran()).toEqual([['trial', 'succeeded', ['testSecret']]]);
    const { ARN, LastRotatedDate, NextRotationDate, VersionIdsToStages, ...rest } = await described();
    expect(rest).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN,
      RotationRules: { AutomaticallyAfterDays: 30 },
    });
    expect(LastRotatedDate ?? undefined).toBeUndefined();
    expect(Math.round(((NextRotationDate?.getTime() ?? 0) - Date.now()) / 86_400_000)).toBe(30);
    expect(Object.values(VersionIdsToStages ?? {})).toEqual([['AWSCURRENT']]);
    const [invocation] = await cloudFormation.invocations();
    expect(invocation?.event).toEqual({ Step: 'testSecret', SecretId: ARN, ClientRequestToken: VersionId });
    expect(invocation?.attempts[0]?.log).toEqual(['stages ["AWSPENDING"]']);
    expect(await value()).toBe('first');
  });

  test('is refused where the policy of the function does not let Secrets Manager invoke it', async () => {
    await deploy({ SourceAccount: '999999999999' });
    await expect(switchOn()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('principal secretsmanager.amazonaws.com'),
    });
    const nobody = 'arn:aws:lambda:us-east-1:123456789012:function:nobody';
    await expect(switchOn({ RotationLambdaARN: nobody })).rejects.toThrow('cannot invoke');
    expect((await described()).RotationEnabled ?? false).toBe(false);
  });

  test('needs a function, and a number of days that AWS takes', async () => {
    await deploy();
    await expect(rotateNow()).rejects.toThrow("doesn't already have a Lambda function ARN");
    await expect(switchOn({ RotationRules: { AutomaticallyAfterDays: 1001 } })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  test('happens once for a call that is sent twice', async () => {
    await deploy();
    await tag('fail', 'createSecret');
    const ClientRequestToken = 'a'.repeat(32);
    await switchOn({ RotateImmediately: true, ClientRequestToken });
    await switchOn({ RotateImmediately: true, ClientRequestToken });
    expect(await ran()).toHaveLength(1);
  });

  test('is taken back by CancelRotateSecret, which keeps function and rules', async () => {
    await deploy();
    await switchOn();
    await aws.rotationsEnded();
    await secrets.send(new SM.CancelRotateSecretCommand({ SecretId }));
    expect(await described()).toMatchObject({ RotationEnabled: false, RotationLambdaARN });
    await switchOn();
    expect(await described()).toMatchObject({ RotationEnabled: true });
  });
});

describe('a rotation', () => {
  beforeEach(async () => {
    await deploy();
    await switchOn();
    await aws.rotationsEnded();
  });

  test('takes the four steps, and shows when it was', async () => {
    const { VersionId } = await rotateNow();
    expect((await ran()).at(-1)).toEqual(['rotation', 'succeeded', steps]);
    expect(await value()).toBe(`value-${VersionId}`);
    const { LastRotatedDate, VersionIdsToStages } = await described();
    expect(LastRotatedDate).toBeInstanceOf(Date);
    expect(Object.values(VersionIdsToStages ?? {}).flat()).toEqual(['AWSPREVIOUS', 'AWSCURRENT']);
  });

  test('comes by schedule as well', async () => {
    const { status, versionId } = await aws.rotate({ secretId: SecretId });
    expect(status).toBe('succeeded');
    expect(await value()).toBe(`value-${versionId}`);
  });

  test('does not take the version of a trial that is still at work', async () => {
    await secrets.send(new SM.CancelRotateSecretCommand({ SecretId }));
    const { VersionId } = await switchOn();
    const { status, versionId } = await aws.rotate({ secretId: SecretId });
    expect(status).toBe('succeeded');
    expect(versionId).not.toBe(VersionId);
    expect(await value()).toBe(`value-${versionId}`);
  });

  test('that fails is tried again from the first step, with the same version', async () => {
    await tag('fail', 'testSecret');
    await aws.settings({ rotationAttempts: 2 });
    await rotateNow();
    const taken = ['createSecret', 'setSecret', 'testSecret'];
    const [, rotation] = await aws.rotationsEnded();
    expect(rotation).toMatchObject({ status: 'failed' });
    expect(rotation?.steps.map(({ step }) => step)).toEqual([...taken, ...taken]);
    expect(rotation?.steps.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 2, 2, 2]);
    expect(rotation?.steps.at(-1)?.error).toBe('the test wants testSecret to fail');
    expect((await described()).VersionIdsToStages?.[rotation?.versionId ?? '']).toEqual(['AWSPENDING']);
    expect(await value()).toBe('first');
  });

  test('that was given up goes on with its version when the next is due', async () => {
    await tag('fail', 'setSecret');
    const { VersionId } = await rotateNow();
    await aws.rotationsEnded();
    await untag('fail');
    await expect(rotateNow()).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: "A previous rotation isn't complete. That rotation will be reattempted.",
    });
    expect((await ran()).at(-1)).toEqual(['rotation', 'succeeded', steps]);
    expect(await value()).toBe(`value-${VersionId}`);
  });

  test('that was given up can be begun anew with another version', async () => {
    await tag('fail', 'setSecret');
    const { VersionId: old = '' } = await rotateNow();
    await aws.rotationsEnded();
    await untag('fail');
    const { status, versionId } = await aws.rotate({ secretId: SecretId, fresh: true });
    expect([status, versionId === old]).toEqual(['succeeded', false]);
    expect(await value()).toBe(`value-${versionId}`);
    const given = new SM.GetSecretValueCommand({ SecretId, VersionId: old });
    expect((await secrets.send(given)).SecretString).toBe(`value-${old}`);
  });

  test('has failed if it leaves the new version pending', async () => {
    await aws.settings({ rotationAttempts: 1 });
    await tag('finish', 'no');
    expect(await aws.rotate({ secretId: SecretId })).toMatchObject({ status: 'failed' });
  });

  test('can be played step by step, in any order', async () => {
    const order = { secretId: SecretId, steps: ['createSecret', 'createSecret'] as const };
    const { versionId, status, steps: taken } = await aws.rotate({ ...order, steps: [...order.steps] });
    expect([status, taken.length]).toEqual(['succeeded', 2]);
    await aws.rotate({ secretId: SecretId, versionId, steps: ['testSecret', 'finishSecret'] });
    expect(await value()).toBe(`value-${versionId}`);
  });

  test('ends with the step that it is at when it is cancelled', async () => {
    await aws.settings({ rotationAttempts: 50, rotationRetrySeconds: 0.1 });
    await tag('fail', 'setSecret');
    await rotateNow();
    await secrets.send(new SM.CancelRotateSecretCommand({ SecretId }));
    expect((await aws.rotationsEnded()).at(-1)).toMatchObject({ status: 'cancelled' });
    const pending = Object.values((await described()).VersionIdsToStages ?? {}).flat();
    expect(pending).toContain('AWSPENDING');
  });
});

test('its own calls are in nobody’s log, those of the function are', async () => {
  await deploy();
  await switchOn();
  await aws.rotationsEnded();
  const calls = (await aws.calls()).map(({ action }) => action);
  expect(calls.filter((action) => action !== 'DescribeSecret')).toEqual(['CreateSecret', 'RotateSecret']);
});
