import { describe, expect, test } from 'vitest';
import {
  allowedActions,
  attaching,
  changes,
  creates,
  kinds,
  logging,
  onLedger,
  reads,
  removingBoundary,
  rotating,
  settingBoundary,
  tagging,
  untagging,
  withKey,
  withoutTag,
} from './actions.ts';
import { arnOf, defaultNames, sets, tags } from './arns.ts';
import { type Context, mayCall } from './may-call.ts';
import { accountId, rolePolicies, stackId } from './role.ts';

const policies = await rolePolicies();
const boundary = `arn:aws:iam::${accountId}:policy/Boundary`;
const bounded = await rolePolicies({ PermissionsBoundaryArn: boundary });
const may = (action: string, resource: string, context?: Context) =>
  mayCall(policies, { action, resource, ...(context && { context }) });

test('the role has the actions of this folder, and no other', () => {
  const always = [
    ...[reads, changes].flatMap((actions) => Object.values(actions).flat()),
    ...[creates, tagging, untagging, attaching].flatMap((actions) => Object.values(actions)),
    ...Object.keys(withoutTag),
    ...withKey,
    ...logging,
    ...onLedger,
    rotating,
  ];
  expect(allowedActions(policies)).toEqual([...new Set(always)].sort());
  expect(allowedActions(bounded)).toEqual(
    [
      ...new Set(always.filter((action) => !removingBoundary.includes(action))),
      ...Object.values(settingBoundary),
    ].sort(),
  );
});

test('no action is a pattern, and none writes inline policies', () => {
  for (const action of [...allowedActions(policies), ...allowedActions(bounded)]) {
    expect(action).not.toContain('*');
    expect(action).not.toMatch(/iam:Put(User|Role|Group)Policy/);
  }
});

describe.each(kinds)('a %s of the stack', (kind) => {
  const [name = ''] = defaultNames[kind];

  test.each(reads[kind])('%s may be called, whoever owns it, whatever its name', async (action) => {
    for (const owner of Object.values(tags)) expect(await may(action, arnOf(kind, name), owner)).toBe(true);
    expect(await may(action, arnOf(kind, 'an-earlier-name'))).toBe(true);
  });

  test.each(defaultNames[kind])('may be made by the name %s, with the tag of the stack', async (each) => {
    expect(await may(creates[kind], arnOf(kind, each), sets.ownStack)).toBe(true);
  });

  test('may get its tags as it is made: whether or not AWS counts these tags as there already', async () => {
    expect(await may(tagging[kind], arnOf(kind, name), sets.ownStack)).toBe(true);
    expect(await may(tagging[kind], arnOf(kind, name), { ...tags.own, ...sets.ownStack })).toBe(true);
  });

  test.each(changes[kind])('%s may be called on it, even by an earlier name', async (action) => {
    expect(await may(action, arnOf(kind, name), tags.own)).toBe(true);
    expect(await may(action, arnOf(kind, 'an-earlier-name'), tags.own)).toBe(true);
  });

  test("may be handed to another bundle of the stack, and may get and lose the user's tags", async () => {
    for (const name of ['an-earlier-name', ...defaultNames[kind]]) {
      expect(await may(tagging[kind], arnOf(kind, name), { ...tags.own, ...sets.ownBundle })).toBe(true);
      expect(await may(tagging[kind], arnOf(kind, name), { ...tags.own, ...sets.others })).toBe(true);
      expect(await may(untagging[kind], arnOf(kind, name), { ...tags.own, 'aws:TagKeys': ['Team'] })).toBe(
        true,
      );
    }
  });

  test('may be let go of: a Create that adopted it and is rolled back takes the tags off again', async () => {
    const keys = ['rv-access:stack', 'rv-access:bundle', 'UsedBy'];
    expect(await may(untagging[kind], arnOf(kind, name), { ...tags.own, 'aws:TagKeys': keys })).toBe(true);
  });
});

test('the policies may be attached where they belong', async () => {
  const policy = (name: string) => ({ ...tags.own, 'iam:PolicyARN': arnOf('policy', name) });
  const instance = policy('RedisLabsInstanceRolePolicy');
  const restricted = policy('RedislabsIAMUserRestrictedPolicy');
  expect(await may(attaching.role, arnOf('role', 'redislabs-cluster-node-role'), instance)).toBe(true);
  expect(await may(attaching.role, arnOf('role', 'redislabs-role'), restricted)).toBe(true);
  expect(await may(attaching.user, arnOf('user', 'redislabs-user'), restricted)).toBe(true);
});

