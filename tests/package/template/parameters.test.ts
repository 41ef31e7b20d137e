import { describe, expect, test } from 'vitest';
import { parseProperties } from '../../../src/bundle/properties.ts';
import { parseStackId } from '../../../src/bundle/stack.ts';
import { InvalidPropertiesError } from '../../../src/errors.ts';
import { template } from './template.ts';

/** Name and default of every parameter, in the order in which a flat list shows them. */
const expected: [name: string, fallback: string][] = [
  ['InstanceRoleName', 'redislabs-cluster-node-role'],
  ['InstancePolicyName', 'RedisLabsInstanceRolePolicy'],
  ['UserName', 'redislabs-user'],
  ['UserPolicyName', 'RedislabsIAMUserRestrictedPolicy'],
  ['ConsoleAccess', 'UserAndRole'],
  ['ConsoleRoleName', 'redislabs-role'],
  ['RedisAccountId', '168085023892'],
  ['SecretName', ''],
  ['KmsKeyArn', ''],
  ['SecretReaderArns', ''],
  ['ReplicaRegions', ''],
  ['SecretRecoveryDays', '30'],
  ['PermissionsBoundaryArn', ''],
  ['Tags', ''],
  ['AccessKeySerial', '1'],
  ['PasswordSerial', '1'],
  ['RotationDays', '0'],
  ['PreviousAccessKey', 'KeepUntilNextRotation'],
  ['CloudAccountName', ''],
  ['RedisCloudApiSecretArn', ''],
  ['ExistingEntities', 'Fail'],
  ['DeletionProtection', 'WhenInUse'],
  ['Access', 'Active'],
  ['Preflight', 'Warn'],
  ['DailyCheck', 'Report'],
  ['AlarmTopicArn', ''],
  ['LogRetentionDays', '30'],
  ['FurtherBundlesPrefix', ''],
  ['FunctionPermissionsBoundaryArn', ''],
];

const key = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const apiSecret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:redis-cloud/api-AbCdEf';
const reader = 'arn:aws:iam::210987654321:root';

/** What each parameter takes and what it refuses. The function has the last word; both must agree on these. */
const samples: Record<
  string,
  { good: string[]; bad: string[]; badHere?: string[]; with?: Record<string, string> }
