import { describe, expect, test } from 'vitest';
import type { Tags } from '../../../src/bundle/tags.ts';
import { role } from '../../../src/iam/role.ts';
import { user } from '../../../src/iam/user.ts';
import type { Change } from '../../../src/resource/change.ts';
import { type Account, useAccount } from '../../support/account.ts';
import type { Role, User } from '../../support/memory-aws/iam-state.ts';

const BOUNDARY = 'arn:aws:iam::aws:policy/Boundary';
const OTHER_BOUNDARY = 'arn:aws:iam::aws:policy/Other';
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const POLICY = 'arn:aws:iam::123456789012:policy/Policy';
const FORMER = 'arn:aws:iam::123456789012:policy/Former';
const TAGS = { Team: 'Data' };

/** What a user and a role have in common: one policy of the bundle's, and perhaps a boundary. */
interface Observed {
  tags: Tags;
  boundaryArn: string | undefined;
  policyArns: string[];
}
interface Holding {
  observe(): Promise<Observed | undefined>;
  create(): Promise<Observed>;
  tag(tags: Tags): Promise<unknown>;
  untag(keys: string[]): Promise<unknown>;
  warnings?(observed: Observed, own: string[]): string[];
}

/** A kind of resource that a policy of ours and a permissions boundary hang on. */
interface Holder {
  kind: 'user' | 'role';
  /** As it stands in the names of IAM's actions. */
  Kind: 'User' | 'Role';
  /** The resource with this boundary and policy. */
  resource(boundaryArn?: string, policyArn?: string): Holding;
  /** What differs, given boundaries and policies that may be in force; undefined stands for anything. */
  diff(
    observed: Observed,
    boundaryArn: string,
    mayBe: (Partial<Desired> | undefined)[],
    own: string[],
  ): Change[];
  live(): User | Role;
  /** Puts one there that lacks nothing but the policy. */
  add(): void;
  /** What people may set on it. */
  byHand: Partial<User> | Partial<Role>;
}
interface Desired {
  boundaryArn: string;
  policyArn: string;
}

