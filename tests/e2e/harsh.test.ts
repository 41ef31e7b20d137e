import { beforeEach, expect, test } from 'vitest';
import { furtherTest } from '../support/sample.ts';
import { type AccountState, useAccount } from './account.ts';
import { expectedState, NOTHING } from './expected.ts';

/** The shipped function where every read of IAM and Secrets Manager may be seconds old, each on its own. */
const account = useAccount({ staleSeconds: 15 });
const here = () => account.in('us-east-1');
const TIME = 120_000;

beforeEach(async () => {
  await account.aws.settings({ staleSeconds: 5, staleSeed: 7, keyActivationSeconds: 1, keySpreadSeconds: 2 });
});

/** What is there, as it is now; a policy may have got the same document again, as it read as if it had another. */
async function state() {
  const all = await here().state();
  const kept = Object.entries(all.secrets).filter(([, { scheduled }]) => !scheduled);
  return { ...withOneVersion(all), secrets: Object.fromEntries(kept) };
}

const withOneVersion = (all: AccountState): AccountState => ({
  ...all,
  policies: Object.fromEntries(
    Object.entries(all.policies).map(([name, policy]) => [name, { ...policy, versions: ['v1'] }]),
  ),
});

test('a stack is created, tagged, rotated and deleted, and nothing is left', { timeout: TIME }, async () => {
  const created = await here().create();
  expect(created.status, created.answers[0]?.Reason).toBe('CREATE_COMPLETE');
  expect(await state()).toEqual(expectedState(here().stack()));

  const tagged = await here().update({ Tags: 'Team=data' });
  expect(tagged.status, tagged.answers[0]?.Reason).toBe('UPDATE_COMPLETE');
  expect(await state()).toEqual(expectedState(here().stack()));

  const rotated = await here().update({ AccessKeySerial: '2', PasswordSerial: '2' });
  expect(rotated.status, rotated.answers[0]?.Reason).toBe('UPDATE_COMPLETE');
  const keys = {
    [created.outputs.AccessKeyId ?? '']: 'Active',
    [rotated.outputs.AccessKeyId ?? '']: 'Active',
  };
  expect((await state()).users['redislabs-user']?.keys).toEqual(keys);

  const removed = await here().remove();
  expect(removed.status, removed.answers[0]?.Reason).toBe('DELETE_COMPLETE');
  expect(await state()).toEqual(NOTHING);
});

const RENAMES: [string, Record<string, string>][] = [
  ['the user', { UserName: 'redis-cloud' }],
  ['a policy', { UserPolicyName: 'redis-may' }],
];

furtherTest.each(RENAMES)(
  'a rename of %s keeps all that did not change, and the clean-up takes the rest',
  { timeout: TIME },
  async (_, names) => {
    await here().create();
    const before = await here().content();
    const renamed = await here().update(names);
    expect(renamed.status, renamed.answers[0]?.Reason).toBe('UPDATE_COMPLETE');
    expect(renamed.answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS']);
    expect(await state()).toEqual(expectedState(here().stack()));
    expect(renamed.outputs.AccessKeyId === before.accessKeyId).toBe(!('UserName' in names));
  },
);

furtherTest.each(RENAMES)(
  'a rename of %s that is rolled back gives everything back',
  { timeout: TIME },
  async (_, names) => {
    await here().create();
    const before = await state();
    const result = await here().update(names, { failAfterBundle: true });
    expect(result.status, result.answers.map(({ Reason }) => Reason).join()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(result.answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
    expect(await state()).toEqual(before);
  },
);