> = {
  InstanceRoleName: {
    good: ['n', 'Node_1+=,.@-', 'r'.repeat(64)],
    bad: ['a b', 'a/b', 'a*', 'r'.repeat(65)],
  },
  InstancePolicyName: { good: ['p', 'P+=,.@-_', 'p'.repeat(128)], bad: ['a b', 'a/b', 'ä', 'p'.repeat(129)] },
  UserName: {
    good: ['u', 'redis.user@corp+1', 'u'.repeat(64)],
    bad: ['a b', 'a/b', 'a:b', 'u'.repeat(65)],
  },
  UserPolicyName: { good: ['p', 'p'.repeat(128)], bad: ['a b', '$x', 'p'.repeat(129)] },
  ConsoleAccess: {
    good: ['UserAndRole', 'User', 'Role', 'None'],
    bad: ['user', 'Both', 'true', 'UserAndRoles'],
  },
  ConsoleRoleName: { good: ['r', 'r'.repeat(64)], bad: ['a b', 'role/x', 'r'.repeat(65)] },
  RedisAccountId: {
    good: ['123456789012', '000000000001'],
    bad: ['12345678901', '1234567890123', '1234-5678-9012', 'x'],
  },
  SecretName: {
    good: ['', 'redis', 'team/redis+keys=1.@-', 's'.repeat(512)],
    bad: ['a b', 'a*', 'a,b', 's'.repeat(513)],
  },
  KmsKeyArn: {
    good: ['', key, 'arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab'],
    bad: ['1234abcd-12ab-34cd-56ef-1234567890ab', 'alias/redis', `${key} `, key.replace('kms', 's3')],
  },
  SecretReaderArns: {
    with: { KmsKeyArn: key },
    good: [
      '',
      reader,
      `${reader},arn:aws:iam::210987654321:role/path/Reader`,
      `${reader}, arn:aws:iam::210987654321:user/u`,
    ],
    bad: [
      '210987654321',
      `${reader};${reader}`,
      '*',
      'arn:aws:iam::210987654321:group/readers',
      'arn:aws:s3:::bucket',
    ],
  },
  ReplicaRegions: {
    good: ['', 'eu-west-1', 'eu-west-1,ap-southeast-2', 'eu-west-1, us-gov-west-1'],
    bad: ['Europe', 'eu-west', 'eu-west-1;eu-west-2', 'eu-west-1a', '*'],
  },
  SecretRecoveryDays: {
    good: ['0', '7', '9', '10', '29', '30'],
    bad: ['1', '6', '31', '-7', '7.5', '07', 'never'],
  },
  PermissionsBoundaryArn: {
    good: [
      '',
      'arn:aws:iam::123456789012:policy/boundaries/Developer',
      'arn:aws:iam::aws:policy/PowerUserAccess',
    ],
    bad: ['Developer', 'arn:aws:iam::123456789012:role/Developer', 'arn:aws:iam::123:policy/Developer'],
  },
  Tags: {
    good: [
      '',
      'Team=Data',
      'Team=Data,Cost Center=4711',
      'Url=https://x.org/?a=b'.replace('?', ''),
      'Größe=groß',
      'Empty=',
    ],
    bad: ['Team', '=Data', 'Team=Data,Owner', `${'k'.repeat(129)}=v`, `k=${'v'.repeat(257)}`],
  },
  AccessKeySerial: { good: ['1', '2', '999999999'], bad: ['0', '-1', '1.5', '01', '1000000000', 'two'] },
  PasswordSerial: { good: ['1', '20260101', '999999999'], bad: ['0', '-1', '1e3', '1000000000', ' 1'] },
  RotationDays: {
    good: ['0', '7', '45', '99', '100', '299', '365'],
    bad: ['1', '6', '366', '400', '1000', '07', '7.5', '-7', 'monthly'],
  },
  PreviousAccessKey: {
    good: ['KeepUntilNextRotation', 'DeleteWhenUnused'],
    bad: ['Keep', 'Delete', 'deletewhenunused'],
  },
  CloudAccountName: {
    good: ['', 'abc', 'redis-access-123456789012', '1-2', 'c'.repeat(40)],
    bad: ['ab', '-abc', 'a b c', 'a_b', 'c'.repeat(41)],
  },
  RedisCloudApiSecretArn: {
    good: [
      '',
      apiSecret,
      apiSecret.replace('arn:aws:', 'arn:aws-us-gov:'),
      apiSecret.replace('api', 'a'.repeat(240)),
    ],
    bad: ['redis-cloud/api', `${apiSecret},${apiSecret}`, `${apiSecret}*`],
    // The function's role names the secret by its ARN, so the template asks for all of it.
    badHere: [apiSecret.replace('-AbCdEf', ''), apiSecret.replace('api', 'a'.repeat(257))],
  },
  Access: { good: ['Active', 'Suspended'], bad: ['active', 'Off', 'Suspend'] },
  Preflight: { good: ['Off', 'Warn', 'Fail'], bad: ['off', 'On', 'true'] },
  DailyCheck: { good: ['Off', 'Report', 'Repair'], bad: ['off', 'On', 'Fix'] },
  AlarmTopicArn: {
    good: ['', 'arn:aws:sns:us-east-1:123456789012:alarms', 'arn:aws-cn:sns:cn-north-1:123456789012:a_b-1'],
    bad: [
      'alarms',
      'arn:aws:sns:us-east-1:123456789012:alarms.fifo',
      'arn:aws:sqs:us-east-1:123456789012:alarms',
    ],
  },
  ExistingEntities: { good: ['Fail', 'Adopt'], bad: ['fail', 'Overwrite', 'true'] },
  DeletionProtection: { good: ['WhenInUse', 'Off'], bad: ['off', 'On', 'false'] },
  LogRetentionDays: { good: ['1', '30', '365', '3653'], bad: ['0', '2', '31', 'forever'] },
  FurtherBundlesPrefix: {
    good: ['', 'redis-', 'a'.repeat(32)],
    bad: ['redis*', 'a b', 'redis/', 'a'.repeat(33)],
  },
  FunctionPermissionsBoundaryArn: {
    good: ['', 'arn:aws-cn:iam::123456789012:policy/boundaries/Functions'],
    bad: ['Functions', 'arn:aws:iam::123456789012:role/Functions'],
  },
};

