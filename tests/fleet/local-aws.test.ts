import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DescribeStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccountStatus } from '../../fleet/status/account-status.ts';
import { type LocalAws, startLocalAws } from '../../local/aws.ts';
import { idOf } from './organization/state.ts';
import { runFleet } from './run-fleet.ts';

const stackName = 'redis';
const role = 'Auditor';
const numbers = Array.from({ length: 100 }, (_, index) => index + 1);
const [denied, drifted, suspended] = [
  [1, 20, 33, 47, 60, 81, 100],
  [2, 50, 99],
  [7, 70],
];

/** A stack with the outputs of a bundle, and nothing behind them. */
const TemplateBody = JSON.stringify({
  Parameters: { Access: { Type: 'String', Default: 'Active' }, Key: { Type: 'String' } },
  Resources: { Nothing: { Type: 'AWS::CloudFormation::WaitConditionHandle' } },
  Outputs: {
    AccessKeyId: { Value: { Ref: 'Key' } },
    Version: { Value: '1.0.0' },
    Warnings: { Value: '<b>&"' },
    SecretArn: {
      Value: {
        'Fn::Join': [':', ['arn:aws:secretsmanager:us-east-1', { Ref: 'AWS::AccountId' }, 'secret:x-AbCdEf']],
      },
    },
  },
});

let aws: LocalAws;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  aws = await startLocalAws({ keyActivationSeconds: 0 });
  await Promise.all(numbers.map(prepare));
});
afterAll(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true });
});

async function prepare(number: number): Promise<void> {
  const env = aws.env('us-east-1', idOf(number));
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY };
  const settings = { endpoint: aws.endpoint, region: 'us-east-1', credentials };
  const iam = new IAMClient(settings);
  await iam.send(new CreateUserCommand({ UserName: 'redis' }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'redis' }));
  const Parameters = [
    { ParameterKey: 'Key', ParameterValue: AccessKey?.AccessKeyId },
    { ParameterKey: 'Access', ParameterValue: suspended?.includes(number) ? 'Suspended' : 'Active' },
  ];
  const cloudFormation = new CloudFormationClient(settings);
  await cloudFormation.send(new CreateStackCommand({ StackName: stackName, TemplateBody, Parameters }));
  const Dimensions = [
    { Name: 'StackName', Value: stackName },
    { Name: 'LogicalResourceId', Value: 'Bundle' },
  ];
  const Value = drifted?.includes(number) ? 1 : 0;
  await new CloudWatchClient(settings).send(
    new PutMetricDataCommand({
      Namespace: 'RvAccessBundle',
      MetricData: [{ MetricName: 'Drift', Dimensions, Value }],
    }),
  );
  if (denied?.includes(number))
    await aws.addFault({
      fault: 'accessDenied',
      action: 'AssumeRole',
      parameters: { RoleArn: `arn:aws:iam::${idOf(number)}:role/${role}` },
      times: 'always',
    });
}

test('the status of a hundred accounts of the local AWS is what they are', async () => {
  const file = join(folder, 'accounts');
  writeFileSync(file, numbers.map((number) => `${idOf(number)}\n`).join(''));
  const args = ['--accounts', file, '--stack', stackName, '--role', role, '--state', join(folder, 'state')];
  const { code, stdout } = await runFleet(['status', '--format', 'json', ...args], aws.env());
  const { findings, accounts } = JSON.parse(stdout) as { findings: object; accounts: AccountStatus[] };
  expect(findings).toEqual({ denied: 7, drifted: 3, suspended: 2, ok: 88 });
  expect(code).toBe(1);
  const numbersOf = (which: (one: AccountStatus) => boolean) =>
    numbers.filter((_, index) => which(accounts[index] as AccountStatus));
  expect(numbersOf(({ reading }) => reading === 'denied')).toEqual(denied);
  expect(numbersOf(({ drift }) => drift === 1)).toEqual(drifted);
  expect(numbersOf(({ access }) => access === 'Suspended')).toEqual(suspended);
  expect(accounts[2]).toMatchObject({
    account: idOf(3),
    accessKeyId: expect.stringMatching(/^AKIA/),
    keyLastUsed: 'never',
    keyLastUsedService: '',
    version: '1.0.0',
    warnings: '<b>&"',
    secretArn: `arn:aws:secretsmanager:us-east-1:${idOf(3)}:secret:x-AbCdEf`,
  });
});

test('a change of a stack set of the local AWS is a call that it takes, and leaves the other parameters alone', async () => {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = aws.env();
  const credentials = { accessKeyId, secretAccessKey };
  const client = new CloudFormationClient({ endpoint: aws.endpoint, region: 'us-east-1', credentials });
  const StackSetName = 'redis';
  const Parameters = [{ ParameterKey: 'Key', ParameterValue: 'AKIAEXAMPLE' }];
  await client.send(new CreateStackSetCommand({ StackSetName, TemplateBody, Parameters }));
  const Accounts = numbers.slice(0, 12).map(idOf);
  await client.send(new CreateStackInstancesCommand({ StackSetName, Accounts, Regions: ['us-east-1'] }));
  const { code, stdout } = await runFleet(
    ['suspend', '--stack-set', StackSetName, '--poll', '10'],
    aws.env(),
  );
  expect(stdout).toContain('Wave 3 of 3, 9 accounts: done.');
  expect(code).toBe(0);
  const { StackSet } = await client.send(new DescribeStackSetCommand({ StackSetName }));
  expect(StackSet?.Parameters).toEqual([
    { ParameterKey: 'Access', ParameterValue: 'Suspended' },
    ...Parameters,
  ]);
});
