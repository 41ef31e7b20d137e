import { describe, expect, test } from 'vitest';
import { attaching, changes, creates, kinds, tagging, untagging } from './actions.ts';
import { arnOf, defaultNames, sets, tags } from './arns.ts';
import { type Context, mayCall } from './may-call.ts';
import { accountId, rolePolicies, stackId } from './role.ts';

const settings = {
  'as it comes': {},
  'with a prefix for further bundles': { FurtherBundlesPrefix: 'redis-' },
  'when it adopts': { ExistingEntities: 'Adopt' },
};

describe.each(Object.entries(settings))('the role %s', async (_title, parameters) => {
  const policies = await rolePolicies(parameters);
  const may = (action: string, resource: string, context: Context = {}) =>
    mayCall(policies, { action, resource, context });
  const adopts = 'ExistingEntities' in parameters;

  describe.each(kinds)("a stranger's %s", (kind) => {
    const strangers = [tags.none, tags.otherStack].flatMap((owner) =>
      [...defaultNames[kind], 'payments'].map((name) => [name, owner] as const),
    );

    test.each(strangers)('%s (tags: %j) is not changed, read out or removed', async (name, owner) => {
      for (const action of changes[kind]) {
        // The one door: the secret of a bundle that is gone, by exact name, is restored. Nothing else of it is touched.
        const gone = name === defaultNames.secret[0] && owner === tags.otherStack;
        const isDoor = action === 'secretsmanager:RestoreSecret' && gone;
        expect([action, await may(action, arnOf(kind, name), owner)]).toEqual([action, isDoor]);
      }
    });

    test.each(strangers)('%s (tags: %j) does not lose a tag', async (name, owner) => {
      for (const key of ['Team', 'rv-access:stack', 'rv-access:bundle'])
        expect(await may(untagging[kind], arnOf(kind, name), { ...owner, 'aws:TagKeys': [key] })).toBe(false);
    });

    test.each(strangers)('%s (tags: %j) does not get tags of just any kind', async (name, owner) => {
      // Only a secret with the tags of a bundle may be on its way from one that is gone.
      for (const set of [sets.others, sets.ownBundle])
        expect(
          (await may(tagging[kind], arnOf(kind, name), { ...owner, ...set })) &&
            !(kind === 'secret' && name === defaultNames.secret[0] && owner === tags.otherStack),
        ).toBe(false);
    });

    test('of another name is not claimed with the tag of the stack', async () => {
      for (const owner of [tags.none, tags.otherStack])
        expect(await may(tagging[kind], arnOf(kind, 'payments'), { ...owner, ...sets.ownStack })).toBe(false);
    });

    test(`of another stack is ${adopts ? '' : 'not '}claimed by its name`, async () => {
      // A secret is, as it may be that of a bundle that is gone.
      const claimed = adopts || kind === 'secret';
      for (const name of defaultNames[kind])
        expect(await may(tagging[kind], arnOf(kind, name), { ...tags.otherStack, ...sets.ownStack })).toBe(
          claimed,
        );
    });

    test('cannot be made: another name, no tag, or the tag of another stack', async () => {
      const [name = ''] = defaultNames[kind];
      expect(await may(creates[kind], arnOf(kind, 'payments'), sets.ownStack)).toBe(false);
      expect(await may(creates[kind], arnOf(kind, name))).toBe(false);
      expect(await may(creates[kind], arnOf(kind, name), sets.others)).toBe(false);
      expect(await may(creates[kind], arnOf(kind, name), sets.otherStack)).toBe(false);
    });
  });

  describe.each(kinds)('a %s of the stack', (kind) => {
    const [name = ''] = defaultNames[kind];

    test('is not given to another stack', async () => {
      expect(await may(tagging[kind], arnOf(kind, name), { ...tags.own, ...sets.otherStack })).toBe(false);
    });
  });

  test('a name that ends like the id of the stack, but is another, is a stranger', async () => {
    const almost = { 'aws:ResourceTag/rv-access:stack': `${stackId}0` };
    expect(await may('iam:DeleteUser', arnOf('user', 'redislabs-user'), almost)).toBe(false);
  });

  describe('attaching', () => {
    const instanceRole = arnOf('role', 'redislabs-cluster-node-role');
    const user = arnOf('user', 'redislabs-user');
    const ownPolicy = { 'iam:PolicyARN': arnOf('policy', 'RedislabsIAMUserRestrictedPolicy') };

    test.each([
      'arn:aws:iam::aws:policy/AdministratorAccess',
      'arn:aws:iam::aws:policy/IAMFullAccess',
      arnOf('policy', 'payments'),
      arnOf('policy', 'payments').replace(accountId, '210987654321'),
    ])('%s is refused on the roles and the user of the stack', async (policyArn) => {
      for (const [action, arn] of [
        [attaching.role, instanceRole],
        [attaching.role, arnOf('role', 'redislabs-role')],
        [attaching.user, user],
      ] as const)
        expect(await may(action, arn, { ...tags.own, 'iam:PolicyARN': policyArn })).toBe(false);
    });

    test('what denies everything is attached to nothing but the user and the console role', async () => {
      const denyAll = { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AWSDenyAll' };
      expect(await may(attaching.user, arnOf('user', 'payments'), { ...tags.own, ...denyAll })).toBe(false);
      expect(await may(attaching.user, user, { ...tags.otherStack, ...denyAll })).toBe(false);
      expect(await may(attaching.role, instanceRole, { ...tags.own, ...denyAll })).toBe(false);
      expect(await may(attaching.role, arnOf('role', 'payments'), { ...tags.own, ...denyAll })).toBe(false);
    });

    test('the policy of the user is refused on the instance role', async () => {
      expect(await may(attaching.role, instanceRole, { ...tags.own, ...ownPolicy })).toBe(false);
    });

    test("the stack's own policies are refused on everything else", async () => {
      expect(await may(attaching.role, arnOf('role', 'payments'), { ...tags.none, ...ownPolicy })).toBe(
        false,
      );
      expect(await may(attaching.role, arnOf('role', 'payments'), { ...tags.own, ...ownPolicy })).toBe(false);
      expect(await may(attaching.user, arnOf('user', 'payments'), { ...tags.own, ...ownPolicy })).toBe(false);
      expect(await may(attaching.role, instanceRole, { ...tags.otherStack, ...ownPolicy })).toBe(false);
      expect(await may(attaching.user, user, ownPolicy)).toBe(false);
    });
  });

  test('no role but the instance role is passed, and to nothing but EC2', async () => {
    const pass = (name: string, service: string) =>
      may('iam:PassRole', arnOf('role', name), { 'iam:PassedToService': service });
    expect(await pass('payments', 'ec2.amazonaws.com')).toBe(false);
    expect(await pass('redislabs-role', 'ec2.amazonaws.com')).toBe(false);
    expect(await pass('redislabs-cluster-node-role', 'lambda.amazonaws.com')).toBe(false);
    expect(await may('iam:PassRole', arnOf('role', 'redislabs-cluster-node-role'))).toBe(false);
  });

  test.each([
    ['iam:PutUserPolicy', arnOf('user', 'redislabs-user')],
    ['iam:PutRolePolicy', arnOf('role', 'redislabs-role')],
    ['iam:PutUserPermissionsBoundary', arnOf('user', 'redislabs-user')],
    ['iam:AddUserToGroup', arnOf('group', 'admins')],
    ['iam:UpdateRole', arnOf('role', 'redislabs-role')],
    ['sts:AssumeRole', arnOf('role', 'redislabs-role')],
  ])('%s is out of reach, even on what is of the stack', async (action, arn) => {
    expect(await may(action, arn, action === 'iam:AddUserToGroup' ? {} : tags.own)).toBe(false);
  });
});

describe('with a prefix for further bundles', async () => {
  const policies = await rolePolicies({ FurtherBundlesPrefix: 'redis-' });
  const may = (action: string, resource: string, context: Context) =>
    mayCall(policies, { action, resource, context });

  test.each(kinds)('a %s of such a name is made and tagged for the stack', async (kind) => {
    const names = kind === 'secret' ? ['redis-two', 'rv-access/redis-two'] : ['redis-two'];
    for (const name of names)
      for (const action of [creates[kind], tagging[kind]]) {
        expect(await may(action, arnOf(kind, name), sets.ownStack)).toBe(true);
        expect(await may(action, arnOf(kind, `not-${name}`), sets.ownStack)).toBe(false);
      }
  });

  test('their policies are attached to their roles and users, and only there', async () => {
    const further = { 'iam:PolicyARN': arnOf('policy', 'redis-two') };
    expect(await may(attaching.role, arnOf('role', 'redis-two'), { ...tags.own, ...further })).toBe(true);
    expect(await may(attaching.user, arnOf('user', 'redis-two'), { ...tags.own, ...further })).toBe(true);
    expect(await may(attaching.role, arnOf('role', 'redis-two'), further)).toBe(false);
    expect(await may(attaching.role, arnOf('role', 'payments'), { ...tags.own, ...further })).toBe(false);
    const admin = { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AdministratorAccess' };
    expect(await may(attaching.role, arnOf('role', 'redis-two'), { ...tags.own, ...admin })).toBe(false);
  });

  test('their instance roles are passed to EC2', async () => {
    const ec2 = { 'iam:PassedToService': 'ec2.amazonaws.com' };
    expect(await may('iam:PassRole', arnOf('role', 'redis-two'), ec2)).toBe(true);
    expect(await may('iam:PassRole', arnOf('role', 'payments'), ec2)).toBe(false);
  });
});
