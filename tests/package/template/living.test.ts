import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../local/cloudformation/intrinsics.ts';
import { resolveParameters } from '../../../local/cloudformation/parameters.ts';
import { scopeOf } from '../../../local/cloudformation/stack-scope.ts';
import { type Json, loadTemplate, type Template } from '../../../local/cloudformation/template.ts';

const plain = await loadTemplate(new URL('../../../template.yaml', import.meta.url).pathname, 'eu-west-1');
const stackId =
  'arn:aws:cloudformation:eu-west-1:123456789012:stack/redis/4f6a1b20-0c3d-11f1-9a5e-0affd5d7e3c1';
const topic = 'arn:aws:sns:eu-west-1:123456789012:alarms';
const apiSecret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:redis-cloud/api-AbCdEf';

/** The properties of the resources that a stack with these parameters has. */
function resourcesWith(given: Record<string, string>): Record<string, Record<string, Json>> {
  const named = (id: string) => ({
    logicalId: id,
    type: '',
    physicalId: `redis-${id}-X1`,
    properties: {},
    attributes: { Arn: `arn-of-${id}` },
  });
  const scope = scopeOf({
    name: 'redis',
    id: stackId,
    status: 'CREATE_IN_PROGRESS',
    template: plain,
    parameters: resolveParameters(plain, given),
    properties: {},
    resources: new Map(['BundleFunction', 'DailyCheckRule', 'Ledger'].map((id) => [id, named(id)])),
    outputs: {},
  });
  const exists = ({ Condition }: Template['Resources'][string]) =>
    Condition === undefined || evaluate({ Condition }, scope) === true;
  const made = Object.entries(plain.Resources).filter(
    ([id, resource]) => /^(Ledger|Rotation|DailyCheck)|Alarm$/.test(id) && exists(resource),
  );
  return Object.fromEntries(
    made.map(([id, { Properties = {} }]) => [id, evaluate(Properties, scope) as Record<string, Json>]),
  );
}

const always = ['Ledger', 'RotationPermission'];
const check = ['DailyCheckRule', 'DailyCheckPermission'];
const alarmsOnCheck = ['DriftAlarm', 'AccessKeyAgeAlarm', 'CheckMissingAlarm'];

test.each([
  ['as it comes', {}, [...always, ...check]],
  ['without the daily check', { DailyCheck: 'Off' }, always],
  ['with a topic', { AlarmTopicArn: topic }, [...always, ...check, ...alarmsOnCheck, 'FunctionErrorsAlarm']],
  [
    'with a topic and a registration',
    { AlarmTopicArn: topic, RedisCloudApiSecretArn: apiSecret },
    [...always, ...check, ...alarmsOnCheck, 'RegistrationAlarm', 'FunctionErrorsAlarm'],
  ],
  [
    'with a topic, but without the daily check',
    { AlarmTopicArn: topic, DailyCheck: 'Off' },
    [...always, 'FunctionErrorsAlarm'],
  ],
])('%s, a stack has what it needs of this, and nothing more', (_title, parameters, expected) => {
  expect(Object.keys(resourcesWith(parameters)).sort()).toEqual([...expected].sort());
});

test('the ledger costs by the call, is found by the bundle, and forgets what has expired', () => {
  expect(resourcesWith({}).Ledger).toEqual({
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'bundle', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'bundle', KeyType: 'HASH' }],
    TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
  });
});

test('Secrets Manager may call the function, for secrets of this account alone', () => {
  expect(resourcesWith({}).RotationPermission).toEqual({
    FunctionName: 'arn-of-BundleFunction',
    Action: 'lambda:InvokeFunction',
    Principal: 'secretsmanager.amazonaws.com',
    SourceAccount: '123456789012',
  });
});

test('once a day the function is told to check the bundle of the stack, by this rule alone', () => {
  const { DailyCheckRule, DailyCheckPermission } = resourcesWith({});
  expect(DailyCheckRule?.ScheduleExpression).toBe('rate(1 day)');
  const [target] = (DailyCheckRule?.Targets ?? []) as { Arn: string; Input: string }[];
  expect(target?.Arn).toBe('arn-of-BundleFunction');
  expect(JSON.parse(target?.Input ?? '')).toEqual({
    source: 'rv-access.check',
    stackId,
    logicalResourceId: 'Bundle',
  });
  expect(DailyCheckPermission).toEqual({
    FunctionName: 'arn-of-BundleFunction',
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
    SourceArn: 'arn:aws:events:eu-west-1:123456789012:rule/redis-DailyCheckRule-X1',
  });
});

describe('the alarms', () => {
  const alarms = resourcesWith({ AlarmTopicArn: topic, RedisCloudApiSecretArn: apiSecret });
  const ofBundle = [
    { Name: 'StackName', Value: 'redis' },
    { Name: 'LogicalResourceId', Value: 'Bundle' },
  ];

  test.each(['DriftAlarm', 'RegistrationAlarm', 'CheckMissingAlarm'])(
    '%s watches a metric of the bundle of the stack, and tells the topic',
    (name) => {
      expect(alarms[name]).toMatchObject({
        Namespace: 'RvAccessBundle',
        Dimensions: ofBundle,
        AlarmActions: [topic],
      });
    },
  );

  test.each([
    ['DriftAlarm', 'Drift', 'GreaterThanThreshold', 0],
    ['RegistrationAlarm', 'RegistrationActive', 'LessThanThreshold', 1],
  ])('%s rings once a check says so, and until one says otherwise', (name, metric, comparison, threshold) => {
    expect(alarms[name]).toMatchObject({
      MetricName: metric,
      ComparisonOperator: comparison,
      Threshold: threshold,
      TreatMissingData: 'ignore',
    });
  });

  test('a check that did not run for two days counts as one that found something', () => {
    const { Period, EvaluationPeriods, ...rest } = alarms.CheckMissingAlarm ?? {};
    expect(Number(Period) * Number(EvaluationPeriods)).toBe(2 * 86_400);
    expect(rest).toMatchObject({ Statistic: 'SampleCount', TreatMissingData: 'breaching' });
  });

  test.each([
    ['0', 'age - 90'],
    ['30', 'age - (30 + 7)'],
    ['365', 'age - (365 + 7)'],
  ])(
    'with RotationDays=%s an access key is too old when %s is more than nothing',
    (RotationDays, expression) => {
      const alarm = resourcesWith({ AlarmTopicArn: topic, RotationDays }).AccessKeyAgeAlarm;
      const [sum, age] = (alarm?.Metrics ?? []) as Record<string, Json>[];
      expect(sum?.Expression).toBe(expression);
      expect(age).toMatchObject({
        Id: 'age',
        ReturnData: false,
        MetricStat: { Metric: { MetricName: 'AccessKeyAgeDays', Dimensions: ofBundle } },
      });
      expect(alarm).toMatchObject({ ComparisonOperator: 'GreaterThanThreshold', Threshold: 0 });
    },
  );

  test('an error of the function rings at once', () => {
    expect(alarms.FunctionErrorsAlarm).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: 'redis-BundleFunction-X1' }],
      TreatMissingData: 'notBreaching',
    });
  });
});
