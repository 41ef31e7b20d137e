import { describe, expect, test } from 'vitest';
import { template, templateText } from './template.ts';

const properties = (logicalId: string) => template.Resources[logicalId]?.Properties ?? {};
const templateOnly = ['LogRetentionDays', 'FurtherBundlesPrefix', 'FunctionPermissionsBoundaryArn'];

test('the template makes one bundle, its function, the role and the log group, and nothing else', () => {
  const types = Object.entries(template.Resources).map(([id, { Type }]) => [id, Type]);
  expect(Object.fromEntries(types)).toEqual({
    Bundle: 'AWS::CloudFormation::CustomResource',
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
    const slack = Number(properties('Bundle').ServiceTimeout) - Number(properties('BundleFunction').Timeout);
    expect(slack).toBeGreaterThanOrEqual(30);
    expect(slack).toBeLessThanOrEqual(120);
  });

  test('comes after, and goes before, the log group and the limits of its function', () => {
    expect(template.Resources.Bundle?.DependsOn).toEqual([
      'BundleFunctionLogGroup',
      'BundleFunctionEventInvokeConfig',
    ]);
  });
});

describe('the function', () => {
  const { CodeUri, Description, Role, ...rest } = properties('BundleFunction');

  test('runs what the build writes, on Node 24 and arm64, for at most five minutes', () => {
    expect(rest).toEqual({
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 256,
      Timeout: 300,
      // CloudFormation's stack id is the value of the tag that the role is confined to; no secret is in here.
      Environment: { Variables: { STACK_ID: { Ref: 'AWS::StackId' } } },
      EventInvokeConfig: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 300 },
    });
    expect(CodeUri).toBe('.');
    expect(Description).toMatch(/bundle/);
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

  test.each([
    'AWS::Lambda::Permission',
    'LoggingConfig',
    'ReservedConcurrentExecutions',
    'FunctionUrlConfig',
  ])('%s is absent', (construct) => {
    expect(templateText).not.toContain(construct);
  });

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
