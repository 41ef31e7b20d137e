import { describe, expect, test } from 'vitest';
import { parseProperties, parsePropertiesLeniently } from '../../../src/bundle/properties.ts';
import { parseStackId } from '../../../src/bundle/stack.ts';
import { InvalidPropertiesError } from '../../../src/errors.ts';

const stack = (partition = 'aws', region = 'us-east-1') =>
  parseStackId(`arn:${partition}:cloudformation:${region}:123456789012:stack/redis-access/0b7c1d40`);
const parse = (raw: Record<string, unknown> = {}) => parseProperties(raw, stack());

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const READER = 'arn:aws:iam::210987654321:root';

test('without properties a bundle has the names that Redis expects', () => {
  expect(parse()).toEqual({
    InstanceRoleName: 'redislabs-cluster-node-role',
    InstancePolicyName: 'RedisLabsInstanceRolePolicy',
    UserName: 'redislabs-user',
    UserPolicyName: 'RedislabsIAMUserRestrictedPolicy',
    ConsoleAccess: 'UserAndRole',
    ConsoleRoleName: 'redislabs-role',
    RedisAccountId: '168085023892',
    SecretName: 'rv-access/redislabs-user',
    KmsKeyArn: '',
    SecretReaderArns: [],
    ReplicaRegions: [],
    SecretRecoveryDays: 30,
    PermissionsBoundaryArn: '',
    Tags: {},
    AccessKeySerial: 1,
    PasswordSerial: 1,
    ExistingEntities: 'Fail',
    DeletionProtection: 'WhenInUse',
    PolicyRevision: '',
    CloudAccountName: 'redis-access-123456789012',
    RedisCloudApiSecretArn: '',
    RotationDays: 0,
    Access: 'Active',
    PreviousAccessKey: 'KeepUntilNextRotation',
    DailyCheck: 'Report',
    Preflight: 'Warn',
  });
});

test.each(['', null, undefined])('a property that is %j counts as absent', (nothing) => {
  const names = Object.keys(parse());
  expect(parse(Object.fromEntries(names.map((name) => [name, nothing])))).toEqual(parse());
});

test('the secret is named after the user unless it has a name of its own', () => {
  expect(parse({ UserName: 'redis' }).SecretName).toBe('rv-access/redis');
  expect(parse({ UserName: 'redis', SecretName: 'mine' }).SecretName).toBe('mine');
});

test('what CloudFormation adds for its own use is no property', () => {
  expect(parse({ ServiceToken: 'arn:aws:lambda:…', ServiceTimeout: '360' })).toEqual(parse());
});

test.each([
  ['AccessKeySerial', '7', 7],
  ['AccessKeySerial', 7, 7],
  ['PasswordSerial', '999999999', 999999999],
  ['SecretRecoveryDays', '0', 0],
  ['SecretRecoveryDays', '7', 7],
  ['SecretRecoveryDays', '29', 29],
  ['RedisAccountId', 210987654321, '210987654321'],
  ['ReplicaRegions', 'eu-west-1, ap-southeast-2 ,', ['eu-west-1', 'ap-southeast-2']],
  ['ReplicaRegions', ['eu-west-1', 'us-gov-east-1'], ['eu-west-1', 'us-gov-east-1']],
  ['InstanceRoleName', 'r'.repeat(64), 'r'.repeat(64)],
  ['InstancePolicyName', 'p'.repeat(128), 'p'.repeat(128)],
  ['UserName', 'a_+=.@-Z9', 'a_+=.@-Z9'],
  ['SecretName', 's'.repeat(512), 's'.repeat(512)],
  ['PermissionsBoundaryArn', 'arn:aws:iam::aws:policy/X', 'arn:aws:iam::aws:policy/X'],
  ['PermissionsBoundaryArn', 'arn:aws:iam::123456789012:policy/a/X', 'arn:aws:iam::123456789012:policy/a/X'],
  ['KmsKeyArn', KEY, KEY],
  ['Tags', 'Team=Data, Cost Center = 4711,Empty=', { Team: 'Data', 'Cost Center': '4711', Empty: '' }],
  ['Tags', 'Formula=a=b', { Formula: 'a=b' }],
  ['Tags', [{ Key: 'Team', Value: 'Data' }], { Team: 'Data' }],
  ['InstancePolicyDocument', { Statement: [] }, '{"Statement":[]}'],
  ['UserPolicyDocument', '{ "Statement": [] }', '{"Statement":[]}'],
])('%s takes %j', (name, given, expected) => {
  expect(parse({ [name]: given })[name as 'Tags']).toEqual(expected);
});

