import { describe, expect, test } from 'vitest';
import {
  CONSOLE_ROLE,
  INSTANCE_POLICY,
  NODE_ROLE,
  type Result,
  SECRET,
  USER_POLICY,
  useAccount,
} from '../support/account.ts';
import { limitExceeded } from '../support/memory-aws/iam-errors.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const took = ({ invocation }: Result) => invocation.endedAt - invocation.startedAt;

const parts: Record<string, () => { createdAt: number } | undefined> = {
  'the user': () => account.user(),
  'the instance role': () => account.aws.roles[NODE_ROLE],
  'the console role': () => account.aws.roles[CONSOLE_ROLE],
  'the instance policy': () => account.aws.policies[INSTANCE_POLICY],
  'the user policy': () => account.aws.policies[USER_POLICY],
  'the instance profile': () => account.aws.instanceProfiles[NODE_ROLE],
};

/** IAM does not show these for a while; the others it does. */
function hide(...hidden: string[]): void {
  account.aws.lag.reads = 2500;
  for (const [name, part] of Object.entries(parts))
    Object.assign(part() ?? {}, { createdAt: hidden.includes(name) ? Date.now() : 0 });
}

describe('a Delete of a bundle that was made a moment ago', () => {
  test.each(Object.keys(parts))('finds %s, though it is not shown yet', async (part) => {
    await account.create(OFF);
    hide(part);
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });

  test('finds all of it, though only the secret is shown yet', async () => {
    await account.create(OFF);
    hide(...Object.keys(parts));
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });

  test('finds the rest of it, though its secret is gone already', async () => {
    await account.create(OFF);
    delete account.aws.secrets[SECRET];
    hide('the user');
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });
});

describe('a Delete does not wait', () => {
  test('for what was never desired', async () => {
    await account.create({ ...OFF, ConsoleAccess: 'None' });
    expect(took(await account.delete())).toBe(0);
  });

  test('when nothing is left but the secret that is scheduled for deletion', async () => {
    await account.create(OFF);
    await account.delete();
    expect(took(await account.delete())).toBe(0);
  });
});

test('a Delete asks what reads as absent to go all the same, and believes that it is gone when AWS denies that for long', async () => {
  await account.create(OFF);
  account.aws.users = {};
  account.aws.roles = {};
  account.aws.policies = {};
  account.aws.instanceProfiles = {};
  const result = await account.delete();
  expect([result.answer.Status, account.entities()]).toEqual(['SUCCESS', []]);
  expect(result.writes).toContain('DeleteUser');
  // Credentials, what has them, and the policies: each of the three is waited for.
  expect(took(result)).toBeGreaterThanOrEqual(3 * 15_000);
  expect(took(result)).toBeLessThan(90_000);
});

test.each(['CreatePolicy', 'CreateRole', 'CreateInstanceProfile', 'CreateUser', 'CreateSecret'])(
  'a Create that %s ends by a quota or a denial is deleted, though the role may delete only what carries a tag',
  async (action) => {
    for (const fault of [limitExceeded('Things', 1), 'explicitDeny'] as const) {
      account.fail(action, fault, 100);
      expect((await account.create(OFF)).answer.Status).toBe('FAILED');
      account.aws.faults.length = 0;
      expect((await account.delete()).answer.Status).toBe('SUCCESS');
      expect(account.entities()).toEqual([]);
    }
  },
);

test('a deletion whose answer was lost is repeated about what is gone, and the Delete comes to its end', async () => {
  await account.create(OFF);
  account.fail('DeleteUser', 'lostAnswerReset');
  expect((await account.delete()).answer.Status).toBe('SUCCESS');
  expect(account.entities()).toEqual([]);
});

test('a tag that contradicts the ledger is read for 15 s before it is believed, and then it stays alone', async () => {
  await account.create(OFF);
  account.secret().tags = {};
  const result = await account.delete();
  expect([result.answer.Status, took(result)]).toEqual(['SUCCESS', 15_000]);
  expect(account.entities()).toEqual([`secret ${SECRET}`]);
});

test('a secret that cannot be read counts as left, and no credential stays alive', async () => {
  await account.create(OFF);
  account.fail('DescribeSecret', 'explicitDeny', 100);
  const { answer } = await account.delete();
  expect(answer.Status).toBe('FAILED');
  expect(answer.Reason).toContain(`Left: secret "${SECRET}" (DescribeSecret`);
  expect(account.entities()).toEqual([`secret ${SECRET}`]);
});
