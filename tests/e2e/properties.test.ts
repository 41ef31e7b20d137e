import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../local/cloudformation/template.ts';
import { type AccountState, type Region, useAccount } from './account.ts';
import { badValues } from './bad-properties.ts';
import { createRequest, newResource, updateRequest } from './requests.ts';

const account = useAccount();
const here = () => account.in('us-east-1');

const calledActions = async () => (await account.aws.calls()).map(({ action }) => action);

/** Sends a Create that must be refused before AWS is asked anything. @returns the reason */
async function refusal(region: Region, properties: JsonObject): Promise<string> {
  await account.aws.clearCalls();
  const { answer } = await region.send(createRequest(newResource(), properties));
  expect(await calledActions()).toEqual([]);
  expect(answer).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: expect.stringMatching(/^rv-access\//),
  });
  expect(answer?.Data).toBeUndefined();
  return answer?.Reason ?? '';
}

describe('a bad value is refused before any call, with property, value and rule:', () => {
  test.each(badValues)('$property ($rule)', async ({ property, rule, values, beside }) => {
    for (const value of values) {
      const reason = await refusal(here(), { ...beside, [property]: value });
      expect(reason).toContain(property);
      if (property !== 'SecretReaderArns' || beside)
        expect(reason).toContain(JSON.stringify(value).slice(0, 60));
      expect(reason).toMatch(rule);
      expect(reason).toContain('Nothing was changed.');
    }
  });

  test('all of them at once', async () => {
    const reason = await refusal(here(), { UserName: 'a b', ConsoleAccess: 'Maybe', AccessKeySerial: '0' });
    expect(reason).toMatch(/UserName "a b" .*ConsoleAccess "Maybe" .*AccessKeySerial "0" /);
  });

  test.each([
    ['UserNmae', /"UserNmae" is not a property of the bundle. Did you mean UserName\?/],
    ['Secretname', /Did you mean SecretName\?/],
    ['LogRetentionDays', /"LogRetentionDays" is not a property/],
    ['FurtherBundlesPrefix', /"FurtherBundlesPrefix" is not a property/],
    ['constructor', /"constructor" is not a property/],
  ])('an unknown property (%s)', async (property, told) => {
    expect(await refusal(here(), { [property]: 'x' })).toMatch(told);
  });

  test.each([
    ['InstanceRoleName', 'ConsoleRoleName'],
    ['InstancePolicyName', 'UserPolicyName'],
  ])('one name for two things (%s and %s), whatever its case', async (one, other) => {
    for (const names of [['same', 'same'] as const, ['same', 'SAME'] as const]) {
      const reason = await refusal(here(), { [one]: names[0], [other]: names[1] });
      expect(reason).toContain(`${one} and ${other} are both "same"`);
    }
  });

  test('a user whose name no secret can have, without a SecretName', async () => {
    expect(await refusal(here(), { UserName: 'a,b' })).toContain('set SecretName');
    const properties = { UserName: 'a,b', SecretName: 'a-b' };
    expect((await here().send(createRequest(newResource(), properties))).answer?.Status).toBe('SUCCESS');
  });

  test.each(['us-gov-west-1', 'cn-north-1'])('the default RedisAccountId in %s', async (region) => {
    const resource = newResource(region);
    await account.aws.clearCalls();
    const { answer } = await account.in(region).send(createRequest(resource));
    expect(await calledActions()).toEqual([]);
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('RedisAccountId "168085023892"'),
    });
  });

  test('in an update, which keeps the id that CloudFormation knows', async () => {
    await account.aws.clearCalls();
    const id = 'rv-access/events/Bundle/0123456789abcdef-0123456789abcdef';
    const { answer } = await here().send(updateRequest(newResource(), id, { UserName: 'a b' }, {}));
    expect(await calledActions()).toEqual([]);
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: id });
  });
});

const user = (state: AccountState) => Object.values(state.users)[0];
const secret = (state: AccountState) => Object.values(state.secrets)[0];
const roles = (state: AccountState) => Object.keys(state.roles).sort();
const KmsKeyArn = 'arn:aws:kms:us-east-1:123456789012:alias/redis/keys';
const reader = 'arn:aws:iam::210987654321:root';

