import { describe, expect, test } from 'vitest';
import { deleteEvent, updateEvent } from '../support/memory-aws/events.ts';
import { invoke } from '../support/memory-aws/invoke.ts';
import { currentRun } from '../support/memory-aws/runs.ts';
import { useRegisteredAccount } from '../support/redis-cloud-account.ts';
import { attempt, expectIntact, givenUp, removed, soon, takenBack, updated } from './journey.ts';
import { begin, expectAtRedis, PUT } from './registered.ts';
import { RENAMES } from './renames.ts';

const account = useRegisteredAccount();
const PROTECTED = { DeletionProtection: 'WhenInUse' };

describe.each(RENAMES)('a rename of %s', (_what, changes) => {
  test('keeps the cloud account, and the clean-up does not remove it', async () => {
    const before = await begin(account, PROTECTED);
    account.aws.useAccessKey(account.atRedis()?.key ?? '');
    const after = await updated(account, changes);
    expect(after.id).not.toBe(before.id);
    expectAtRedis(account, after);
    await removed(account, before);
    expectAtRedis(account, after);
    expectIntact(account, after);
    expect(account.redis.writes().filter((what) => what !== PUT)).toEqual([]);
    expect(await account.wait(account.redis.standIn.broken())).toEqual([]);
  });

  test('that is rolled back after its success hands the cloud account back', async () => {
    const before = await begin(account, PROTECTED);
    const after = await updated(account, changes);
    await takenBack(account, before, after);
    expectAtRedis(account, before);
    expectIntact(account, before);
    expect(account.redis.writes().filter((what) => what !== PUT)).toEqual([]);
  });

  test('that Redis refuses leaves all as it was', async () => {
    const before = await begin(account, PROTECTED);
    account.redis.standIn.refuse('Update', 'BAD_REQUEST', 1);
    const { answer } = await account.update(changes);
    // Redis is given nothing new where user and key stay.
    if (!('UserName' in changes)) return;
    expect(answer.Status).toBe('FAILED');
    expectAtRedis(account, before);
    soon();
    await takenBack(account, before, { ...before, properties: { ...before.properties, ...changes } });
    expectAtRedis(account, before);
    expectIntact(account, before);
    expect(account.entities().filter((name) => name.includes('redis-user-2'))).toEqual([]);
  });

  test.each(['before', 'after'] as const)(
    'that dies %s Redis is given the new key is taken back',
    async (when) => {
      const before = await begin(account, PROTECTED);
      if (!('UserName' in changes)) return;
      account.redis.gate = async ({ what }, moment) => {
        if (!what.startsWith('PUT') || moment === 'before') return;
        account.redis.gate = undefined;
        account.fail('PutItem', when === 'before' ? 'crashBefore' : 'crashAfter');
      };
      await attempt(account, changes);
      givenUp();
      await takenBack(account, before, { ...before, properties: { ...before.properties, ...changes } });
      expectAtRedis(account, before);
      expectIntact(account, before);
    },
  );
});

test.each(['before', 'after'] as const)(
  'a rename that dies %s Redis is given the new key, and is never taken back, goes with its stack, and so does the cloud account',
  async (when) => {
    const before = await begin(account, PROTECTED);
    account.redis.gate = async ({ what }, moment) => {
      if (what.startsWith('PUT') && moment === when) currentRun()?.die();
    };
    await attempt(account, { UserName: 'redis-user-2' });
    account.redis.gate = undefined;
    givenUp();
    await removed(account, before);
    expect(account.entities()).toEqual(['secret redis-cloud/api']);
    expect(account.redis.accounts()).toEqual([]);
    expect(await account.wait(account.redis.standIn.broken())).toEqual([]);
  },
);

test('a rename whose hand-over gets lost leaves Redis with a key that works, and is taken back', async () => {
  const before = await begin(account, PROTECTED);
  account.redis.standIn.fail('PUT', 'drop after', 99);
  const changes = { UserName: 'redis-user-2' };
  const { answer } = await account.update(changes);
  expect(answer.Status).toBe('FAILED');
  await account.later();
  expect(await account.wait(account.redis.standIn.broken())).toEqual([]);
  account.redis.standIn.faults.length = 0;
  soon();
  await takenBack(account, before, { ...before, properties: { ...before.properties, ...changes } });
  expectAtRedis(account, before);
  expectIntact(account, before);
});

test('a clean-up is refused while Redis may still have a key of the user that would go', async () => {
  const before = await begin(account, PROTECTED);
  const after = await updated(account, { UserName: 'redis-user-2' });
  // The roll-back dies before Redis is given the old key; then somebody lets CloudFormation go on without it.
  account.redis.gate = async ({ what }, moment) => {
    if (what.startsWith('PUT') && moment === 'before') currentRun()?.die();
  };
  await invoke(account.place, updateEvent(after.id, before.properties, after.properties));
  account.redis.gate = undefined;
  givenUp();
  const cleanUp = () => account.send(deleteEvent(after.id, after.properties));
  const { answer, writes } = await cleanUp();
  expect(answer.Status).toBe('FAILED');
  expect(answer.Reason).toContain('Redis Cloud has or may have the access key');
  expect(writes).toEqual([]);
  expect(await account.wait(account.redis.standIn.broken())).toEqual([]);

  soon();
  await takenBack(account, before, after);
  expectAtRedis(account, before);
  expectIntact(account, before);
});
