import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { builtInDocuments } from '../../src/bundle/policy-documents.ts';
import { parseStackId } from '../../src/bundle/stack.ts';
import { arnOf, sets, tags } from './arns.ts';
import { type Context, mayCall } from './may-call.ts';
import { accountId, type InlinePolicy, type PolicyDocument, rolePolicies, stackId } from './role.ts';

const boundary: PolicyDocument = JSON.parse(
  readFileSync(new URL('../../policies/boundary.json', import.meta.url), 'utf8'),
);
const { userRestricted, instanceRole } = builtInDocuments(
  parseStackId(stackId),
  'redislabs-cluster-node-role',
  '168085023892',
);
const policy = (PolicyDocument: PolicyDocument): InlinePolicy[] => [{ PolicyName: 'p', PolicyDocument }];
/** What a forged event could give to a bundle of another stack. */
const everything = policy({
  Version: '2012-10-17',
  Statement: [{ Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }],
});

const ec2 = (kind: string, id: string, owner = accountId) => `arn:aws:ec2:us-east-1:${owner}:${kind}/${id}`;
const instance = ec2('instance', 'i-0123456789abcdef0');
const volume = ec2('volume', 'vol-0123456789abcdef0');
const snapshot = ec2('snapshot', 'snap-0123456789abcdef0', '');
const image = ec2('image', 'ami-0123456789abcdef0', '');
const ofRedis = {
  'aws:ResourceTag/RedisLabsIdentifier': 'Redislabs-VPC',
  'ec2:ResourceTag/RedisLabsIdentifier': 'Redislabs-VPC',
};
/** What AWS knows of whoever calls. */
const caller = (principal: string): Context => ({
  'aws:PrincipalAccount': accountId,
  ...(principal.includes(':user/') && { 'aws:username': principal.split('/')[1] ?? '' }),
});
const claims = (key = 'RedisLabsIdentifier'): Context => ({
  'aws:TagKeys': [key],
  [`aws:RequestTag/${key}`]: 'Redislabs-VPC',
});

describe.each([
  ["Redis's user", policy(JSON.parse(userRestricted)), `arn:aws:iam::${accountId}:user/redislabs-user`],
  [
    'a cluster node',
    policy(JSON.parse(instanceRole)),
    `arn:aws:iam::${accountId}:role/redislabs-cluster-node-role`,
  ],
  ['a user with every permission there is', everything, `arn:aws:iam::${accountId}:user/redis-forged`],
])('with the boundary, %s', (who, policies, principal) => {
  const may = (action: string, resource: string, context: Context = {}) =>
    mayCall(
      policies,
      { action, resource, context: { ...caller(principal), ...context } },
      { boundary, principal },
    );

  test.each([
    ['an instance', instance],
    ['a volume', volume],
    ['a snapshot', snapshot],
    ['an image', image],
    ['a key pair', ec2('key-pair', 'key-0123456789abcdef0')],
  ])('cannot claim %s of others with the tag of Redis', async (_what, resource) => {
    for (const key of ['RedisLabsIdentifier', 'redislabsidentifier'])
      expect(await may('ec2:CreateTags', resource, claims(key))).toBe(false);
    const amongOthers = { ...claims(), 'aws:TagKeys': ['Name', 'RedisLabsIdentifier'] };
    expect(await may('ec2:CreateTags', resource, amongOthers)).toBe(false);
  });

  test('can tag what it is making, and what is of Redis already', async () => {
    const making = { ...claims(), 'ec2:CreateAction': 'CreateVolume' };
    expect(await may('ec2:CreateTags', volume, making)).toBe(true);
    expect(await may('ec2:CreateTags', instance, { ...claims(), ...ofRedis })).toBe(true);
  });

  test('can tag networks, which Redis may make first and tag then', async () => {
    expect(await may('ec2:CreateTags', ec2('vpc', 'vpc-0123456789abcdef0'), claims())).toBe(true);
  });

  test('cannot stop, change or start an instance of others', async () => {
    for (const action of ['StopInstances', 'ModifyInstanceAttribute', 'StartInstances', 'TerminateInstances'])
      expect([action, await may(`ec2:${action}`, instance)]).toEqual([action, false]);
  });

  test('cannot read the disks of others: no snapshot of them, no instance or volume from them', async () => {
    expect(await may('ec2:CreateSnapshot', volume)).toBe(false);
    expect(await may('ec2:CreateVolume', snapshot)).toBe(false);
    for (const resource of [snapshot, image])
      expect(await may('ec2:RunInstances', resource, { 'ec2:Owner': accountId })).toBe(false);
  });

  test.each<[string, string, Context?]>([
    ['iam:CreateUser', arnOf('user', 'x')],
    ['iam:CreateAccessKey', arnOf('user', 'redislabs-user')],
    ['iam:CreateRole', arnOf('role', 'x')],
    ['iam:AttachUserPolicy', arnOf('user', 'redislabs-user')],
    ['iam:AttachRolePolicy', arnOf('role', 'redislabs-role')],
    ['iam:PutUserPolicy', arnOf('user', 'redislabs-user')],
    ['iam:DeleteUserPermissionsBoundary', arnOf('user', 'redislabs-user')],
    ['iam:CreatePolicyVersion', arnOf('policy', 'RedislabsIAMUserRestrictedPolicy')],
    ['iam:PassRole', arnOf('role', 'Admin'), { 'iam:PassedToService': 'ec2.amazonaws.com' }],
    ['sts:AssumeRole', arnOf('role', 'Admin')],
    ['secretsmanager:GetSecretValue', arnOf('secret', 'rv-access/redislabs-user')],
    ['s3:GetObject', 'arn:aws:s3:::payroll/2026.csv'],
    ['lambda:InvokeFunction', `arn:aws:lambda:us-east-1:${accountId}:function:redis-BundleFunction-x1`],
    ['lambda:UpdateFunctionCode', `arn:aws:lambda:us-east-1:${accountId}:function:redis-BundleFunction-x1`],
  ])('cannot call %s', async (action, resource, context) => {
    expect([who, await may(action, resource, context)]).toEqual([who, false]);
  });
});