test('what denies everything may be attached to the user and the console role: access is suspended so', async () => {
  const denyAll = { ...tags.own, 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AWSDenyAll' };
  expect(await may(attaching.user, arnOf('user', 'redislabs-user'), denyAll)).toBe(true);
  expect(await may(attaching.role, arnOf('role', 'redislabs-role'), denyAll)).toBe(true);
  // The nodes keep their databases.
  expect(await may(attaching.role, arnOf('role', 'redislabs-cluster-node-role'), denyAll)).toBe(false);
});

test('the ledger may be read and written item by item, and no other table', async () => {
  const table = (name: string) => `arn:aws:dynamodb:us-east-1:${accountId}:table/${name}`;
  for (const action of onLedger) {
    expect(await may(action, table('redis-access-Ledger-X1Y2Z3A4B5C6D'))).toBe(true);
    expect(await may(action, table('payments'))).toBe(false);
  }
  for (const action of ['dynamodb:DeleteItem', 'dynamodb:Scan', 'dynamodb:DeleteTable'])
    expect(await may(action, table('redis-access-Ledger-X1Y2Z3A4B5C6D'))).toBe(false);
});

test('rotation may be switched on with a function of this template, and with no other', async () => {
  const named = (name: string) => `arn:aws:lambda:us-east-1:${accountId}:function:${name}`;
  expect(await may(rotating, named('redis-access-BundleFunction-x1Y2z3'))).toBe(true);
  expect(await may(rotating, named('payments'))).toBe(false);
});

test.each(['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'])(
  'the instance role may be passed to %s',
  async (service) => {
    const role = arnOf('role', 'redislabs-cluster-node-role');
    expect(await may('iam:PassRole', role, { ...tags.own, 'iam:PassedToService': service })).toBe(true);
  },
);

test('what hangs on the user and the roles may be removed', async () => {
  expect(await may('iam:RemoveUserFromGroup', arnOf('group', 'operators'))).toBe(true);
  expect(await may('iam:DeleteVirtualMFADevice', arnOf('mfa', 'phone'))).toBe(true);
  expect(await may('iam:RemoveRoleFromInstanceProfile', arnOf('instance-profile', 'by-hand'))).toBe(true);
});

test('a password may be made by the rules of the account', async () => {
  expect(await may('iam:GetAccountPasswordPolicy', '*')).toBe(true);
  expect(await may('secretsmanager:GetRandomPassword', '*')).toBe(true);
});

test('the function may write to its log group, and to no other', async () => {
  const group = (name: string) =>
    `arn:aws:logs:us-east-1:${accountId}:log-group:${name}:log-stream:2026/11/22/x`;
  for (const action of logging) {
    expect(await may(action, group('/aws/lambda/redis-access-BundleFunction-x1Y2z3'))).toBe(true);
    expect(await may(action, group('/aws/lambda/payments'))).toBe(false);
    expect(await may(action, group('audit'))).toBe(false);
  }
});

test('a secret name of its own takes the place of the default', async () => {
  const named = await rolePolicies({ SecretName: 'team/redis' });
  const create = (name: string) =>
    mayCall(named, { action: creates.secret, resource: arnOf('secret', name), context: sets.ownStack });
  expect(await create('team/redis')).toBe(true);
  expect(await create('rv-access/redislabs-user')).toBe(false);
});

test('the tag that counts is the id of the stack of the function, told by the part that no other stack has', async () => {
  const ids = policies
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Condition = {} }) => Object.values(Condition).flatMap((keys) => Object.entries(keys)))
    .filter(([key]) => key.endsWith('/rv-access:stack'))
    .map(([, value]) => value);
  expect([...new Set(ids)]).toEqual([`*/${stackId.split('/')[2]}`]);
});

test.each([
  ['aws-us-gov', 'us-gov-west-1'],
  ['aws-cn', 'cn-north-1'],
])('no ARN names a partition, so that all of it is true in %s', async (partition, region) => {
  const id = stackId.replace('arn:aws:', `arn:${partition}:`).replace('us-east-1', region);
  const there = await rolePolicies({ FurtherBundlesPrefix: 'redis-' }, id);
  expect([...new Set(JSON.stringify(there).match(/arn:[^:]*:/g))]).toEqual(['arn:*:']);
  const elsewhere = (arn: string) =>
    arn.replace('arn:aws:', `arn:${partition}:`).replace('us-east-1', region);
  for (const kind of kinds)
    for (const name of defaultNames[kind]) {
      const context = Object.fromEntries(
        Object.entries(sets.ownStack).map(([key, value]) => [key, value === stackId ? id : value]),
      );
      const resource = elsewhere(arnOf(kind, name));
      expect(await mayCall(there, { action: creates[kind], resource, context })).toBe(true);
    }
});
