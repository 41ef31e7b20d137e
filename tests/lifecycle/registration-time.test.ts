import { expect, test } from 'vitest';
import type { Result } from '../support/account.ts';
import { iamError } from '../support/memory-aws/iam-errors.ts';
import { useRegisteredAccount } from '../support/redis-cloud-account.ts';
import { expectSuccess, keyInService, settled, soon } from './journey.ts';

/** A Redis that takes 3 s for a task and 2 s to become active, at its own pace. */
const account = useRegisteredAccount(
  { receivedMs: 0, processingMs: 3000, draftMs: 0, pendingMs: 2000, deletingMs: 2000 },
  1,
);
const { registered } = account;

/** From the first change that Redis was asked for to the answer, in milliseconds. */
function msAtRedis({ invocation }: Result): number {
  const first = account.redis.asked.find(
    ({ what, at }) => !what.startsWith('GET') && at >= invocation.startedAt,
  );
  return invocation.endedAt - (first?.at ?? 0);
}

test('a Create ends within 15 s of its part at AWS', async () => {
  const result = await account.create(registered());
  expectSuccess(result.answer);
  expect(account.atRedis()).toMatchObject({ status: 'active', key: keyInService(account) });
  expect(msAtRedis(result)).toBeLessThan(15_000);
});

test('a rotation and a Delete do likewise', async () => {
  await settled(account, registered());
  for (const ask of [() => account.update({ AccessKeySerial: 2 }), () => account.delete()]) {
    const result = await ask();
    expectSuccess(result.answer);
    expect(msAtRedis(result)).toBeLessThan(15_000);
    soon(60_000);
  }
});

/**
 * From the first look at a task of Redis's on, the ledger is busy for longer than a holder of the lease may go without a beat.
 *
 * @returns when that began; Infinity: not yet
 */
function ledgerIsBusy(): { from: number } {
  const out = { from: Number.POSITIVE_INFINITY };
  account.aws.gate = async ({ action, time }) => {
    if (account.redis.asked.some(({ what }) => what.startsWith('GET /tasks/')))
      out.from = Math.min(out.from, time);
    const ms = time - out.from;
    if (action === 'PutItem' && ms >= 0 && ms < 30_000) throw iamError('ThrottlingException', 'no', 400);
  };
  return out;
}

test('a Redis that is busy for minutes is waited for', async () => {
  account.redis.standIn.switches.receivedMs = 200_000;
  expectSuccess((await account.create(registered())).answer);
});

test.each(['WhenInUse', 'Off'])(
  'a Delete that loses its lease while it waits for Redis leaves no cloud account there (%s)',
  async (DeletionProtection) => {
    expectSuccess((await account.create(registered({ DeletionProtection }))).answer);
    account.redis.asked.length = 0;
    account.redis.standIn.switches.receivedMs = 60_000;
    const out = ledgerIsBusy();
    const { answer, log } = await account.delete();
    expectSuccess(answer);
    expect(out.from).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(log).not.toContain('is left at Redis Cloud');
    expect(account.redis.accounts()).toEqual([]);
  },
);

test('a lease that is lost while Redis is waited for is taken anew, and the Create goes on where it was', async () => {
  account.redis.standIn.switches.receivedMs = 60_000;
  const out = ledgerIsBusy();
  expectSuccess((await account.create(registered())).answer);
  expect(out.from).toBeLessThan(Number.POSITIVE_INFINITY);
  expect(account.redis.asked.filter(({ what }) => what.startsWith('POST'))).toHaveLength(1);
  expect(account.atRedis()).toMatchObject({ status: 'active', key: keyInService(account) });
});

test('at the deadline a Create fails with words that say what it waited for, and the Delete loses nothing', async () => {
  account.redis.standIn.switches.receivedMs = 600_000;
  const { answer } = await account.create(registered());
  expect(answer.Status).toBe('FAILED');
  expect(answer.Reason).toMatch(/waiting for Redis Cloud: task [\da-f-]{36} is received/);
  soon();
  account.redis.standIn.switches.receivedMs = 0;
  soon(600_000);
  expectSuccess((await account.delete()).answer);
  await account.later();
  expect(account.atRedis()).toBeUndefined();
});
