import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from 'vitest';
import { furtherTest, oneIn } from '../support/sample.ts';
import { type Region, useAccount } from './account.ts';
import { makeInstanceProfile, makePolicy, makeRole, makeSecret, makeUser } from './by-hand.ts';
import { expectedState } from './expected.ts';

const account = useAccount();
const SECRET = 'rv-access/redislabs-user';
const NODE_ROLE = 'redislabs-cluster-node-role';
const DEFAULT_NAMES = {
  UserName: 'redislabs-user',
  InstanceRoleName: NODE_ROLE,
  ConsoleRoleName: 'redislabs-role',
  InstancePolicyName: 'RedisLabsInstanceRolePolicy',
  UserPolicyName: 'RedislabsIAMUserRestrictedPolicy',
};

/** What somebody else has made, with the kind and the name by which a refusal must call it. */
const strangers: [string, string, (here: Region) => Promise<unknown>][] = [
  ['user', 'redislabs-user', ({ clients }) => makeUser(clients.iam, 'redislabs-user')],
  ['role', NODE_ROLE, ({ clients }) => makeRole(clients.iam, NODE_ROLE)],
  ['role', 'redislabs-role', ({ clients }) => makeRole(clients.iam, 'redislabs-role')],
  [
    'policy',
    'RedisLabsInstanceRolePolicy',
    ({ clients }) => makePolicy(clients.iam, 'RedisLabsInstanceRolePolicy'),
  ],
  [
    'policy',
    'RedislabsIAMUserRestrictedPolicy',
    ({ clients }) => makePolicy(clients.iam, 'RedislabsIAMUserRestrictedPolicy'),
  ],
  ['instance profile', NODE_ROLE, ({ clients }) => makeInstanceProfile(clients.iam, NODE_ROLE)],
  ['secret', SECRET, ({ clients }) => makeSecret(clients.secrets, SECRET)],
];

describe("somebody else's entity of that name", () => {
  test.each(oneIn(7, strangers))(
    '(a %s "%s") fails a create, which changes nothing, and so does its rollback',
    async (kind, name, make) => {
      const here = account.in('us-east-1');
      await make(here);
      const before = await here.state();
      const result = await here.create();
      expect(result.status).toBe('ROLLBACK_COMPLETE');
      expect(result.exchanges.map(({ event }) => event.RequestType)).toEqual(['Create', 'Delete']);
      expect(result.answers[0]).toMatchObject({
        Status: 'FAILED',
        Reason: expect.stringContaining(
          `The ${kind} "${name}" exists already and was not made by this bundle`,
        ),
      });
      expect(result.answers[1]).toMatchObject({ Status: 'SUCCESS' });
      expect(await here.state()).toEqual(before);
    },
  );

  furtherTest('fails a rename to it, which changes nothing, whatever its kind', async () => {
    for (const [kind, name, make] of oneIn(3, strangers)) {
      await account.aws.reset();
      const here = account.in('us-east-1');
      const stackName = kind.replace(' ', '-') + name.length;
      const own = Object.keys(DEFAULT_NAMES).map((parameter) => [parameter, `own-${parameter}`]);
      await here.create(Object.fromEntries(own), { stackName });
      await make(here);
      const before = await here.state();
      const result = await here.update(DEFAULT_NAMES, { stackName });
      expect([kind, result.status]).toEqual([kind, 'UPDATE_ROLLBACK_COMPLETE']);
      expect(result.answers[0]?.Status).toBe('FAILED');
      expect(result.answers[0]?.Reason).toContain(`The ${kind} "${name}" exists already`);
      expect(await here.state()).toEqual(before);
    }
  });

  furtherTest('is named with all others that are in the way', async () => {
    const here = account.in('us-east-1');
    for (const [, , make] of strangers) await make(here);
    const result = await here.create();
    for (const [kind, name] of strangers) expect(result.answers[0]?.Reason).toContain(`${kind} "${name}"`);
    expect(result.answers[0]?.Reason).toContain('exist already and were not made by this bundle');
  });

  furtherTest('does not matter where the bundle has no use for it', async () => {
    const here = account.in('us-east-1');
    await makeRole(here.clients.iam, 'redislabs-role');
    const { roles } = await here.state();
    expect((await here.create({ ConsoleAccess: 'User' })).status).toBe('CREATE_COMPLETE');
    const expected = expectedState(here.stack());
    expect(await here.state()).toEqual({ ...expected, roles: { ...expected.roles, ...roles } });
    expect((await here.remove()).status).toBe('DELETE_COMPLETE');
    expect((await here.state()).roles).toEqual(roles);
  });
});

