import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../local/aws.ts';
import { LocalCloudFormation } from '../../../local/cloudformation/local-cloudformation.ts';
import { fakeCloudFormation, writeTemplate } from './cloudformation-fake.ts';

const stackName = 'stack';
const source = `
exports.handler = async (event) => {
  if (event.fail) throw new Error('the test wants it');
  return { seen: event, table: process.env.TABLE };
};`;

const functionOf = (environment: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { ZipFile: source },
    Handler: 'index.handler',
    Timeout: 5,
    Environment: { Variables: environment },
  },
});
const Table = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'bundle', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'bundle', KeyType: 'HASH' }],
    TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    SSESpecification: { SSEEnabled: false },
    Tags: [{ Key: 'a', Value: 'b' }],
  },
};
const lambda = functionOf({ TABLE: { Ref: 'Table' } });
const ruleOf = (more: object = {}) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    ScheduleExpression: 'rate(1 day)',
    Targets: [
      {
        Id: 'check',
        Arn: { 'Fn::GetAtt': ['Function', 'Arn'] },
        Input: { 'Fn::Sub': '{"source":"check","stackId":"$' + '{AWS::StackId}"}' },
      },
    ],
    ...more,
  },
});
const Permission = {
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { Ref: 'Function' },
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
  },
};
const Alarm = { Type: 'AWS::CloudWatch::Alarm', Properties: { Namespace: 'N', MetricName: 'M' } };

let aws: LocalAws;
let cloudFormation: LocalCloudFormation;
let dynamodb: DynamoDBClient;
const folder = mkdtempSync(join(tmpdir(), 'stack-resources-'));

beforeAll(async () => {
  aws = await startLocalAws();
});
beforeEach(async () => {
  await aws.reset();
  cloudFormation = new LocalCloudFormation({ aws });
  const credentials = { accessKeyId: aws.accountId, secretAccessKey: 'local' };
  dynamodb = new DynamoDBClient({ endpoint: aws.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterEach(() => cloudFormation.close());
afterAll(() => aws.stop());

const create = (Resources: object, Outputs: object = {}) =>
  cloudFormation.createStack({ stackName, templatePath: writeTemplate(folder, { Resources, Outputs }) });

describe('a table', () => {
  const Outputs = {
    Name: { Value: { Ref: 'Table' } },
    Arn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] } },
  };

  test('is made on the local AWS under a generated name, and is deleted with the stack', async () => {
    const { status, outputs } = await create({ Table, Function: lambda }, Outputs);
    expect(status).toBe('CREATE_COMPLETE');
    expect(outputs.Name).toMatch(/^stack-Table-[0-9A-F]{12}$/);
    expect(outputs.Arn).toBe(`arn:aws:dynamodb:us-east-1:${aws.accountId}:table/${outputs.Name}`);
    const TableName = outputs.Name ?? '';
    const described = await dynamodb.send(new DescribeTableCommand({ TableName }));
    expect(described.Table).toMatchObject({ TableArn: outputs.Arn, KeySchema: Table.Properties.KeySchema });
    const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription?.AttributeName).toBe('expires');
    const functionName = cloudFormation.resource(stackName, 'Function').physicalId;
    expect((await cloudFormation.invoke(functionName, {})).result).toMatchObject({ table: TableName });
    expect((await cloudFormation.deleteStack(stackName)).status).toBe('DELETE_COMPLETE');
    const read = new GetItemCommand({ TableName, Key: { bundle: { S: 'x' } } });
    await expect(dynamodb.send(read)).rejects.toThrow('Requested resource not found');
  });

  test('stays through updates of the stack, and goes when an update takes it away', async () => {
    const { outputs } = await create({ Table }, Outputs);
    const TableName = outputs.Name ?? '';
    const Changed = { ...Table, Properties: { ...Table.Properties, SSESpecification: { SSEEnabled: true } } };
    const update = (Resources: object) =>
      cloudFormation.updateStack(stackName, { templatePath: writeTemplate(folder, { Resources }) });
    await update({ Table: Changed, Alarm });
    await dynamodb.send(new DescribeTableCommand({ TableName }));
    await update({ Alarm });
    await expect(dynamodb.send(new DescribeTableCommand({ TableName }))).rejects.toThrow();
  });

  test('is nobody’s call in the log of calls', async () => {
    await create({ Table });
    expect(await aws.calls()).toEqual([]);
  });
});