/** Parameters that name things need a name; all others may be left empty. */
const takesEmpty = (name: string) => samples[name]?.good.includes('') ?? false;
const templateOnly = [
  'AlarmTopicArn',
  'LogRetentionDays',
  'FurtherBundlesPrefix',
  'FunctionPermissionsBoundaryArn',
];
const stack = parseStackId('arn:aws:cloudformation:us-east-1:123456789012:stack/redis/4f6a1b20');

test('the parameters are those of the contract, in its order, with its defaults', () => {
  const actual = Object.entries(template.Parameters).map(([name, { Default }]) => [name, Default]);
  expect(actual).toEqual(expected);
});

test('all are strings, as every property of a custom resource becomes one', () => {
  expect(new Set(Object.values(template.Parameters).map(({ Type }) => Type))).toEqual(new Set(['String']));
});

test('the deploy form groups and labels each parameter exactly once, in the order of the flat list', () => {
  const { ParameterGroups, ParameterLabels } = template.Metadata['AWS::CloudFormation::Interface'];
  const names = expected.map(([name]) => name);
  expect(ParameterGroups.flatMap(({ Parameters }) => Parameters)).toEqual(names);
  expect(Object.keys(ParameterLabels)).toEqual(names);
});

describe.each(Object.entries(template.Parameters))('%s', (name, parameter) => {
  const { good = [], bad = [], badHere = [], with: others = {} } = samples[name] ?? {};

  test('is described in whole sentences', () => {
    expect(parameter.Description).toMatch(/^[A-Z].{20,}\.$/);
  });

  test('has a rule, and says it with its own name, as CloudFormation shows only that sentence', () => {
    expect([parameter.AllowedPattern, parameter.AllowedValues].filter(Boolean)).toHaveLength(1);
    expect(parameter.ConstraintDescription).toMatch(/^must be /);
    expect(takes(parameter, parameter.Default ?? '')).toBe(true);
  });

  test.each(good)('takes %j', (value) => {
    expect(takes(parameter, value)).toBe(true);
    if (!templateOnly.includes(name))
      expect(() => parseProperties({ ...others, [name]: value }, stack)).not.toThrow();
  });

  test.each(bad)('refuses %j', (value) => {
    expect(takes(parameter, value)).toBe(false);
    if (!templateOnly.includes(name))
      expect(() => parseProperties({ ...others, [name]: value }, stack)).toThrow(InvalidPropertiesError);
  });

  test.each(badHere)('refuses %j, which the function would take', (value) => {
    expect(takes(parameter, value)).toBe(false);
  });

  test(takesEmpty(name) ? 'may be empty' : 'must not be empty', () => {
    expect(takes(parameter, '')).toBe(takesEmpty(name));
  });
});

/** As CloudFormation judges: the pattern must match the whole value. */
function takes(
  { AllowedPattern, AllowedValues }: (typeof template.Parameters)[string],
  value: string,
): boolean {
  return AllowedValues
    ? AllowedValues.includes(value)
    : new RegExp(`^(?:${AllowedPattern})$`, 'u').test(value);
}
