import { beforeAll, describe, expect, test } from 'vitest';
import type { Call } from '../support/memory-aws/calls.ts';
import { STACK_ID } from '../support/memory-aws/events.ts';
import { authorizationsOf } from './authorizations.ts';
import { live, type Step } from './life.ts';
import { type Authorization, mayCall } from './may-call.ts';
import { accountId, rolePolicies, type Statement } from './role.ts';

const boundary = `arn:aws:iam::${accountId}:policy/Boundary`;
const key = `arn:aws:kms:us-east-1:${accountId}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const rules = { PermissionsBoundaryArn: boundary, KmsKeyArn: key, Tags: 'CostCentre=42,Team=data' };
const renamed = {
  ...rules,
  InstanceRoleName: 'node',
  InstancePolicyName: 'NodePolicy',
  UserName: 'redis',
  UserPolicyName: 'UserPolicy',
  ConsoleRoleName: 'operators',
};

/** All ways in which the function comes to make something. */
const steps: Step[] = [
  {
    title: 'a new stack',
    parameters: rules,
    request: 'Create',
    byHand: (aws) => aws.addForeignPolicy('Boundary'),
  },
  { title: 'other names', parameters: renamed, request: 'Update' },
  {
    title: 'what was removed by hand',
    parameters: { ...renamed, Tags: `${rules.Tags},Round=2` },
    request: 'Update',
    byHand: (aws) => {
      delete aws.users.redis;
      delete aws.roles.operators;
      delete aws.secrets['rv-access/redis'];
    },
  },
];

/** What many organisations put into service control policies. */
const organisation: Statement[] = [
  ...['CostCentre', 'Team'].map((tag) => ({
    Sid: `Need${tag}`,
    Effect: 'Deny' as const,
    Action: [
      'iam:CreateInstanceProfile',
      'iam:CreatePolicy',
      'iam:CreateRole',
      'iam:CreateUser',
      'secretsmanager:CreateSecret',
    ],
    Resource: '*',
    Condition: { Null: { [`aws:RequestTag/${tag}`]: 'true' } },
  })),
  {
    Sid: 'NeedBoundary',
    Effect: 'Deny',
    Action: ['iam:CreateRole', 'iam:CreateUser'],
    Resource: '*',
    Condition: { StringNotEquals: { 'iam:PermissionsBoundary': boundary } },
  },
  {
    Sid: 'NeedKey',
    Effect: 'Deny',
    Action: 'secretsmanager:CreateSecret',
    Resource: '*',
    Condition: { StringNotEquals: { 'secretsmanager:KmsKeyArn': key } },
  },
];

let created: Call[][] = [];
beforeAll(async () => {
  created = (await live(steps)).map((calls) =>
    calls.filter(({ action }) => /^Create(User|Role|Policy|InstanceProfile|Secret)$/.test(action)),
  );
});

test('these are the entities that are created', () => {
  const everything = [
    'CreateInstanceProfile',
    'CreatePolicy',
    'CreatePolicy',
    'CreateRole',
    'CreateRole',
    'CreateSecret',
    'CreateUser',
  ];
  expect(created.map((calls) => calls.map(({ action }) => action).sort())).toEqual([
    everything,
    everything,
    ['CreateRole', 'CreateSecret', 'CreateUser'],
  ]);
});

describe.each(steps.map(({ title, parameters }, index) => ({ title, parameters, index })))(
  'each entity of $title, in the very call that creates it,',
  ({ parameters, index }) => {
    const calls = () => created[index] ?? [];

    test('has the tags that say whose it is, and those of the user', () => {
      const pairs = parameters.Tags?.split(',').map((pair) => pair.split('=')) ?? [];
      for (const { input } of calls()) {
        const tags = input.Tags as { Key: string; Value: string }[];
        expect(Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))).toEqual({
          UsedBy: 'RedisLabs',
          'rv-access:stack': STACK_ID,
          'rv-access:bundle': expect.stringMatching(/^rv-access\//),
          ...(input.Name !== undefined && bookkeeping(tags)),
          ...Object.fromEntries(pairs),
        });
      }
    });

    test('has the permissions boundary, if it can act, and the key, if it is the secret', () => {
      for (const { action, input } of calls()) {
        expect(input.PermissionsBoundary).toBe(/User|Role/.test(action) ? boundary : undefined);
        expect(input.KmsKeyId).toBe(action === 'CreateSecret' ? key : undefined);
      }
    });

    test('passes service control policies that demand all this, as the role of the function does', async () => {
      const policies = await rolePolicies(parameters, STACK_ID);
      for (const call of calls())
        for (const each of authorizationsOf(call).map((asked) => withKey(asked, call)))
          expect([each.action, await mayCall(policies, each, { organisation })]).toEqual([each.action, true]);
    });
  },
);

test.each([
  ['a tag', ['aws:RequestTag/Team'], 7],
  ['the boundary', ['iam:PermissionsBoundary'], 3],
  ['the key', ['secretsmanager:KmsKeyArn'], 1],
])('without %s these service control policies deny it', async (_what, missing, times) => {
  // With a boundary as its parameter the role itself would deny as much.
  const policies = await rolePolicies({}, STACK_ID);
  const denied: string[] = [];
  for (const call of created[0] ?? []) {
    const [asked] = authorizationsOf(call);
    if (!asked) continue;
    const { context = {}, ...rest } = withKey(asked, call);
    const less = Object.fromEntries(Object.entries(context).filter(([name]) => !missing.includes(name)));
    if (!(await mayCall(policies, { ...rest, context: less }, { organisation }))) denied.push(call.action);
  }
  expect(denied).toHaveLength(times);
});

/** Secrets Manager tells the key of a new secret as a condition key. */
function withKey(asked: Authorization, { input }: Call): Authorization {
  return asked.action === 'secretsmanager:CreateSecret' && input.KmsKeyId !== undefined
    ? { ...asked, context: { ...asked.context, 'secretsmanager:KmsKeyArn': String(input.KmsKeyId) } }
    : asked;
}

/** The secret also carries what the function has to remember about it. */
function bookkeeping(tags: { Key: string; Value: string }[]): Record<string, string> {
  const own = tags.filter(({ Key }) => ['rv-access:requests', 'rv-access:minting'].includes(Key));
  return Object.fromEntries(own.map(({ Key, Value }) => [Key, Value]));
}
