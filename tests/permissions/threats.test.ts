import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { builtInDocuments } from '../../src/bundle/policy-documents.ts';
import { parseStackId } from '../../src/bundle/stack.ts';
import { arnOf, sets, tags } from './arns.ts';
import { type Context, mayCall } from './may-call.ts';
import {
  accountId,
  type InlinePolicy,
  ledgerOf,
  type PolicyDocument,
  rolePolicies,
  stackId,
} from './role.ts';

/** What docs/security/threat-model.md says that is open, and what it says that is not: IAM is asked. */

const alone = await rolePolicies();
const withBoundary = await rolePolicies({
  PermissionsBoundaryArn: `arn:aws:iam::${accountId}:policy/Boundary`,
});
const withPrefix = await rolePolicies({ FurtherBundlesPrefix: 'team-' });
const { userRestricted, instanceRole, trustConsole } = builtInDocuments(
  parseStackId(stackId),
  'redislabs-cluster-node-role',
  '168085023892',
);
const policy = (text: string): InlinePolicy[] => [{ PolicyName: 'p', PolicyDocument: JSON.parse(text) }];
const deployer = policy(readFileSync(new URL('../../policies/deployer.json', import.meta.url), 'utf8'));
const may = (policies: InlinePolicy[], action: string, resource: string, context: Context = {}) =>
  mayCall(policies, { action, resource, context });

const functionRole = arnOf('role', 'rv-access-bundle-BundleFunctionRole-EXAMPLE');
const theFunction = `arn:aws:lambda:us-east-1:${accountId}:function:rv-access-bundle-BundleFunction-EXAMPLE`;
const ledger = `arn:aws:dynamodb:us-east-1:${accountId}:table/${ledgerOf(stackId)}`;
const ofRedis = {
  'aws:ResourceTag/RedisLabsIdentifier': 'Redislabs-VPC',
  'ec2:ResourceTag/RedisLabsIdentifier': 'Redislabs-VPC',
};

describe('whoever changes the code of the function', () => {
  test.each([
    ['iam:CreatePolicyVersion', arnOf('policy', 'RedislabsIAMUserRestrictedPolicy')],
    ['iam:UpdateAssumeRolePolicy', arnOf('role', 'redislabs-role')],
    ['iam:CreateAccessKey', arnOf('user', 'redislabs-user')],
    ['iam:CreateLoginProfile', arnOf('user', 'redislabs-user')],
    ['secretsmanager:GetSecretValue', arnOf('secret', 'rv-access/redislabs-user')],
  ])('may call %s on the bundle’s own entities, with whatever content', async (action, resource) => {
    expect(await may(alone, action, resource, tags.own)).toBe(true);
    // A boundary limits what comes of it, not the call.
    expect(await may(withBoundary, action, resource, tags.own)).toBe(true);
  });

  test('may make a user without a boundary, unless the template demands one', async () => {
    const user = arnOf('user', 'redislabs-user');
    expect(await may(alone, 'iam:CreateUser', user, sets.ownStack)).toBe(true);
    expect(await may(withBoundary, 'iam:CreateUser', user, sets.ownStack)).toBe(false);
  });

  test.each([
    ['iam:RemoveUserFromGroup', arnOf('group', 'administrators')],
    ['iam:RemoveRoleFromInstanceProfile', arnOf('instance-profile', 'payments')],
    ['iam:DeleteVirtualMFADevice', arnOf('mfa', 'somebody')],
  ])('may call %s, whosever that is', async (action, resource) => {
    expect(await may(alone, action, resource, tags.otherStack)).toBe(true);
  });

  test('may not widen its own role, nor act as another', async () => {
    for (const action of ['iam:PutRolePolicy', 'iam:AttachRolePolicy', 'iam:UpdateAssumeRolePolicy'])
      expect([action, await may(alone, action, functionRole)]).toEqual([action, false]);
    expect(await may(alone, 'sts:AssumeRole', arnOf('role', 'administrator'))).toBe(false);
    expect(await may(alone, 'lambda:UpdateFunctionCode', theFunction)).toBe(false);
  });
});

test('whoever changes the code and may tag as well reaches everybody whom he tags, boundary or not', async () => {
  for (const policies of [alone, withBoundary]) {
    expect(await may(policies, 'iam:CreateAccessKey', arnOf('user', 'administrator'), tags.own)).toBe(true);
    expect(await may(policies, 'iam:CreateAccessKey', arnOf('user', 'administrator'), tags.none)).toBe(false);
  }
});

