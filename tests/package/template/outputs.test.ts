import { expect, test } from 'vitest';
import { template } from './template.ts';

const attributes = [
  'SecretArn',
  'SecretName',
  'SecretConsoleUrl',
  'AccessKeyId',
  'UserName',
  'UserArn',
  'InstanceRoleName',
  'InstanceRoleArn',
  'InstanceProfileArn',
  'InstancePolicyArn',
  'UserPolicyArn',
  'ConsoleRoleName',
  'ConsoleRoleArn',
  'SignInLoginUrl',
  'AccountId',
  'AccessKeyCreated',
  'CloudAccountName',
  'CloudAccountId',
  'PreflightFindings',
  'Version',
  'PolicyEdition',
  'Warnings',
];

test('every attribute of the bundle is an output of the same name, and so is the service token', () => {
  const values = Object.entries(template.Outputs).map(([name, { Value }]) => [name, Value]);
  expect(values).toEqual([
    ...attributes.map((name) => [name, { 'Fn::GetAtt': `Bundle.${name}` }]),
    ['ServiceToken', { 'Fn::GetAtt': 'BundleFunction.Arn' }],
  ]);
});

test('every output says what it is, and is there in every stack', () => {
  for (const { Description, Condition } of Object.values(template.Outputs)) {
    expect(Description).toMatch(/^.{15,}$/);
    expect(Condition).toBeUndefined();
  }
});
