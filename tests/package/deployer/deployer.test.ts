import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadTemplate } from '../../../local/cloudformation/template.ts';
import { allowedActions } from '../../permissions/actions.ts';
import { arnOf, defaultNames } from '../../permissions/arns.ts';
import { type Context, mayCall } from '../../permissions/may-call.ts';
import { accountId, type InlinePolicy } from '../../permissions/role.ts';
import { handlerActions } from './handlers.ts';
import { notNeeded } from './not-needed.ts';
import { onApplication, onNothing, onStack } from './own-calls.ts';
import { resourceOf, resourcesOf } from './resources.ts';

const text = readFileSync(new URL('../../../policies/deployer.json', import.meta.url), 'utf8');
const policies: InlinePolicy[] = [{ PolicyName: 'deployer', PolicyDocument: JSON.parse(text) }];
const may = (action: string, resource: string, context: Context = {}) =>
  mayCall(policies, { action, resource, context });

const template = new URL('../../../template.yaml', import.meta.url).pathname;
const { Resources } = await loadTemplate(template, 'us-east-1');
/** There is no handler of the custom resource but the function itself, which CloudFormation invokes. */
const custom = 'AWS::CloudFormation::CustomResource';
const types = [...new Set(Object.values(Resources).map(({ Type }) => Type))].filter(
  (type) => type !== custom,
);

const unused = Object.values(notNeeded).flat();
const needed = [
  ...new Set(types.flatMap(handlerActions).filter((action) => !unused.includes(action))),
  'lambda:InvokeFunction',
].sort();

const viaCloudFormation = { 'aws:CalledVia': ['cloudformation.amazonaws.com'] };
const contextOf = (action: string): Context => ({
  ...viaCloudFormation,
  ...(action === 'iam:PassRole' && { 'iam:PassedToService': 'lambda.amazonaws.com' }),
});

describe('with policies/deployer.json', () => {
  describe.each([
    ['rv-access-bundle', 'aws'],
    ['serverlessrepo-rv-access-bundle', 'aws'],
    ['data-team-rv-access', 'aws-us-gov'],
    ['rv-access-bundle', 'aws-cn'],
  ])('the stack %s in %s', (name, partition) => {
    const own = resourcesOf(name, partition);

    test.each(onStack)('may be handled by %s', async (action) => {
      expect(await may(action, own.stack)).toBe(true);
    });

    test.each(needed)('CloudFormation may call %s for it', async (action) => {
      expect(await may(action, resourceOf(action, own), contextOf(action))).toBe(true);
    });
  });

  test.each(onNothing)('%s may be called', async (action) => {
    // It is about a template that is no stack's yet, or about that of a stack; the simulation wants a stack named.
    const isAboutStack = action === 'cloudformation:GetTemplateSummary';
    expect(await may(action, isAboutStack ? resourcesOf('any').stack : '*')).toBe(true);
  });

  test.each(onApplication)('the application in the repository may be deployed: %s', async (action) => {
    const application = (name: string) =>
      `arn:aws:serverlessrepo:us-east-1:210987654321:applications/${name}`;
    expect(await may(action, application('rv-access-bundle'))).toBe(true);
    expect(await may(action, application('another'))).toBe(false);
  });

  test('the published template may be fetched, and no other object', async () => {
    expect(await may('s3:GetObject', 'arn:aws:s3:::b/rv-access-bundle/1.0.0/rv-access-bundle.yaml')).toBe(
      true,
    );
    expect(await may('s3:GetObject', 'arn:aws:s3:::payroll/2026.csv')).toBe(false);
  });

  test('every action is one of these: nothing is allowed without need', () => {
    const all = [...needed, ...onStack, ...onNothing, ...onApplication];
    expect(allowedActions(policies)).toEqual([...new Set(all)].sort());
    for (const action of allowedActions(policies)) expect(action).not.toContain('*');
  });

  test('what is said not to be needed is something that a handler may call', () => {
    const called = types.flatMap(handlerActions);
    expect(unused.filter((action) => !called.includes(action))).toEqual([]);
  });

  test.each(needed)('%s is for CloudFormation alone, not for people', async (action) => {
    const { 'aws:CalledVia': _, ...rest } = contextOf(action);
    const resource = resourceOf(action, resourcesOf('rv-access-bundle'));
    // Code in S3 is read by whoever deploys it.
    expect(await may(action, resource, rest)).toBe(action === 's3:GetObject');
  });

  test.each(onStack)("%s does not reach another team's stack", async (action) => {
    expect(await may(action, resourcesOf('payments').stack)).toBe(false);
  });

  test.each(needed)("%s does not reach what is not this stack's", async (action) => {
    const strangers = {
      stack: '',
      lambda: `arn:aws:lambda:us-east-1:${accountId}:function:payments`,
      iam: `arn:aws:iam::${accountId}:role/Admin`,
      logs: `arn:aws:logs:us-east-1:${accountId}:log-group:/aws/lambda/payments`,
      dynamodb: `arn:aws:dynamodb:us-east-1:${accountId}:table/payments`,
      events: `arn:aws:events:us-east-1:${accountId}:rule/payments`,
      cloudwatch: `arn:aws:cloudwatch:us-east-1:${accountId}:alarm:payments`,
      s3: 'arn:aws:s3:::payroll/2026.csv',
    };
    const resource = resourceOf(action, strangers);
    if (resource === '*') expect(action).toMatch(/^logs:Describe/);
    else expect(await may(action, resource, contextOf(action))).toBe(false);
  });

  test('the role of the function is handed to Lambda and to nobody else', async () => {
    const { iam } = resourcesOf('rv-access-bundle');
    const context = { ...viaCloudFormation, 'iam:PassedToService': 'ec2.amazonaws.com' };
    expect(await may('iam:PassRole', iam, context)).toBe(false);
  });

  test('what the bundle is made of is out of reach: its users, roles, policies, keys and secret', async () => {
    const calls = [
      ...['iam:CreateUser', 'iam:CreateAccessKey', 'iam:CreateLoginProfile'].map(
        (action) => [action, arnOf('user', 'redislabs-user')] as const,
      ),
      ...defaultNames.role.flatMap((name) =>
        ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy', 'iam:AttachRolePolicy'].map(
          (action) => [action, arnOf('role', name)] as const,
        ),
      ),
      ...defaultNames.policy.map((name) => ['iam:CreatePolicyVersion', arnOf('policy', name)] as const),
      ['secretsmanager:GetSecretValue', arnOf('secret', 'rv-access/redislabs-user')] as const,
    ];
    for (const [action, resource] of calls)
      for (const context of [{}, viaCloudFormation])
        expect([action, await may(action, resource, context)]).toEqual([action, false]);
  });

  test('it fits into a managed policy', () => {
    expect(JSON.stringify(JSON.parse(text)).length).toBeLessThanOrEqual(6144);
  });
});
