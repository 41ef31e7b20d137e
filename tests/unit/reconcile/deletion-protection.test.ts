import { beforeEach, describe, expect, test, vi } from 'vitest';
import { NODE_ROLE, useAccount } from '../../support/account.ts';

const account = useAccount();
const HOUR = 3_600_000;

beforeEach(async () => {
  await account.create();
  vi.advanceTimersByTime(HOUR);
});

describe('a bundle of which nobody makes use is deleted', () => {
  test.each([
    ['a key that nobody has ever used', () => delete account.user().accessKeys[0]?.lastUsed],
    [
      'nodes that ended more than a day ago',
      () => Object.assign(account.aws.roles[NODE_ROLE] ?? {}, { lastUsed: Date.now() - 24 * HOUR - 1000 }),
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
});

test('a Delete whose time ends while it asks says so, and has deleted nothing', async () => {
  const before = account.entities();
  account.aws.gate = async ({ action }) => {
    if (action === 'GetAccessKeyLastUsed') await new Promise((resolve) => setTimeout(resolve, 400_000));
  };
  const { answer, writes } = await account.delete();
  expect(answer.Reason).toContain('did not finish in the time of the function');
  expect([writes, account.entities()]).toEqual([[], before]);
});
