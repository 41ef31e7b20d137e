import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Target } from '../../../src/reconcile/delete.ts';
import { howToSayAnyway, isSaidAnyway } from '../../../src/reconcile/deletion-protection.ts';
import { rowOf } from '../../../src/reconcile/resources.ts';
import { CONSOLE_ROLE, NODE_ROLE, useAccount } from '../../support/account.ts';

const account = useAccount();
const HOUR = 3_600_000;

const target = (key: string, tags: Record<string, string> | undefined): Target => ({
  key,
  ...rowOf(key),
  owner: undefined,
  found: { tags, untag: async () => {}, delete: async () => {} },
});
const ANYWAY = { 'rv-access:delete': 'anyway' };

describe('a person has said that the next Delete is not to be refused', () => {
  test.each([
    ['by the tag on the user', [target('user a', ANYWAY), target('role b', {})], true],
    ['by the tag in another case', [target('user a', { 'RV-ACCESS:DELETE': 'anyway' })], true],
    ['not by another value', [target('user a', { 'rv-access:delete': 'yes' })], false],
    [
      'not by the tag on a role while there is a user',
      [target('user a', {}), target('role b', ANYWAY)],
      false,
    ],
    [
      'by the tag on a role if no user is there',
      [target('user a', undefined), target('role b', ANYWAY)],
      true,
    ],
    ['by the tag on a role if no user is to go', [target('role b', ANYWAY)], true],
    [
      'not by the tag on a policy or a secret',
      [target('policy c', ANYWAY), target('secret d', ANYWAY)],
      false,
    ],
    ['not by nothing', [], false],
  ])('%s', (_how, targets, said) => {
    expect(isSaidAnyway(targets)).toBe(said);
  });

  test.each([
    [
      [target('policy p', {}), target('role r', {}), target('user u', {})],
      'on the user (aws iam tag-user --user-name u --tags Key=rv-access:delete,Value=anyway)',
    ],
    [
      [target('policy p', {}), target('role r', {})],
      'on the instance role (aws iam tag-role --role-name r --tags Key=rv-access:delete,Value=anyway)',
    ],
    [
      [target('role r', {}), target('user u', undefined)],
      'on the instance role (aws iam tag-role --role-name r --tags Key=rv-access:delete,Value=anyway)',
    ],
    [[target('secret s', {})], 'on the instance role (aws iam tag-role --role-name INSTANCE-ROLE'],
  ])('and the command for that is told (%#)', (targets, words) => {
    expect(howToSayAnyway(targets)).toContain(words);
    expect(howToSayAnyway(targets)).toMatch(/then delete the stack again\.$/);
  });
});

describe('a bundle of which nobody makes use is deleted', () => {
  beforeEach(async () => {
    await account.create();
    vi.advanceTimersByTime(HOUR);
  });

  test.each([
    ['a key that nobody has ever used', () => delete account.user().accessKeys[0]?.lastUsed],
    [
      'nodes that ended more than a day ago',
      () => Object.assign(account.aws.roles[NODE_ROLE] ?? {}, { lastUsed: Date.now() - 24 * HOUR - 1000 }),
    ],
    [
      'somebody who has just used the console role',
      () => Object.assign(account.aws.roles[CONSOLE_ROLE] ?? {}, { lastUsed: Date.now() }),
    ],
    [
      'a key that somebody deletes meanwhile',
      () => account.before('GetAccessKeyLastUsed', () => account.user().accessKeys.pop()),
    ],
  ])('though there is %s', async (_what, change) => {
    change();
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });

  test('but not when the function’s time ends while it asks: it says so, and has deleted nothing', async () => {
    const before = account.entities();
    account.aws.gate = async ({ action }) => {
      if (action === 'GetAccessKeyLastUsed') await new Promise((resolve) => setTimeout(resolve, 400_000));
    };
    const { answer, writes } = await account.delete();
    expect(answer.Reason).toMatch(/^The operation did not finish in the time of the function/);
    expect([writes, account.entities()]).toEqual([[], before]);
  });
});

test('of the keys alone it is asked when they were last used', async () => {
  await account.create();
  const { id } = account.user().accessKeys[0] ?? {};
  const { calls } = await account.delete();
  const asked = calls.filter(({ action }) => action === 'GetAccessKeyLastUsed');
  expect(asked.map(({ input }) => input.AccessKeyId)).toEqual([id]);
});

describe('a key whose use cannot be told counts as used', () => {
  const deny = () => account.fail('GetAccessKeyLastUsed', 'explicitDeny', Number.POSITIVE_INFINITY);
  const refusal = async () => {
    const before = account.entities();
    const { answer, writes } = await account.delete();
    expect([writes, account.entities()]).toEqual([[], before]);
    return answer.Reason;
  };
  const perhaps = (id: unknown) =>
    `Redis has used this access in the last 24 hours: perhaps access key ${id} (GetAccessKeyLastUsed failed: `;

  beforeEach(async () => {
    await account.create();
    vi.advanceTimersByTime(HOUR);
  });

  test('while it is there', async () => {
    deny();
    expect(await refusal()).toContain(perhaps(account.user().accessKeys[0]?.id));
  });

  test('also if nobody knows whether it is there', async () => {
    deny();
    account.before('GetAccessKeyLastUsed', () =>
      account.fail('ListAccessKeys', 'explicitDeny', Number.POSITIVE_INFINITY),
    );
    expect(await refusal()).toContain(perhaps(account.user().accessKeys[0]?.id));
  });

  test('and not if somebody deletes it meanwhile, though another is left', async () => {
    const { id } = account.aws.addAccessKeyByHand('redislabs-user');
    deny();
    account.before('GetAccessKeyLastUsed', () => account.user().accessKeys.shift());
    const reason = await refusal();
    expect(reason).toContain(perhaps(id));
    expect(reason).not.toContain('; ');
  });
});

test('whether keys were used is not asked of a suspended bundle, whose keys do not work', async () => {
  await account.create();
  expect((await account.update({ Access: 'Suspended' })).answer.Status).toBe('SUCCESS');
  const { answer, calls } = await account.delete();
  expect(answer.Status).toBe('SUCCESS');
  expect(calls.map(({ action }) => action)).not.toContain('GetAccessKeyLastUsed');
});

test('what was used is told with when and for what, and what to do', async () => {
  await account.create();
  const { id } = account.user().accessKeys[0] ?? {};
  account.aws.useAccessKey(String(id), 'ec2');
  Object.assign(account.aws.roles[NODE_ROLE] ?? {}, { lastUsed: Date.now() });
  const { answer } = await account.delete();
  expect(answer.Reason).toMatch(
    new RegExp(
      `^Redis has used this access in the last 24 hours: access key ${id} \\(for ec2 in us-east-1, [-0-9T:.]+Z\\); the ` +
        `instance role ${NODE_ROLE} \\(by running nodes, [-0-9T:.]+Z\\)\\. Nothing was deleted, since that would cut running ` +
        'databases off\\. Remove the subscriptions and the cloud account in Redis Cloud first\\. To delete all the same, ',
    ),
  );
});
