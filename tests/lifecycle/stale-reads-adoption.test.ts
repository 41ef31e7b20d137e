import { describe, expect, test } from 'vitest';
import { CONSOLE_ROLE, NODE_ROLE, USER, useAccount } from '../support/account.ts';
import { LATENESS } from '../support/harsh-days.ts';
import { createEvent, deleteEvent, INVENTED_ID } from '../support/memory-aws/events.ts';
import type { Tags } from '../support/memory-aws/iam-state.ts';
import { invoke } from '../support/memory-aws/invoke.ts';
import {
  bookmark,
  expectIntact,
  givenUp,
  keyInService,
  known,
  removed,
  soon,
  updated,
  writesOf,
} from './journey.ts';

const account = useAccount();
const ADOPT = { ExistingEntities: 'Adopt', DeletionProtection: 'Off' };
const THEIRS = { Theirs: 'yes' };

/** A user with a key, both roles, the profile and both policies: all of a stranger. Returns the id of the key. */
function strangers(): string {
  const { aws } = account;
  aws.addForeignUser(USER, THEIRS);
  aws.addForeignRole(CONSOLE_ROLE, THEIRS);
  aws.addForeignRole(NODE_ROLE, THEIRS);
  aws.addForeignInstanceProfile(NODE_ROLE, [NODE_ROLE], THEIRS);
  aws.addForeignPolicy('RedisLabsInstanceRolePolicy', THEIRS);
  aws.addForeignPolicy('RedislabsIAMUserRestrictedPolicy', THEIRS);
  return aws.addAccessKeyByHand(USER).id;
}

/** What is wrong with the strangers after an adoption was taken back. */
function wrongWithStrangers(theirKey: string): string[] {
  const { users, roles, policies, instanceProfiles } = account.aws;
  const all = [users, roles, policies, instanceProfiles].flatMap((kind) =>
    Object.values<{ name: string; tags: Tags }>(kind),
  );
  const wrong = all
    .filter(({ tags }) => tags.Theirs !== 'yes' || Object.keys(tags).some((key) => /^rv-access:/.test(key)))
    .map(({ name, tags }) => `${name} is tagged ${JSON.stringify(tags)}`);
  if (account.entities().length !== 6) wrong.push(`there is ${account.entities().join(', ')}`);
  const keys = account.user()?.accessKeys.map(({ id }) => id);
  if (String(keys) !== theirKey) wrong.push(`the user's keys are ${keys}`);
  if (account.user()?.loginProfile) wrong.push('the user has a password');
  return wrong;
}

describe.each(LATENESS)('while %s', (_how, late) => {
  test('an adoption takes everything over and keeps the key that was there', async () => {
    const theirKey = strangers();
    Object.assign(account.aws, { staleReads: late, latency: 30 });
    expect((await account.create(ADOPT)).answer.Status).toBe('SUCCESS');
    const byHand = { keys: [theirKey], inactive: [] };
    expectIntact(account, known(account), byHand);
    const key = keyInService(account);
    soon();
    const tagged = await updated(account, { Tags: 'Team=data' });
    expectIntact(account, tagged, byHand);
    expect(account.user().accessKeys.map(({ id }) => id)).toEqual([theirKey, key]);
  });

  test.each(['CreateSecret', 'CreateAccessKey', 'PutSecretValue', 'AttachUserPolicy', 'CreateLoginProfile'])(
    'an adoption that is denied %s is rolled back to what the stranger had',
    async (action) => {
      const theirKey = strangers();
      Object.assign(account.aws, { staleReads: late, latency: 30 });
      account.fail(action, 'explicitDeny', Number.POSITIVE_INFINITY);
      expect((await account.create(ADOPT)).answer.Status).toBe('FAILED');
      account.aws.faults.length = 0;
      soon();
      await removed(account, known(account));
      expect(wrongWithStrangers(theirKey)).toEqual([]);
    },
  );
});

const SOME = LATENESS.filter(([how]) => /half|seed 1/.test(how));

describe.each(SOME)('while %s', (_how, late) => {
  test('an adoption that dies after any of its writes is rolled back to what the stranger had', {
    timeout: 300_000,
  }, async () => {
    const theirKey = strangers();
    Object.assign(account.aws, { staleReads: late, latency: 30 });
    const reopen = bookmark(account);
    const event = createEvent(ADOPT);
    const writes = writesOf(await invoke(account.place, event));
    expect(writes.length).toBeGreaterThan(10);
    const wrong: string[] = [];
    for (const number of writes) {
      reopen();
      account.aws.failCall(number, 'crashAfter');
      const { calls } = await invoke(account.place, event);
      const action = calls.find((call) => call.number === number)?.action;
      givenUp();
      const { answer } = await account.send(deleteEvent(INVENTED_ID, ADOPT));
      // The last writes say that the request was carried out: from then on what was adopted is the bundle's.
      const mayBeOwned = writes.slice(-3).includes(number) && account.entities().length === 0;
      const problems = mayBeOwned ? [] : wrongWithStrangers(theirKey);
      if (answer.Status !== 'SUCCESS') problems.push(`the Delete failed: ${answer.Reason}`);
      wrong.push(...problems.map((problem) => `${action} (${number}): ${problem}`));
    }
    expect(wrong).toEqual([]);
  });
});
