const names = ['InstanceRoleName', 'UserName', 'ConsoleRoleName'];
const policyNames = ['InstancePolicyName', 'UserPolicyName'];
const serials = ['AccessKeySerial', 'PasswordSerial'];
const documents = ['InstancePolicyDocument', 'UserPolicyDocument'];
const choices = {
  ConsoleAccess: 'Role',
  ExistingEntities: 'Adopt',
  DeletionProtection: 'Off',
  Access: 'Suspended',
  PreviousAccessKey: 'DeleteWhenUnused',
  DailyCheck: 'Repair',
  Preflight: 'Fail',
};
const each = (properties: string[], ...values: unknown[]): [string, unknown][] =>
  properties.flatMap((name) => values.map((value): [string, unknown] => [name, value]));

const region = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf';
const role = 'arn:aws:iam::123456789012:role/reader';

/** Values of every property, right and wrong ones; which is which, the function says. */
export const cases: [string, unknown][] = [
  ...each(names, 'redis', 'a+=,.@-_9', 'x'.repeat(64), 'x'.repeat(65), 'two words', 'a/b', ''),
  ...each(policyNames, 'x'.repeat(128), 'x'.repeat(129), 'a:b', ''),
  ...Object.entries(choices).flatMap(([name, right]) =>
    each([name], right, right.toLowerCase(), `${right} `, 'Nonsense', ''),
  ),
  ...each(['RedisAccountId'], '123456789012', '12345678901', 'abc'),
  ...each(['SecretName'], 'rv-access/a', 'a b', 'x'.repeat(512), 'x'.repeat(513), ''),
  ...each(
    ['KmsKeyArn'],
    'arn:aws:kms:us-east-1:123456789012:key/a-b',
    'arn:aws:kms:eu-west-1:1:key/a',
    'alias/a',
    '',
  ),
  ...each(
    ['SecretReaderArns'],
    role,
    `${role}, ${role}`,
    [role],
    [role, 'me'],
    'me',
    `${role};${role}`,
    '',
    [],
  ),
  ...each(
    ['ReplicaRegions'],
    'eu-west-1',
    'eu-west-1 , us-east-1',
    ['eu-west-1'],
    ['EU'],
    'europe',
    'eu-west-1,',
    '',
  ),
  ...each(['SecretRecoveryDays'], '7', 7, 30, '30', 0, 6, '6', 31, 'a week', ''),
  ...each(
    ['PermissionsBoundaryArn'],
    'arn:aws:iam::aws:policy/A',
    'arn:aws:iam::123456789012:role/A',
    'A',
    '',
  ),
  ...each(['Tags'], 'A=b', 'A=b,C=', [{ Key: 'A', Value: 'b' }], [{ Key: 'A', Value: 1 }], ''),
  ...each(['Tags'], 'A', '=b', 'A=b,C', [{ Name: 'A' }], [{ Key: '' }], [{ Key: 'A', Valeu: 'b' }]),
  ...each(serials, '1', 1, 999, '999999999', 0, '0', -1, 'one', ''),
  ...each(['CloudAccountName'], 'abc', 'ab', '-abc', 'a_c', 'x'.repeat(40), 'x'.repeat(41), ''),
  ...each(['RedisCloudApiSecretArn'], region, region.replace('secretsmanager', 'ssm'), 'key', ''),
  ...each(['RotationDays'], '0', 0, 6, '7', 7, 365, 366, '99', 99, 'monthly', ''),
  ...each(documents, { Statement: [] }, { Version: '2012-10-17' }),
  ...each(['PolicyRevision'], 'a1b2', 'a b', ''),
];