test.each(oneIn(2, ['Fail', 'Adopt']))(
  'an instance profile that holds a foreign role is refused with ExistingEntities=%s',
  async (choice) => {
    const here = account.in('us-east-1');
    await makeRole(here.clients.iam, 'other-nodes');
    await makeInstanceProfile(here.clients.iam, NODE_ROLE, 'other-nodes');
    const before = await here.state();
    const result = await here.create({ ExistingEntities: choice });
    expect(result.status).toBe('ROLLBACK_COMPLETE');
    expect(result.answers[0]?.Reason).toMatch(
      choice === 'Adopt' ? /holds the role "other-nodes"/ : /instance profile ".*" exists already/,
    );
    expect(await here.state()).toEqual(before);
  },
);

test.each(oneIn(2, ['Fail', 'Adopt']))(
  "a stranger's secret that is scheduled for deletion is refused with ExistingEntities=%s",
  async (choice) => {
    const here = account.in('us-east-1');
    await makeSecret(here.clients.secrets, SECRET);
    await here.clients.secrets.send(new DeleteSecretCommand({ SecretId: SECRET }));
    const before = await here.state();
    const result = await here.create({ ExistingEntities: choice });
    expect(result.status).toBe('ROLLBACK_COMPLETE');
    expect(result.answers[0]?.Reason).toMatch(
      /secret of the name "rv-access\/redislabs-user" was scheduled for deletion/,
    );
    expect(await here.state()).toEqual(before);
  },
);

describe('a second stack with the same names', () => {
  test('is told which stack has them, and its rollback leaves the first one unharmed', async () => {
    const here = account.in('us-east-1');
    await here.create();
    const before = await here.state();
    const result = await here.create({ ExistingEntities: 'Adopt' }, { stackName: 'another' });
    expect(result.status).toBe('ROLLBACK_COMPLETE');
    expect(result.answers[0]?.Reason).toMatch(/belongs? to the bundle of the stack "redis" in us-east-1/);
    expect(result.answers[0]?.Reason).toContain('rv-access:release=yes');
    expect(await here.state()).toEqual(before);
    expect(await here.clients.callerOf(await here.content())).toBe(here.stack().outputs.UserArn);
    expect((await here.update({ Tags: 'Still=here' })).status).toBe('UPDATE_COMPLETE');
  });

  test('in another Region is told the Region, too, and leaves no secret there', async () => {
    const first = account.in('us-east-1');
    const second = account.in('eu-west-1');
    await first.create();
    const before = await first.state();
    const result = await second.create({}, { stackName: 'another' });
    expect(result.status).toBe('ROLLBACK_COMPLETE');
    expect(result.answers[0]?.Reason).toMatch(/belongs? to the bundle of the stack "redis" in us-east-1/);
    expect(await first.state()).toEqual(before);
    expect((await second.state()).secrets).toEqual({});
  });

  furtherTest('and names of its own lives beside the first', async () => {
    const here = account.in('us-east-1');
    await here.create();
    const before = await here.state();
    const names = {
      InstanceRoleName: 'nodes',
      InstancePolicyName: 'nodes-may',
      UserName: 'redis-cloud',
      UserPolicyName: 'redis-may',
      ConsoleRoleName: 'operators',
      SecretRecoveryDays: '0',
    };
    expect((await here.create(names, { stackName: 'another' })).status).toBe('CREATE_COMPLETE');
    expect((await here.remove('another')).status).toBe('DELETE_COMPLETE');
    expect(await here.state()).toEqual(before);
  });
});