describe('a rule', () => {
  test('invokes its target with its input, once the function’s policy lets it', async () => {
    const { status } = await create({ Permission, Rule: ruleOf(), Function: lambda, Table });
    expect(status).toBe('CREATE_COMPLETE');
    const [firing] = await cloudFormation.fire(stackName, 'Rule');
    const event = { source: 'check', stackId: cloudFormation.stack(stackName).id };
    expect(firing).toMatchObject({ event, attempts: [{ outcome: 'success', result: { seen: event } }] });
    expect(await cloudFormation.invocations()).toMatchObject([{ event }]);
  });

  test('is refused by a function whose policy does not name it', async () => {
    await create({ Rule: ruleOf(), Function: lambda, Table });
    await expect(cloudFormation.fire(stackName, 'Rule')).rejects.toThrow('does not let events.amazonaws.com');
  });

  test('has its target run again after a failure', async () => {
    const Target = { Id: 'check', Arn: { 'Fn::GetAtt': ['Function', 'Arn'] }, Input: '{"fail":true}' };
    await create({ Permission, Rule: ruleOf({ Targets: [Target] }), Function: lambda, Table });
    const [firing] = await cloudFormation.fire(stackName, 'Rule');
    expect(firing?.attempts.map(({ outcome }) => outcome)).toEqual(['error', 'error', 'error']);
  });

  test('does nothing while it is disabled', async () => {
    await create({ Permission, Rule: ruleOf({ State: 'DISABLED' }), Function: lambda, Table });
    expect(await cloudFormation.fire(stackName, 'Rule')).toEqual([]);
  });
});

test('a function finds the address that it may answer to, and what it is given besides, in its environment', async () => {
  const inline = 'exports.handler = async () => [process.env.RESPONSE_URL_ORIGIN, process.env.MORE];';
  const other = new LocalCloudFormation({ aws, environment: { MORE: 'more' } });
  try {
    const Properties = { Code: { ZipFile: inline }, Handler: 'index.handler', FunctionName: 'teller' };
    const Resources = { Function: { Type: 'AWS::Lambda::Function', Properties } };
    await other.createStack({ stackName, templatePath: writeTemplate(folder, { Resources }) });
    const { result } = await other.invoke('teller', {});
    expect(result).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), 'more']);
  } finally {
    await other.close();
  }
});

test('an alarm exists in name, with an ARN', async () => {
  const Outputs = { Arn: { Value: { 'Fn::GetAtt': ['Alarm', 'Arn'] } } };
  const { outputs } = await create({ Alarm }, Outputs);
  expect(outputs.Arn).toMatch(/^arn:aws:cloudwatch:us-east-1:\d{12}:alarm:stack-Alarm-[0-9A-F]{12}$/);
});

test('what a resource depends on comes before it and goes after it, also if only DependsOn says so', async () => {
  const First = { ...Alarm, DependsOn: ['Second'] };
  const created = await create({ First, Second: { ...Alarm, DependsOn: 'Third' }, Third: Alarm });
  const order = (events: typeof created.events, status: string) =>
    events
      .filter(
        ({ resourceStatus, logicalResourceId }) =>
          resourceStatus === status && logicalResourceId !== stackName,
      )
      .map(({ logicalResourceId }) => logicalResourceId);
  expect(order(created.events, 'CREATE_COMPLETE')).toEqual(['Third', 'Second', 'First']);
  const deleted = await cloudFormation.deleteStack(stackName);
  expect(order(deleted.events, 'DELETE_COMPLETE')).toEqual(['First', 'Second', 'Third']);
});

test('a permission for a function that is not there fails the stack', async () => {
  const FunctionName = 'nobody';
  const { status, events } = await create({
    Permission: { ...Permission, Properties: { ...Permission.Properties, FunctionName, SourceArn: 'x' } },
  });
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(events.find((event) => event.resourceStatus === 'CREATE_FAILED')?.resourceStatusReason).toContain(
    'Function not found: nobody',
  );
});

describe('with a custom resource', () => {
  test('nothing of an answer with NoEcho is shown by outputs and Fn::GetAtt', async () => {
    const fake = fakeCloudFormation();
    try {
      const { outputs } = await fake.createStack({ stackName, parameters: { OnCreate: 'no echo' } });
      expect(outputs).toMatchObject({ Id: 'id-one', FunctionArn: '****', Remaining: '****' });
      expect(outputs.Sentence).toBe('in us-east-1 of aws: ****, not ${' + 'Bundle}');
      expect(new Set(Object.values(fake.resource(stackName, 'Bundle').attributes))).toEqual(
        new Set(['****']),
      );
    } finally {
      await fake.close();
    }
  });

  test('a stack whose deletion failed cannot be updated, but deleted once more, or without the resource', async () => {
    const fake = fakeCloudFormation();
    try {
      await fake.createStack({ stackName, parameters: { OnDelete: 'fail' } });
      await expect(fake.deleteStack(stackName, { retainResources: ['Bundle'] })).rejects.toThrow(
        'only in DELETE_FAILED',
      );
      expect((await fake.deleteStack(stackName)).status).toBe('DELETE_FAILED');
      await expect(fake.updateStack(stackName, { parameters: { OnDelete: '' } })).rejects.toThrow(
        'is in DELETE_FAILED state and can not be updated',
      );
      expect((await fake.deleteStack(stackName)).status).toBe('DELETE_FAILED');
      const last = await fake.deleteStack(stackName, { retainResources: ['Bundle'] });
      expect(last.status).toBe('DELETE_COMPLETE');
      expect(last.exchanges).toEqual([]);
    } finally {
      await fake.close();
    }
  });
});