test.each([
  ['InstanceRoleName', 'r'.repeat(65), '1 to 64 letters'],
  ['ConsoleRoleName', 'with space', '1 to 64 letters'],
  ['UserName', 'a/b', '1 to 64 letters'],
  ['InstancePolicyName', 'p'.repeat(129), '1 to 128 letters'],
  ['UserPolicyName', 'p:q', '1 to 128 letters'],
  ['ConsoleAccess', 'Users', 'must be one of UserAndRole, User, Role, None'],
  ['RedisAccountId', '16808502389', '12 digits'],
  ['SecretName', 's'.repeat(513), '1 to 512'],
  ['SecretName', 'a b', '1 to 512'],
  ['KmsKeyArn', 'alias/mine', 'must be the ARN of a KMS key'],
  ['SecretReaderArns', 'arn:aws:iam::210987654321:root,*', 'must be ARNs of accounts'],
  ['ReplicaRegions', 'Ireland', 'must be Regions such as eu-west-1'],
  ['ReplicaRegions', { toString: 'eu-west-1' }, 'must be Regions such as eu-west-1'],
  ['ReplicaRegions', [{ toString: 'eu-west-1' }], 'must be Regions such as eu-west-1'],
  ['Tags', { toString: 'Team=data' }, 'must be Key=Value pairs'],
  ['Tags', [{ Key: { toString: 1 }, Value: 'data' }], 'must be Key=Value pairs'],
  ['SecretRecoveryDays', '6', 'must be 7 to 30 days, or 0'],
  ['SecretRecoveryDays', '31', 'must be 7 to 30 days, or 0'],
  ['PermissionsBoundaryArn', 'PowerUserAccess', 'must be the ARN of a managed policy'],
  ['AccessKeySerial', '0', 'must be a whole number from 1'],
  ['AccessKeySerial', '1.5', 'must be a whole number from 1'],
  ['PasswordSerial', '-1', 'must be a whole number from 1'],
  ['PasswordSerial', '1000000000', 'must be a whole number from 1'],
  ['ExistingEntities', 'adopt', 'must be one of Fail, Adopt'],
  ['DeletionProtection', 'On', 'must be one of WhenInUse, Off'],
  ['Tags', 'Team', 'must be Key=Value pairs'],
  ['Tags', [{ Key: 'Team', Valeu: 'data' }], 'must be Key=Value pairs'],
  ['Tags', [null], 'must be Key=Value pairs'],
  ['Tags', 'Team=A,team=B', 'each key once'],
  ['Tags', 'Url=a?b', 'letters, digits, blanks or _.:/=+-@'],
  ['Tags', 'aws:x=1', 'aws: are taken'],
  ['Tags', 'x=aws:1', 'aws: are taken'],
  ['Tags', 'x=AWS:1', 'aws: are taken'],
  ['Tags', 'UsedBy=Me', 'are taken'],
  ['Tags', 'rv-access:delete=anyway', 'are taken'],
  ['Tags', 'RV-Access:Release=yes', 'are taken'],
  ['Tags', `Key=${'v'.repeat(257)}`, 'at most 256 in a value'],
  ['Tags', Array.from({ length: 46 }, (_, i) => `K${i}=1`).join(), 'at most 45 tags'],
  ['InstancePolicyDocument', '{"Statement":', 'must be an IAM policy as JSON'],
  ['InstancePolicyDocument', '{"Version":"2012-10-17"}', 'must be an IAM policy as JSON'],
  ['UserPolicyDocument', { Statement: 'x'.repeat(6144) }, 'at most 6144 characters'],
  ['PolicyRevision', 'a b', 'must be a digest'],
])('%s refuses %j by name, with value and rule', (name, given, rule) => {
  const shown = JSON.stringify(given);
  const parseIt = () => parse({ [name]: given });
  expect(parseIt).toThrow(InvalidPropertiesError);
  expect(parseIt).toThrow(`${name} ${shown.length > 100 ? `${shown.slice(0, 100)}…` : shown} `);
  expect(parseIt).toThrow(rule);
  expect(parseIt).toThrow('Nothing was changed.');
});

test('a policy document is measured without its white space', () => {
  const filler = (length: number) => ({ Statement: [], Id: 'x'.repeat(length) });
  const fits = 6144 - JSON.stringify(filler(0)).length;
  expect(() => parse({ UserPolicyDocument: JSON.stringify(filler(fits), null, 8) })).not.toThrow();
  expect(() => parse({ UserPolicyDocument: filler(fits + 1) })).toThrow('at most 6144');
});

test.each([
  ['UserNmae', 'Did you mean UserName?'],
  ['username', 'Did you mean UserName?'],
  ['Colour', 'Correct or remove it.'],
])('a property "%s" that a bundle does not have is refused: %s', (name, hint) => {
  expect(() => parse({ [name]: 'x' })).toThrow(`"${name}" is not a property of the bundle. ${hint}`);
});

