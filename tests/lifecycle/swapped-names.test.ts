import { describe, expect, test } from 'vitest';
import {
  CONSOLE_ROLE,
  INSTANCE_POLICY,
  NODE_ROLE,
  USER,
  USER_POLICY,
  useAccount,
} from '../support/account.ts';
import { HARSH_SEEDS, harshestDay } from '../support/harsh-days.ts';
import type { Properties } from '../support/memory-aws/events.ts';
import type { MemoryAws } from '../support/memory-aws/memory-aws.ts';
import {
  expectIntact,
  type Known,
  keyInService,
  removed,
  settled,
  soon,
  takenBack,
  updated,
} from './journey.ts';

const account = useAccount();
const NAME = (arn: string) => arn.split('/').at(-1) ?? '';

const SWAPS: [string, Properties][] = [
  [
    'the two policies swap names',
    { UserPolicyName: NAME(INSTANCE_POLICY), InstancePolicyName: NAME(USER_POLICY) },
  ],
  ['the two roles swap names', { InstanceRoleName: CONSOLE_ROLE, ConsoleRoleName: NODE_ROLE }],
  [
    'the node role takes the name of the former console role, which takes another',
    { InstanceRoleName: CONSOLE_ROLE, ConsoleRoleName: 'redis-role-2' },
  ],
  [
    'the node role takes the name of the former console role, of which there is none any more',
    { InstanceRoleName: CONSOLE_ROLE, ConsoleRoleName: 'redis-role-2', ConsoleAccess: 'User' },
  ],
  [
    'the console role takes the name of the former node role, which takes another',
    { InstanceRoleName: 'redis-node-role-2', ConsoleRoleName: NODE_ROLE },
  ],
  [
    'the user policy takes the name of the former instance policy, which takes another',
    { UserPolicyName: NAME(INSTANCE_POLICY), InstancePolicyName: 'RedisNodePolicy2' },
  ],
];

const arn = (name: unknown) => `arn:aws:iam::123456789012:policy/${name}`;

const documentOf = ({ policies }: MemoryAws, policy: string) => {
  const found = policies[policy];
  return found?.versions.find(({ id }) => id === found.defaultVersionId)?.document;
};

/** What the bundle's documents say on a day without swaps. */
type Documents = {
  user: string | undefined;
  instance: string | undefined;
  nodeTrust: string | undefined;
  consoleTrust: string | undefined;
};
const documents = ({ properties }: Known): Documents => {
  const { aws } = account;
  const { InstanceRoleName: node = NODE_ROLE, ConsoleRoleName: role = CONSOLE_ROLE } = properties;
  return {
    user: documentOf(aws, arn(properties.UserPolicyName ?? NAME(USER_POLICY))),
    instance: documentOf(aws, arn(properties.InstancePolicyName ?? NAME(INSTANCE_POLICY))),
    nodeTrust: aws.roles[String(node)]?.trust,
    consoleTrust: properties.ConsoleAccess === 'User' ? undefined : aws.roles[String(role)]?.trust,
  };
};

/** Until the clean-up of the old names, they may still have what they had under them, but never what is another's. */
function expectNoOthersPolicies({ properties }: Known): void {
  const { roles, users } = account.aws;
  const { InstanceRoleName: node = NODE_ROLE, ConsoleRoleName: role = CONSOLE_ROLE } = properties;
  const userPolicy = arn(properties.UserPolicyName ?? NAME(USER_POLICY));
  const instancePolicy = arn(properties.InstancePolicyName ?? NAME(INSTANCE_POLICY));
  const holders = [users[USER], properties.ConsoleAccess === 'User' ? undefined : roles[String(role)]];
  for (const holder of holders) expect(holder?.attached ?? []).not.toContain(instancePolicy);
  expect(roles[String(node)]?.attached).toContain(instancePolicy);
  expect(roles[String(node)]?.attached).not.toContain(userPolicy);
}

/** Each role and the user has exactly its own policy, and each policy and trust says what it said under its old name. */
function expectOwnPolicies(bundle: Known, said: Documents): void {
  const { roles, users } = account.aws;
  const { InstanceRoleName: node = NODE_ROLE, ConsoleRoleName: role = CONSOLE_ROLE } = bundle.properties;
  const userPolicy = arn(bundle.properties.UserPolicyName ?? NAME(USER_POLICY));
  const instancePolicy = arn(bundle.properties.InstancePolicyName ?? NAME(INSTANCE_POLICY));
  expect(users[USER]?.attached).toEqual([userPolicy]);
  expect(roles[String(node)]?.attached).toEqual([instancePolicy]);
  if (bundle.properties.ConsoleAccess !== 'User') expect(roles[String(role)]?.attached).toEqual([userPolicy]);
  const comparable = (text: string | undefined) =>
    text
      ?.replaceAll(String(node), 'the-node-role')
      .replaceAll(NODE_ROLE, 'the-node-role')
      .replaceAll(CONSOLE_ROLE, 'the-node-role');
  const found = documents(bundle);
  for (const what of ['user', 'instance', 'nodeTrust', 'consoleTrust'] as const) {
    if (found[what] === undefined && bundle.properties.ConsoleAccess === 'User') continue;
    expect([what, comparable(found[what])]).toEqual([what, comparable(said[what])]);
  }
}

describe.each([
  ['an easy day', undefined] as const,
  ...HARSH_SEEDS.map((seed) => [`a harsh day (seed ${seed})`, seed] as const),
])('on %s', (_day, seed) => {
  test.each(SWAPS)('%s, and each has its own policy', async (_what, names) => {
    const old = await settled(account);
    const said = documents(old);
    const key = keyInService(account);
    if (seed !== undefined) harshestDay(account.aws, seed);
    const swapped = await updated(account, names);
    expectNoOthersPolicies(swapped);
    await removed(account, old);
    expectOwnPolicies(swapped, said);
    expectIntact(account, swapped);
    expect(keyInService(account)).toBe(key);
  });

  test.each(SWAPS)('%s and back, and each has its own policy', async (_what, names) => {
    const old = await settled(account);
    const said = documents(old);
    if (seed !== undefined) harshestDay(account.aws, seed);
    const swapped = await updated(account, names);
    await takenBack(account, old, swapped);
    expectOwnPolicies(old, said);
    expectIntact(account, old);
  });

  test.each(SWAPS)('%s, is denied half way, and each has its own policy again', async (_what, names) => {
    const old = await settled(account);
    const said = documents(old);
    if (seed !== undefined) harshestDay(account.aws, seed);
    account.aws.failCall(({ action }) => /^Attach/.test(action), 'explicitDeny', Number.POSITIVE_INFINITY);
    const { answer } = await account.update(names);
    account.aws.faults.length = 0;
    expect(answer.PhysicalResourceId).toBe(answer.Status === 'FAILED' ? old.id : account.id);
    const now = answer.Status === 'FAILED' ? old.id : account.id;
    soon();
    await takenBack(account, old, { id: now, properties: { ...old.properties, ...names } });
    expectOwnPolicies(old, said);
    expectIntact(account, old);
  });
});