/** Good values, also at the edge of what is allowed, and how they show: what is looked at, and what it must be. */
const good: [JsonObject, (state: AccountState) => unknown, unknown][] = [
  [{ InstanceRoleName: 'A_z+=,.@-9' }, roles, ['A_z+=,.@-9', 'redislabs-role']],
  [
    { InstanceRoleName: 'r'.repeat(64) },
    ({ instanceProfiles }) => Object.keys(instanceProfiles),
    ['r'.repeat(64)],
  ],
  [{ InstancePolicyName: 'p'.repeat(128) }, ({ policies }) => 'p'.repeat(128) in policies, true],
  [{ UserName: 'u' }, ({ secrets }) => Object.keys(secrets), ['rv-access/u']],
  [{ UserName: '' }, ({ users }) => Object.keys(users), ['redislabs-user']],
  [{ UserPolicyName: 'x' }, (state) => user(state)?.policies, ['x']],
  [{ ConsoleAccess: 'None' }, (state) => [user(state)?.password, roles(state).length], ['none', 1]],
  [{ ConsoleRoleName: 'c' }, roles, ['c', 'redislabs-cluster-node-role']],
  [
    { RedisAccountId: '000000000000' },
    ({ roles: all }) => JSON.stringify(all['redislabs-role']?.trust),
    expect.stringContaining('arn:aws:iam::000000000000:root'),
  ],
  [{ SecretName: '/'.repeat(512) }, ({ secrets }) => Object.keys(secrets), ['/'.repeat(512)]],
  [{ KmsKeyArn }, (state) => secret(state)?.kmsKeyId, KmsKeyArn],
  [
    { KmsKeyArn, SecretReaderArns: [reader] },
    (state) => JSON.stringify(secret(state)?.policy),
    expect.stringContaining(reader),
  ],
  [
    { KmsKeyArn, SecretReaderArns: ` ${reader} , arn:aws:iam::210987654321:user/team/a.b ` },
    (state) => JSON.stringify(secret(state)?.policy),
    expect.stringContaining('user/team/a.b'),
  ],
  [{ ReplicaRegions: ['eu-west-1'] }, (state) => secret(state)?.replicas, ['eu-west-1']],
  [
    { ReplicaRegions: 'eu-west-1, ap-southeast-2' },
    (state) => secret(state)?.replicas,
    ['ap-southeast-2', 'eu-west-1'],
  ],
  [{ SecretRecoveryDays: '7' }, (state) => secret(state)?.scheduled, false],
  [
    { PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/PowerUserAccess' },
    (state) => user(state)?.boundary,
    'arn:aws:iam::aws:policy/PowerUserAccess',
  ],
  [
    { Tags: ' Team = data , Empty=,A=b=c' },
    (state) => user(state)?.tags,
    expect.objectContaining({ Team: 'data', Empty: '', A: 'b=c' }),
  ],
  [{ Tags: [{ Key: 'Team', Value: 'data and more' }] }, (state) => user(state)?.tags.Team, 'data and more'],
  [
    { AccessKeySerial: '999999999' },
    (state) => secret(state)?.current,
    expect.objectContaining({ accessKeySerial: 999999999 }),
  ],
  [
    { PasswordSerial: 12 },
    (state) => secret(state)?.current,
    expect.objectContaining({ passwordSerial: 12 }),
  ],
  [{ ExistingEntities: 'Adopt', DeletionProtection: 'Off' }, (state) => user(state)?.password, 'set'],
  [
    {
      InstancePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
      },
    },
    ({ policies }) => JSON.stringify(policies.RedisLabsInstanceRolePolicy?.document),
    expect.stringContaining('s3:*'),
  ],
  [{ PolicyRevision: 'sha256:0+-.' }, (state) => user(state)?.policies, ['RedislabsIAMUserRestrictedPolicy']],
];

test.each(good)('good values make what they say: %j', async (properties, look, expected) => {
  const { answer } = await here().send(createRequest(newResource(), properties));
  expect(answer?.Status, answer?.Reason).toBe('SUCCESS');
  expect(look(await here().state())).toEqual(expected);
});