describe("with the boundary, Redis's user can still", () => {
  const principal = `arn:aws:iam::${accountId}:user/redislabs-user`;
  const may = (action: string, resource: string, context: Context = {}) =>
    mayCall(
      policy(JSON.parse(userRestricted)),
      { action, resource, context: { ...caller(principal), ...context } },
      { boundary, principal },
    );

  test.each<[string, string, Context?]>([
    ['ec2:RunInstances', instance, { 'aws:RequestTag/RedisLabsIdentifier': 'Redislabs-VPC' }],
    ['ec2:RunInstances', image, { 'ec2:Owner': '168085023892' }],
    ['ec2:RunInstances', snapshot, { 'ec2:Owner': '168085023892' }],
    ['ec2:RunInstances', snapshot, { 'ec2:Owner': accountId, ...ofRedis }],
    ['ec2:StopInstances', instance, ofRedis],
    ['ec2:TerminateInstances', instance, ofRedis],
    ['ec2:CreateSnapshot', volume, ofRedis],
    ['ec2:CreateVpc', ec2('vpc', 'vpc-0123456789abcdef0')],
    ['ec2:DeleteVpc', ec2('vpc', 'vpc-0123456789abcdef0'), ofRedis],
    [
      'iam:PassRole',
      arnOf('role', 'redislabs-cluster-node-role'),
      { 'iam:PassedToService': 'ec2.amazonaws.com' },
    ],
    ['iam:ChangePassword', principal],
    ['iam:SimulatePrincipalPolicy', principal],
    ['iam:ListUsers', '*'],
  ])('call %s', async (action, resource, context) => {
    expect(await may(action, resource, context)).toBe(true);
  });
});

describe('the role of the function, with the boundary as PermissionsBoundaryArn', async () => {
  const arn = arnOf('policy', 'redis-access-boundary-Boundary-X1Y2Z3');
  const policies = await rolePolicies({ PermissionsBoundaryArn: arn, FurtherBundlesPrefix: 'redis-b-' });
  const may = (action: string, resource: string, context: Context) =>
    mayCall(policies, { action, resource, context });

  test('makes nobody without it, whatever an event asks for', async () => {
    for (const [action, resource] of [
      ['iam:CreateUser', arnOf('user', 'redis-b-forged')],
      ['iam:CreateRole', arnOf('role', 'redis-b-forged')],
    ] as const) {
      const bounded = (boundaryArn: string) => ({ ...sets.ownStack, 'iam:PermissionsBoundary': boundaryArn });
      expect(await may(action, resource, bounded(arn))).toBe(true);
      expect(await may(action, resource, bounded('arn:aws:iam::aws:policy/AdministratorAccess'))).toBe(false);
      expect(await may(action, resource, sets.ownStack)).toBe(false);
    }
  });

  test('neither changes what the boundary says nor takes it away', async () => {
    for (const action of ['iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion', 'iam:DeletePolicy'])
      expect(await may(action, arn, {})).toBe(false);
    // The tag is what would let it.
    expect(await may('iam:TagPolicy', arn, sets.ownStack)).toBe(false);
    for (const action of ['iam:DeleteUserPermissionsBoundary', 'iam:DeleteRolePermissionsBoundary'])
      expect(
        await may(action, arnOf(action.includes('User') ? 'user' : 'role', 'redis-b-forged'), tags.own),
      ).toBe(false);
  });

  test('does not claim its own role, though the prefix may begin the name of the stack and so of that role', async () => {
    const clumsy = await rolePolicies({ PermissionsBoundaryArn: arn, FurtherBundlesPrefix: 'redis-' });
    const mayTag = (name: string) =>
      mayCall(clumsy, { action: 'iam:TagRole', resource: arnOf('role', name), context: sets.ownStack });
    expect(await mayTag('redis-node')).toBe(true);
    expect(await mayTag('redis-access-BundleFunctionRole-X1Y2Z3')).toBe(false);
  });

  test('gives its own role nothing', async () => {
    const own = arnOf('role', 'redis-access-BundleFunctionRole-X1Y2Z3');
    for (const action of ['iam:AttachRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:TagRole'])
      expect(await may(action, own, action === 'iam:TagRole' ? sets.ownStack : {})).toBe(false);
  });
});
