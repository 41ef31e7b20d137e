import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Context, mayCall } from './may-call.ts';
import { accountId, type InlinePolicy, type PolicyDocument, type Statement } from './role.ts';

const document: PolicyDocument = JSON.parse(
  readFileSync(new URL('../../policies/scp-invoke.json', import.meta.url), 'utf8'),
);
const organisation: Statement[] = document.Statement;
/** Whoever an administrator is: only the service control policy is in his way. */
const administrator: InlinePolicy[] = [
  {
    PolicyName: 'all',
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }],
    },
  },
];
const person = `arn:aws:iam::${accountId}:role/Admin`;
const lambda = (name: string) => `arn:aws:lambda:us-east-1:${accountId}:function:${name}`;
const own = lambda('redis-access-BundleFunction-x1Y2z3');
const rule = (name: string) => `arn:aws:events:us-east-1:${accountId}:rule/${name}`;
const may = (action: string, resource: string, context: Context = {}, principal = person) =>
  mayCall(
    administrator,
    {
      action,
      resource,
      context: { 'aws:PrincipalArn': principal, 'aws:PrincipalIsAWSService': 'false', ...context },
    },
    { organisation, principal },
  );
const via = (...services: string[]): Context => ({ 'aws:CalledVia': services });

describe('with policies/scp-invoke.json', () => {
  test('an administrator cannot invoke the function by hand, nor a version of it', async () => {
    expect(await may('lambda:InvokeFunction', own)).toBe(false);
    expect(await may('lambda:InvokeFunction', `${own}:1`)).toBe(false);
    expect(await may('lambda:InvokeFunction', own, via('athena.amazonaws.com'))).toBe(false);
  });

  test.each([['cloudformation.amazonaws.com'], ['secretsmanager.amazonaws.com']])(
    'he can through %s, also when that was called by another service',
    async (service) => {
      expect(await may('lambda:InvokeFunction', own, via(service))).toBe(true);
      expect(await may('lambda:InvokeFunction', own, via('servicecatalog.amazonaws.com', service))).toBe(
        true,
      );
    },
  );

  test('services of AWS, EventBridge among them, are let through', async () => {
    expect(await may('lambda:InvokeFunction', own, { 'aws:PrincipalIsAWSService': 'true' })).toBe(true);
  });

  test('the role of the function may name it as the one that rotates', async () => {
    const role = `arn:aws:iam::${accountId}:role/redis-access-BundleFunctionRole-x1Y2z3`;
    expect(await may('lambda:InvokeFunction', own, {}, role)).toBe(true);
  });

  test('no role of such a name, which may invoke it, is made by hand', async () => {
    const role = `arn:aws:iam::${accountId}:role/mine-BundleFunctionRole-1`;
    expect(await may('lambda:InvokeFunction', own, {}, role)).toBe(true);
    expect(await may('iam:CreateRole', role)).toBe(false);
    expect(await may('iam:CreateRole', role, via('cloudformation.amazonaws.com'))).toBe(true);
    expect(await may('iam:CreateRole', `arn:aws:iam::${accountId}:role/payments`)).toBe(true);
  });

  test('other functions are as they were', async () => {
    expect(await may('lambda:InvokeFunction', lambda('payments'))).toBe(true);
    expect(await may('lambda:UpdateFunctionCode', lambda('payments'))).toBe(true);
  });

  test.each([
    'lambda:AddPermission',
    'lambda:CreateFunctionUrlConfig',
    'lambda:UpdateFunctionCode',
    'lambda:UpdateFunctionConfiguration',
  ])('no other door is opened: %s is for CloudFormation alone', async (action) => {
    expect(await may(action, own)).toBe(false);
    expect(await may(action, own, via('cloudformation.amazonaws.com'))).toBe(true);
  });

  test('what the daily check is told is for CloudFormation alone', async () => {
    for (const action of ['events:PutRule', 'events:PutTargets']) {
      expect(await may(action, rule('redis-access-DailyCheckRule-x1'))).toBe(false);
      expect(
        await may(action, rule('redis-access-DailyCheckRule-x1'), via('cloudformation.amazonaws.com')),
      ).toBe(true);
      expect(await may(action, rule('payments'))).toBe(true);
    }
  });

  test('no queue or stream is connected to the function', async () => {
    const mapping = `arn:aws:lambda:us-east-1:${accountId}:event-source-mapping:11111111-2222-3333-4444-555555555555`;
    expect(await may('lambda:CreateEventSourceMapping', '*', { 'lambda:FunctionArn': own })).toBe(false);
    expect(await may('lambda:UpdateEventSourceMapping', mapping, { 'lambda:FunctionArn': own })).toBe(false);
    expect(
      await may('lambda:CreateEventSourceMapping', '*', { 'lambda:FunctionArn': lambda('payments') }),
    ).toBe(true);
  });

  test.each([
    'iam:PassRole',
    'iam:PutRolePolicy',
    'iam:AttachRolePolicy',
    'iam:UpdateAssumeRolePolicy',
    'iam:DeleteRolePermissionsBoundary',
  ])('its role is changed, and lent to a function, by CloudFormation alone: %s', async (action) => {
    const role = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
    const its = role('redis-access-BundleFunctionRole-x1Y2z3');
    expect(await may(action, its)).toBe(false);
    expect(await may(action, its, via('cloudformation.amazonaws.com'))).toBe(true);
    expect(await may(action, role('payments'))).toBe(true);
  });
});
