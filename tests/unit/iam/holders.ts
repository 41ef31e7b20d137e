import { describe, expect, test } from 'vitest';
import type { Boundary } from '../../../src/iam/permissions-boundary.ts';
import { type LiveRole, role } from '../../../src/iam/role.ts';
import { type LiveUser, user } from '../../../src/iam/user.ts';
import type { Entity } from '../../../src/resource/resource.ts';
import { useAccount } from '../../support/account.ts';
import type { Role, User } from '../../support/memory-aws/iam-state.ts';

const account = useAccount();
const BOUNDARY = 'arn:aws:iam::aws:policy/Boundary';
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const POLICY = 'arn:aws:iam::123456789012:policy/Policy';
const TAGS = { Team: 'Data' };
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
});
const policy = () => account.aws.addForeignPolicy('Policy').arn;

/** A kind of entity that a policy of ours and a permissions boundary hang on. */
interface Holder {
  kind: 'user' | 'role';
  /** As it stands in the names of IAM's actions. */
  Kind: 'User' | 'Role';
  wanted(boundary: Boundary): Entity<LiveUser | LiveRole>;
  live(): User | Role;
  /** Puts one there that lacks nothing but the policy. */
  add(): void;
  /** What people may set on it. */
  byHand: Partial<User> | Partial<Role>;
  /** What IAM says of it that was not known when it was made. */
  knownLater(): Partial<LiveUser>;
}

const users: Holder = {
  kind: 'user',
  Kind: 'User',
  wanted: (boundary) =>
    user(
      account.connection,
      { name: 'user', arn: '', policyArn: POLICY, consolePassword: true },
      TAGS,
      boundary,
    ),
  live: () => account.aws.users.user as User,
  add: () => account.aws.addForeignUser('user'),
  byHand: { inline: { 'by-hand': '{}' }, groups: ['people'] },
  knownLater: () => ({ createDate: new Date(users.live().createdAt) }),
};

const roles: Holder = {
  kind: 'role',
  Kind: 'Role',
  wanted: (boundary) =>
    role(
      account.connection,
      { name: 'role', arn: '', trust: TRUST, policyArn: POLICY, wanted: true },
      TAGS,
      boundary,
    ),
  live: () => account.aws.roles.role as Role,
  add: () => Object.assign(account.aws.addForeignRole('role'), { trust: TRUST }),
  byHand: { description: 'by hand', maxSessionDuration: 7200 },
  knownLater: () => ({}),
};

describe.each([users, roles])('a $kind', ({ kind, Kind, live, add, byHand, knownLater, ...holder }) => {
  const wanted = (boundary = { desired: '', before: '' }) => holder.wanted(boundary);
  const writes = () => account.aws.calls.filter(({ mutating }) => mutating).map(({ action }) => action);

  async function converge(boundary?: Boundary): Promise<string[]> {
    const entity = wanted(boundary);
    account.aws.forgetCalls();
    const found = await account.wait(entity.observe());
    if (!found) throw new Error(`The ${kind} is missing.`);
    for (const step of entity.shape(found)) await account.wait(step());
    return writes();
  }

  /** As it should be. */
  function given(change: Partial<User> | Partial<Role> = {}): void {
    policy();
    add();
    Object.assign(live(), { attached: [POLICY], ...change });
  }

  test('that is not there is not there', async () => {
    expect(await account.wait(wanted().observe())).toBeUndefined();
  });

  test('is made with tags and boundary in one call; then its policy is attached', async () => {
    policy();
    const entity = wanted({ desired: BOUNDARY, before: '' });
    const made = await account.wait(entity.create());
    expect(account.aws.calls.map(({ action }) => action)).toEqual([`Create${Kind}`]);
    expect(live()).toMatchObject({ tags: TAGS, boundaryArn: BOUNDARY });
    expect(await account.wait(entity.observe())).toEqual({ ...made, ...knownLater() });
    for (const step of entity.shape(made)) await account.wait(step());
    expect(writes()).toEqual([`Create${Kind}`, `Attach${Kind}Policy`]);
    expect(live().attached).toEqual([POLICY]);
  });

  test('that is as it should be is left alone', async () => {
    given(byHand);
    expect(await converge()).toEqual([]);
  });

  describe('its policy', () => {
    test('that somebody detached is attached again; what else hangs on it stays', async () => {
      given({ attached: [READ_ONLY] });
      expect(await converge()).toEqual([`Attach${Kind}Policy`]);
      expect(live().attached).toEqual([READ_ONLY, POLICY]);
    });

    test('is found on any page of the list', async () => {
      given({ attached: [READ_ONLY, POLICY] });
      account.aws.pageSize = 1;
      expect(await converge()).toEqual([]);
    });

    test('that is too young to be known is waited for', async () => {
      given({ attached: [] });
      account.aws.lag.references = 5000;
      delete account.aws.policies[POLICY];
      const young = policy();
      (account.aws.policies[young] as { createdAt: number }).createdAt = Date.now();
      expect(new Set(await converge())).toEqual(new Set([`Attach${Kind}Policy`]));
      expect(live().attached).toEqual([POLICY]);
    });
  });

  describe('its permissions boundary', () => {
    const put = `Put${Kind}PermissionsBoundary`;
    const remove = `Delete${Kind}PermissionsBoundary`;
    const other = 'arn:other';

    test.each([
      ['is set', undefined, { desired: BOUNDARY, before: '' }, BOUNDARY, [put]],
      ['is changed', other, { desired: BOUNDARY, before: other }, BOUNDARY, [put]],
      ['is left as it is', BOUNDARY, { desired: BOUNDARY, before: BOUNDARY }, BOUNDARY, []],
      ['is taken away if we had set it', BOUNDARY, { desired: '', before: BOUNDARY }, undefined, [remove]],
      ['that somebody else set stays', other, { desired: '', before: BOUNDARY }, other, []],
      ['that was there before us stays', other, { desired: '', before: '' }, other, []],
      ['that is gone already is no work', undefined, { desired: '', before: BOUNDARY }, undefined, []],
    ])('%s', async (_what, there, boundary, expected, changes) => {
      given(there === undefined ? {} : { boundaryArn: there });
      expect(await converge(boundary)).toEqual(changes);
      expect(live().boundaryArn).toBe(expected);
    });
  });

  test('has its tags set and taken away', async () => {
    given({ tags: {} });
    await account.wait(wanted().tag({ Team: 'Data', Other: 'x' }));
    await account.wait(wanted().untag(['Other']));
    expect(live().tags).toEqual(TAGS);
  });
});