test('the console role is assumed by somebody of Redis’s account with MFA, and by nobody else', async () => {
  const trust = JSON.parse(trustConsole) as PolicyDocument;
  const everything = policy(
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  );
  const assumes = (owner: string, mfa?: string) =>
    mayCall(
      everything,
      {
        action: 'sts:AssumeRole',
        resource: arnOf('role', 'redislabs-role'),
        ...(mfa && { context: { 'aws:MultiFactorAuthPresent': mfa } }),
      },
      { trust, principal: `arn:aws:iam::${owner}:user/operator` },
    );
  expect(await assumes('168085023892', 'true')).toBe(true);
  expect(await assumes('168085023892', 'false')).toBe(false);
  // A long-lived key alone tells nothing of MFA.
  expect(await assumes('168085023892')).toBe(false);
  expect(await assumes('210987654321', 'true')).toBe(false);
});

describe('where FurtherBundlesPrefix is set', () => {
  test.each(['user', 'role', 'policy'] as const)(
    'a %s that is nobody’s bundle is claimed by its name, if that begins so',
    async (kind) => {
      const tag = { user: 'iam:TagUser', role: 'iam:TagRole', policy: 'iam:TagPolicy' }[kind];
      const claim = { ...tags.none, ...sets.ownStack };
      expect(await may(withPrefix, tag, arnOf(kind, 'team-administrator'), claim)).toBe(true);
      expect(await may(alone, tag, arnOf(kind, 'team-administrator'), claim)).toBe(false);
    },
  );

  test('so is a secret, whose values may be read from then on', async () => {
    const secret = arnOf('secret', 'team-database');
    expect(await may(withPrefix, 'secretsmanager:TagResource', secret, sets.ownStack)).toBe(true);
    expect(await may(withPrefix, 'secretsmanager:GetSecretValue', secret)).toBe(false);
    expect(await may(withPrefix, 'secretsmanager:GetSecretValue', secret, tags.own)).toBe(true);
  });
});

describe('whoever deploys with policies/deployer.json', () => {
  const via = { 'aws:CalledVia': ['cloudformation.amazonaws.com'] };

  test('may give the role of a function any policy, through CloudFormation', async () => {
    expect(await may(deployer, 'iam:PutRolePolicy', functionRole, via)).toBe(true);
    expect(await may(deployer, 'iam:PutRolePolicy', functionRole)).toBe(false);
  });

  test('may not touch users, keys, the secret or the ledger’s items', async () => {
    for (const [action, resource] of [
      ['iam:CreateAccessKey', arnOf('user', 'redislabs-user')],
      ['secretsmanager:GetSecretValue', arnOf('secret', 'rv-access/redislabs-user')],
      ['dynamodb:PutItem', ledger],
      ['lambda:InvokeFunction', theFunction],
    ] as const)
      expect([action, await may(deployer, action, resource)]).toEqual([action, false]);
  });
});

describe.each([
  ['Redis, with the key', userRestricted],
  ['whoever controls a cluster node', instanceRole],
])('%s', (_who, text) => {
  const own = policy(text);

  test.each([
    ['lambda:InvokeFunction', theFunction],
    ['lambda:UpdateFunctionCode', theFunction],
    ['lambda:UpdateFunctionConfiguration', theFunction],
    ['dynamodb:PutItem', ledger],
    ['dynamodb:GetItem', ledger],
    ['secretsmanager:GetSecretValue', arnOf('secret', 'rv-access/redislabs-user')],
    ['logs:GetLogEvents', `arn:aws:logs:us-east-1:${accountId}:log-group:/aws/lambda/x:log-stream:y`],
    ['iam:CreateAccessKey', arnOf('user', 'redislabs-user')],
    ['iam:UpdateLoginProfile', arnOf('user', 'redislabs-user')],
    ['iam:TagUser', arnOf('user', 'redislabs-user')],
    ['iam:DetachUserPolicy', arnOf('user', 'redislabs-user')],
    ['iam:UpdateAssumeRolePolicy', arnOf('role', 'redislabs-role')],
  ])('may not call %s', async (action, resource) => {
    const isTagged = /^(iam|secretsmanager):/.test(action);
    expect(await may(own, action, resource, isTagged ? tags.own : {})).toBe(false);
  });
});

test('Redis may run what it likes, with the role that is on it, on an instance that it has given its tag', async () => {
  const own = policy(userRestricted);
  const instance = `arn:aws:ec2:us-east-1:${accountId}:instance/i-0123456789abcdef0`;
  const claim = {
    'aws:TagKeys': ['RedisLabsIdentifier'],
    'aws:RequestTag/RedisLabsIdentifier': 'Redislabs-VPC',
  };
  expect(await may(own, 'ec2:CreateTags', instance, claim)).toBe(true);
  for (const action of ['ec2:StopInstances', 'ec2:ModifyInstanceAttribute', 'ec2:StartInstances'])
    expect([action, await may(own, action, instance, ofRedis)]).toEqual([action, true]);
});
