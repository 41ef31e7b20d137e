import { describe, expect, test } from 'vitest';
import { template, templateText } from './template.ts';

const properties = (logicalId: string) => template.Resources[logicalId]?.Properties ?? {};
const templateOnly = [
  'AlarmTopicArn',
  'LogRetentionDays',
  'FurtherBundlesPrefix',
  'FunctionPermissionsBoundaryArn',
];
/** What a value is when the stack registers itself at Redis Cloud, and what it is otherwise. */
const ifRegistered = (yes: number, no: number) => ({ 'Fn::If': ['Registers', yes, no] });

const alarms = [
  'DriftAlarm',
  'AccessKeyAgeAlarm',
  'RegistrationAlarm',
  'CheckMissingAlarm',
  'FunctionErrorsAlarm',
];

test('the template makes one bundle, its function, the ledger, what calls the function and what watches it', () => {
  const types = Object.entries(template.Resources).map(([id, { Type }]) => [id, Type]);
  expect(Object.fromEntries(types)).toEqual({
    Bundle: 'AWS::CloudFormation::CustomResource',
    Ledger: 'AWS::DynamoDB::Table',
    RotationPermission: 'AWS::Lambda::Permission',
    DailyCheckRule: 'AWS::Events::Rule',
    DailyCheckPermission: 'AWS::Lambda::Permission',
    ...Object.fromEntries(alarms.map((name) => [name, 'AWS::CloudWatch::Alarm'])),
    BundleFunction: 'AWS::Serverless::Function',
    BundleFunctionLogGroup: 'AWS::Logs::LogGroup',
    BundleFunctionRole: 'AWS::IAM::Role',
  });
});

describe('the bundle', () => {
  test('gets every parameter as the property of the same name, and the revision of the policies', () => {
    const { ServiceToken, ServiceTimeout, PolicyRevision, ...rest } = properties('Bundle');
    const passedOn = Object.keys(template.Parameters).filter((name) => !templateOnly.includes(name));
    expect(rest).toEqual(Object.fromEntries(passedOn.map((name) => [name, { Ref: name }])));
    expect(ServiceToken).toEqual({ 'Fn::GetAtt': 'BundleFunction.Arn' });
    expect(PolicyRevision).toMatch(/^[0-9a-f]{16}$/);
  });

  test('is waited for a little longer than the function may run, so that no stack hangs for an hour', () => {
    expect(properties('Bundle').ServiceTimeout).toEqual(ifRegistered(960, 360));
    expect(properties('BundleFunction').Timeout).toEqual(ifRegistered(900, 300));
    expect(template.Conditions.Registers).toEqual({
      'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'RedisCloudApiSecretArn' }, ''] }],
    });
  });

  test('comes after, and goes before, the log group, the limits and the permission of its function', () => {
    expect(template.Resources.Bundle?.DependsOn).toEqual([
      'BundleFunctionLogGroup',
      'BundleFunctionEventInvokeConfig',
      'RotationPermission',
    ]);
  });
});

/** Who gets access is what the template says, whatever an event says; no secret is in here. */
const variables = {
  STACK_ID: { Ref: 'AWS::StackId' },
  LEDGER_TABLE: { Ref: 'Ledger' },
  REDIS_ACCOUNT_ID: { Ref: 'RedisAccountId' },
  SECRET_READER_ARNS: { Ref: 'SecretReaderArns' },
  KMS_KEY_ARN: { Ref: 'KmsKeyArn' },
  REPLICA_REGIONS: { Ref: 'ReplicaRegions' },
  PERMISSIONS_BOUNDARY_ARN: { Ref: 'PermissionsBoundaryArn' },
  REDIS_CLOUD_API_SECRET_ARN: { Ref: 'RedisCloudApiSecretArn' },
  FURTHER_BUNDLES_PREFIX: { Ref: 'FurtherBundlesPrefix' },
};

describe('the function', () => {
  const { CodeUri, Description, Role, ...rest } = properties('BundleFunction');

  test('runs what the build writes, on Node 24 and arm64, for five minutes, or for fifteen if Redis Cloud has to be waited for', () => {
    expect(rest).toEqual({
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 256,
      Timeout: ifRegistered(900, 300),
      Environment: { Variables: variables },
      EventInvokeConfig: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: ifRegistered(900, 300) },
    });
    expect(CodeUri).toBe('.');
    expect(Description).toMatch(/bundle/);
  });

  test('has an environment that stays below the 4 KB of Lambda with every value at its longest', () => {
    const longest = {
      STACK_ID: 230,
      LEDGER_TABLE: 255,
      REDIS_ACCOUNT_ID: 12,
      SECRET_READER_ARNS: template.Parameters.SecretReaderArns?.MaxLength ?? Infinity,
      KMS_KEY_ARN: 330,
      REPLICA_REGIONS: template.Parameters.ReplicaRegions?.MaxLength ?? Infinity,
      PERMISSIONS_BOUNDARY_ARN: 180,
      REDIS_CLOUD_API_SECRET_ARN: 340,
      FURTHER_BUNDLES_PREFIX: 32,
    } satisfies Record<keyof typeof variables, number>;
    const sizes = Object.entries(longest).map(([name, length]) => name.length + length);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(4096);
  });

  test('has the role and the log group of this template', () => {
    expect(Role).toEqual({ 'Fn::GetAtt': 'BundleFunctionRole.Arn' });
    expect(properties('BundleFunctionLogGroup')).toEqual({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's syntax, not JavaScript's.
      LogGroupName: { 'Fn::Sub': '/aws/lambda/${BundleFunction}' },
      RetentionInDays: { Ref: 'LogRetentionDays' },
    });
  });

  test('its role has the permissions boundary that is given for it, and none without', () => {
    const given = { Ref: 'FunctionPermissionsBoundaryArn' };
    expect(properties('BundleFunctionRole').PermissionsBoundary).toEqual({
      'Fn::If': ['HasFunctionBoundary', given, { Ref: 'AWS::NoValue' }],
    });
    expect(template.Conditions.HasFunctionBoundary).toEqual({ 'Fn::Not': [{ 'Fn::Equals': [given, ''] }] });
  });

  test('only Lambda may take its role', () => {
    expect(properties('BundleFunctionRole').AssumeRolePolicyDocument).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    });
  });
});

describe('what the Serverless Application Repository refuses, or asks the user to acknowledge, is not used', () => {
  test('the transform is one string, without language extensions', () => {
    expect(template.Transform).toBe('AWS::Serverless-2016-10-31');
    expect(templateText).not.toMatch(/LanguageExtensions|Fn::ForEach|Fn::Transform/);
  });

  test.each(['LoggingConfig', 'ReservedConcurrentExecutions', 'FunctionUrlConfig'])(
    '%s is absent',
    (construct) => {
      expect(templateText).not.toContain(construct);
    },
  );

  test('no IAM resource has a name, which would need CAPABILITY_NAMED_IAM', () => {
    expect(Object.keys(properties('BundleFunctionRole')).sort()).toEqual([
      'AssumeRolePolicyDocument',
      'Description',
      'PermissionsBoundary',
      'Policies',
    ]);
  });

  test('no YAML anchor or alias, which CloudFormation does not read', () => {
    expect(templateText).not.toMatch(/(^|\s)[&*][A-Za-z]\w*\s*$/m);
  });

  test('no ARN names a partition, except in the patterns of parameters', () => {
    const lines = templateText
      .split('\n')
      .filter((line) => line.includes('arn:aws') && !line.includes('AllowedPattern:'));
    expect(lines).toEqual([]);
  });
});