/** The tests of a user and of a role. */
function testHolder(account: Account, { kind, Kind, live, add, byHand, resource, diff }: Holder): void {
  const writes = () => account.aws.calls.filter(({ mutating }) => mutating).map(({ action }) => action);
  const policy = (name = 'Policy') => account.aws.addForeignPolicy(name).arn;

  /** @param before the boundary that the state before had */
  async function reconcile(
    boundaryArn = '',
    mayBe: (Partial<Desired> | undefined)[] = [],
  ): Promise<string[]> {
    account.aws.forgetCalls();
    const found = await account.wait(resource(boundaryArn).observe());
    if (!found) throw new Error(`The ${kind} is missing.`);
    for (const { apply } of diff(found, boundaryArn, mayBe, [POLICY, FORMER])) await account.wait(apply());
    return writes();
  }

  /** As it should be. */
  function given(change: Partial<User> | Partial<Role> = {}): void {
    policy();
    add();
    Object.assign(live(), { attached: [POLICY], ...change });
  }

  test('that is not there is not there', async () => {
    expect(await account.wait(resource().observe())).toBeUndefined();
  });

  test('is made with tags and boundary in one call; then its policy is attached', async () => {
    policy();
    const made = await account.wait(resource(BOUNDARY).create());
    expect(account.aws.calls.map(({ action }) => action)).toEqual([`Create${Kind}`]);
    expect(live()).toMatchObject({ tags: TAGS, boundaryArn: BOUNDARY });
    expect(await account.wait(resource(BOUNDARY).observe())).toEqual(made);
    for (const { apply } of diff(made, BOUNDARY, [], [])) await account.wait(apply());
    expect(writes()).toEqual([`Create${Kind}`, `Attach${Kind}Policy`]);
    expect(live().attached).toEqual([POLICY]);
  });

  test('that is as it should be is left alone', async () => {
    given(byHand);
    expect(await reconcile()).toEqual([]);
  });

  describe('its policy', () => {
    test('that somebody detached is attached again; what else hangs on it stays', async () => {
      given({ attached: [READ_ONLY] });
      expect(await reconcile()).toEqual([`Attach${Kind}Policy`]);
      expect(live().attached).toEqual([READ_ONLY, POLICY]);
    });

    test('is found on any page of the list', async () => {
      given({ attached: [READ_ONLY, POLICY] });
      account.aws.pageSize = 1;
      expect(await reconcile()).toEqual([]);
    });

    test('that is too young to be known is waited for', async () => {
      given({ attached: [] });
      account.aws.lag.references = 5000;
      delete account.aws.policies[POLICY];
      const young = policy();
      (account.aws.policies[young] as { createdAt: number }).createdAt = Date.now();
      expect(new Set(await reconcile())).toEqual(new Set([`Attach${Kind}Policy`]));
      expect(live().attached).toEqual([POLICY]);
    });

    test('that may not be attached by the ledger is attached, whatever a read says', async () => {
      given();
      expect(await reconcile('', [{ policyArn: FORMER }])).toEqual([
        `Attach${Kind}Policy`,
        `Detach${Kind}Policy`,
      ]);
    });

    test('and nothing else of ours hangs on it if anything may be in force, whatever a list says', async () => {
      policy('Former');
      given({ attached: [POLICY, FORMER, READ_ONLY] });
      const found = await account.wait(resource().observe());
      const late = { ...found, policyArns: [READ_ONLY] } as Observed;
      for (const { apply } of diff(late, '', [undefined], [POLICY, FORMER])) await account.wait(apply());
      expect(live().attached.toSorted()).toEqual([POLICY, READ_ONLY].toSorted());
    });

    test('comes before another one of ours that hangs on it goes', async () => {
      policy('Former');
      given({ attached: [FORMER, READ_ONLY] });
      expect(await reconcile()).toEqual([`Attach${Kind}Policy`, `Detach${Kind}Policy`]);
      expect(live().attached).toEqual([READ_ONLY, POLICY]);
    });

    test('is attached alone though the other one is no more attached when it is to go', async () => {
      policy('Former');
      given({ attached: [POLICY, FORMER] });
      account.before(`Detach${Kind}Policy`, () => {
        live().attached = [POLICY];
      });
      expect(await reconcile()).toEqual([`Detach${Kind}Policy`]);
      expect(live().attached).toEqual([POLICY]);
    });

    test('is told from those that the bundle did not attach, in a warning', async () => {
      given({ attached: [READ_ONLY, POLICY, FORMER] });
      const found = await account.wait(resource().observe());
      expect(found && resource().warnings?.(found, [POLICY, FORMER])).toEqual([
        `The ${kind} "${kind}" has policies that this bundle did not attach: ${READ_ONLY}. They were left.`,
      ]);
    });
  });

  describe('its permissions boundary', () => {
    const put = `Put${Kind}PermissionsBoundary`;
    const remove = `Delete${Kind}PermissionsBoundary`;
    const was = (boundaryArn: string) => [{ boundaryArn }];

    test.each([
      ['is set', undefined, BOUNDARY, [], BOUNDARY, [put]],
      ['is changed', OTHER_BOUNDARY, BOUNDARY, was(OTHER_BOUNDARY), BOUNDARY, [put]],
      ['is left as it is', BOUNDARY, BOUNDARY, was(BOUNDARY), BOUNDARY, []],
      [
        'is set again if another one may be in force',
        BOUNDARY,
        BOUNDARY,
        was(OTHER_BOUNDARY),
        BOUNDARY,
        [put],
      ],
      ['is set again if anything may be in force', BOUNDARY, BOUNDARY, [undefined], BOUNDARY, [put]],
      ['is none, and stays so', undefined, '', was(''), undefined, []],
      ['that somebody else set stays, whatever may be', OTHER_BOUNDARY, '', [undefined], OTHER_BOUNDARY, []],
      ['is taken away if we had set it', BOUNDARY, '', was(BOUNDARY), undefined, [remove]],
      ['that somebody else set stays', OTHER_BOUNDARY, '', was(BOUNDARY), OTHER_BOUNDARY, []],
      ['that was there before us stays', OTHER_BOUNDARY, '', [], OTHER_BOUNDARY, []],
      [
        'that may be in force goes though no read shows it',
        undefined,
        '',
        was(BOUNDARY),
        undefined,
        [remove],
      ],
    ])('%s', async (_what, there, boundaryArn, mayBe, expected, changes) => {
      given(there === undefined ? {} : { boundaryArn: there });
      const found = await account.wait(resource(boundaryArn).observe());
      const words = `its permissions boundary is ${there ?? 'none'} and should be ${boundaryArn || 'none'}`;
      const differences = found && diff(found, boundaryArn, mayBe, []).map(({ difference }) => difference);
      expect(differences?.includes(words)).toBe(changes.length > 0);
      const done = await reconcile(boundaryArn, mayBe);
      expect(done.filter((action) => action.endsWith('Boundary'))).toEqual(changes);
      expect(live().boundaryArn).toBe(expected);
    });
  });

  test('has its tags set and taken away', async () => {
    given({ tags: {} });
    await account.wait(resource().tag({ Team: 'Data', Other: 'x' }));
    await account.wait(resource().untag(['Other']));
    expect(live().tags).toEqual(TAGS);
  });
}

const account = useAccount();

const desiredUser = (boundaryArn = '', policyArn = POLICY) => ({
  ...{ name: 'user', arn: '', tags: TAGS, consolePassword: true },
  boundaryArn,
  policyArn,
});

describe('a user', () => {
  testHolder(account, {
    kind: 'user',
    Kind: 'User',
    resource: (boundaryArn, policyArn) => user(account.connection, desiredUser(boundaryArn, policyArn)),
    diff: (observed, boundaryArn, mayBe, own) =>
      user(account.connection, desiredUser(boundaryArn)).diff(
        observed,
        mayBe.map((state) => state && { ...desiredUser(boundaryArn), ...state }),
        own,
      ),
    live: () => account.aws.users.user as User,
    add: () => account.aws.addForeignUser('user'),
    byHand: { inline: { 'by-hand': '{}' }, groups: ['people'] },
  });
});

const trust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
  });
const EC2 = trust('ec2.amazonaws.com');
const desiredRole = (boundaryArn = '', policyArn = POLICY) => ({
  ...{ name: 'role', arn: '', tags: TAGS, trust: EC2 },
  boundaryArn,
  policyArn,
});

describe('a role', () => {
  testHolder(account, {
    kind: 'role',
    Kind: 'Role',
    resource: (boundaryArn, policyArn) => role(account.connection, desiredRole(boundaryArn, policyArn)),
    diff: (observed, boundaryArn, mayBe, own) =>
      role(account.connection, desiredRole(boundaryArn))
        .diff(
          { trust: encodeURIComponent(EC2), ...observed },
          mayBe.map((state) => state && { ...desiredRole(boundaryArn), ...state }),
          own,
        )
        .filter(({ difference }) => !difference.startsWith('its trust policy')),
    live: () => account.aws.roles.role as Role,
    add: () => Object.assign(account.aws.addForeignRole('role'), { trust: EC2 }),
    byHand: { description: 'by hand', maxSessionDuration: 7200 },
  });
});