test('every problem is told at once', () => {
  const message = () => parse({ Colour: 'red', UserName: 'a/b', ConsoleAccess: 'No' });
  expect(message).toThrow(/Colour.*UserName.*ConsoleAccess/);
});

describe('what does not go together is refused', () => {
  test.each([
    [{ InstanceRoleName: 'same', ConsoleRoleName: 'SAME' }, 'InstanceRoleName and ConsoleRoleName are both'],
    [
      { InstancePolicyName: 'Same', UserPolicyName: 'same' },
      'InstancePolicyName and UserPolicyName are both',
    ],
    [{ UserName: 'a,b' }, 'UserName "a,b" has a comma'],
    [{ SecretReaderArns: READER }, 'SecretReaderArns needs KmsKeyArn'],
    [{ KmsKeyArn: KEY.replace('us-east-1', 'eu-west-1') }, "must be a key in the stack's Region us-east-1"],
    [{ KmsKeyArn: KEY.replace('aws', 'aws-cn') }, "must be a key in the stack's Region us-east-1"],
    [{ PermissionsBoundaryArn: 'arn:aws:iam::210987654321:policy/X' }, 'must be a policy of this account'],
    [{ PermissionsBoundaryArn: 'arn:aws-cn:iam::aws:policy/X' }, 'must be a policy of this account'],
    [{ ReplicaRegions: 'eu-west-1,us-east-1' }, "is the stack's own Region"],
  ])('%j', (raw, message) => {
    expect(() => parse(raw)).toThrow(message);
  });

  test('and what does is taken', () => {
    expect(() => parse({ UserName: 'a,b', SecretName: 'ab' })).not.toThrow();
    expect(() => parse({ SecretReaderArns: READER, KmsKeyArn: KEY })).not.toThrow();
  });
});

describe.each([
  ['aws-us-gov', 'us-gov-west-1'],
  ['aws-cn', 'cn-north-1'],
])('in %s', (partition, region) => {
  const there = (raw: Record<string, unknown>) => () => parseProperties(raw, stack(partition, region));

  test("Redis's account of the commercial partition is refused early, with the way out", () => {
    expect(there({})).toThrow('RedisAccountId "168085023892"');
    expect(there({ ConsoleAccess: 'Role' })).toThrow('Set RedisAccountId');
    expect(there({})).toThrow('or ConsoleAccess to User or None');
  });

  test.each([{ RedisAccountId: '210987654321' }, { ConsoleAccess: 'User' }, { ConsoleAccess: 'None' }])(
    '%j is taken',
    (raw) => {
      expect(there(raw)).not.toThrow();
    },
  );
});

test('a lenient reader counts what does not fit as absent', () => {
  const raw = { UserName: 'redis', AccessKeySerial: 'x', Colour: 'red', SecretRecoveryDays: '0' };
  expect(parsePropertiesLeniently(raw, stack())).toEqual(
    parse({ UserName: 'redis', SecretRecoveryDays: '0' }),
  );
  expect(parsePropertiesLeniently(undefined, stack())).toEqual(parse());
  const colliding = { InstanceRoleName: 'same', ConsoleRoleName: 'same' };
  expect(parsePropertiesLeniently(colliding, stack())).toMatchObject(colliding);
});

test.each([
  ['short', 'short-123456789012'],
  ['s'.repeat(60), `${'s'.repeat(27)}-123456789012`],
])(
  'the cloud account is named after the stack and the account, at most 40 characters: %s',
  (name, expected) => {
    const there = parseStackId(`arn:aws:cloudformation:us-east-1:123456789012:stack/${name}/0b7c1d40`);
    expect(parseProperties({}, there).CloudAccountName).toBe(expected);
    expect(parseProperties({ CloudAccountName: 'mine' }, there).CloudAccountName).toBe('mine');
  },
);

test.each(['__proto__', 'constructor', 'toString'])('the key %s is no property', (key) => {
  const raw = JSON.parse(`{"${key}": "x"}`);
  expect(() => parse(raw)).toThrow(`"${key}" is not a property of the bundle.`);
  expect(parsePropertiesLeniently(raw, stack())).toEqual(parse());
});

test('all properties together have a limit, as the ledger keeps them: blanks count too', () => {
  const document = { Statement: [], Id: 'x'.repeat(6000) };
  const full = {
    InstancePolicyDocument: document,
    UserPolicyDocument: document,
    Tags: `Team=data${' '.repeat(18_000)}`,
  };
  expect(parse(full).Tags).toEqual({ Team: 'data' });
  expect(() => parse({ Tags: `Team=data${' '.repeat(300_000)}` })).toThrow(
    /^The properties have 300020 bytes .* 32000 at most/,
  );
  expect(() => parse({ Tags: `Team=data${' '.repeat(300_000)}` })).toThrow('Nothing was changed.');
});
