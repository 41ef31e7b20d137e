import type { Json, JsonObject } from '../../local/cloudformation/template.ts';

/** Values that a property does not take, and a piece of the rule that the refusal must tell. */
export interface BadValues {
  property: string;
  rule: RegExp;
  values: Json[];
  /** Other properties, if the value is only bad together with them. */
  beside?: JsonObject;
}

const name = (property: string, longest: number): BadValues => ({
  property,
  rule: new RegExp(`1 to ${longest} letters, digits`),
  values: ['with space', 'x'.repeat(longest + 1), 'path/name', 'arn:aws', 'ümlaut', '*', ['a', 'b']],
});
const tooLong = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: 'x'.repeat(6144) }],
};
const document = (property: string): BadValues => ({
  property,
  rule: /must be an IAM policy as JSON with a Statement, at most 6144 characters/,
  values: ['no JSON', '{"Version":', '{}', { Version: '2012-10-17' }, '7', tooLong, JSON.stringify(tooLong)],
});
const serial = (property: string): BadValues => ({
  property,
  rule: /must be a whole number from 1/,
  values: ['0', '-1', '1.5', 'one', '1000000000', '1e3'],
});
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef';

/** For every property of the bundle, in the order of the README, what it must refuse in us-east-1. */
export const badValues: BadValues[] = [
  name('InstanceRoleName', 64),
  name('InstancePolicyName', 128),
  name('UserName', 64),
  name('UserPolicyName', 128),
  {
    property: 'ConsoleAccess',
    rule: /must be one of UserAndRole, User, Role, None/,
    values: ['user', 'Both', 'true'],
  },
  name('ConsoleRoleName', 64),
  {
    property: 'RedisAccountId',
    rule: /must be an AWS account id of 12 digits/,
    values: ['12345678901', '1234567890123', 'abcdefghijkl', '168085023892 '],
  },
  {
    property: 'SecretName',
    rule: /must be 1 to 512 letters, digits/,
    values: ['with space', 'with,comma', 'x'.repeat(513), 'arn:aws'],
  },
  {
    property: 'KmsKeyArn',
    rule: /must be the ARN of a KMS key/,
    values: ['alias/mine', '01234567-89ab-cdef-0123-456789abcdef', 'arn:aws:iam::123456789012:role/x'],
  },
  {
    property: 'KmsKeyArn',
    rule: /must be a key in the stack's Region us-east-1/,
    values: [KEY.replace('us-east-1', 'eu-west-1'), KEY.replace('arn:aws:', 'arn:aws-cn:')],
  },
  {
    property: 'SecretReaderArns',
    rule: /must be ARNs of accounts/,
    values: ['*', '210987654321', ['arn:aws:s3:::bucket'], 'arn:aws:iam::210987654321:root,everybody'],
    beside: { KmsKeyArn: KEY },
  },
  {
    property: 'SecretReaderArns',
    rule: /needs KmsKeyArn/,
    values: ['arn:aws:iam::210987654321:root'],
  },
  {
    property: 'ReplicaRegions',
    rule: /must be Regions such as/,
    values: ['Ireland', 'eu-west-1;eu-west-2', ['x']],
  },
  { property: 'ReplicaRegions', rule: /the stack's own Region/, values: ['us-east-1'] },
  {
    property: 'SecretRecoveryDays',
    rule: /must be 7 to 30 days, or 0/,
    values: ['1', '6', '31', '-7', '7.5', 'seven', '07'],
  },
  {
    property: 'PermissionsBoundaryArn',
    rule: /must be the ARN of a managed policy/,
    values: ['PowerUserAccess', 'arn:aws:iam::123456789012:role/x'],
  },
  {
    property: 'PermissionsBoundaryArn',
    rule: /must be a policy of this account or of AWS/,
    values: ['arn:aws:iam::210987654321:policy/x', 'arn:aws-cn:iam::aws:policy/PowerUserAccess'],
  },
  {
    property: 'Tags',
    rule: /must be Key=Value pairs with commas between them/,
    values: [
      'Team',
      '=data',
      'Team=a,Team=b',
      'Team=a,team=b',
      'aws:x=1',
      'UsedBy=me',
      'rv-access:stack=x',
      'RV-Access:Bundle=x',
      'Team=a;b',
      `${'k'.repeat(129)}=v`,
      `k=${'v'.repeat(257)}`,
      Array.from({ length: 46 }, (_, i) => `k${i}=v`).join(','),
      [{ Value: 'no key' }],
    ],
  },
  serial('AccessKeySerial'),
  serial('PasswordSerial'),
  { property: 'ExistingEntities', rule: /must be one of Fail, Adopt/, values: ['adopt', 'Replace'] },
  { property: 'DeletionProtection', rule: /must be one of WhenInUse, Off/, values: ['On', 'off', 'false'] },
  document('InstancePolicyDocument'),
  document('UserPolicyDocument'),
  { property: 'PolicyRevision', rule: /must be a digest/, values: ['two words', 'x'.repeat(129)] },
];
