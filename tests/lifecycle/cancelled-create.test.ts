import { describe, expect, test, vi } from 'vitest';
import { SECRET, useAccount } from '../support/account.ts';
import { settle } from '../support/memory-aws/clock.ts';
import { createEvent, deleteEvent, INVENTED_ID } from '../support/memory-aws/events.ts';
import { invoke, startFunction } from '../support/memory-aws/invoke.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const cancel = () => account.send(deleteEvent(INVENTED_ID, OFF));

describe('a Create that was cancelled', () => {
  test('and comes late finds that in the ledger and makes nothing', async () => {
    const event = createEvent();
    const cancelled = await cancel();
    expect([cancelled.answer.Status, cancelled.writes]).toEqual(['SUCCESS', []]);
    vi.advanceTimersByTime(1000);
    const { answer, writes } = await account.send(event);
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toBe(
      'CloudFormation has given up this Create and has had it deleted already. Nothing was made.',
    );
    expect([writes, account.entities(), account.aws.secrets]).toEqual([[], [], {}]);
  });

  test('does not stop one that is sent later', async () => {
    await cancel();
    vi.advanceTimersByTime(2000);
    expect((await account.create()).answer.Status).toBe('SUCCESS');
    expect(account.content()?.accessKeyId).toBe(account.user().accessKeys[0]?.id);
  });

  test.each(['CreateUser', 'CreateSecret', 'CreateAccessKey', 'PutSecretValue', 'UpdateSecretVersionStage'])(
    'and is at %s has its Delete wait for the lease and go after all of it',
    async (action) => {
      account.aws.latency = 50;
      let cancelled: Promise<unknown> | undefined;
      account.before(action, () => {
        cancelled = startFunction(account.place, deleteEvent(INVENTED_ID, OFF));
      });
      await settle(startFunction(account.place, createEvent(OFF)));
      expect(await settle(cancelled as Promise<unknown>)).toMatchObject({ answers: [{ Status: 'SUCCESS' }] });
      expect(account.entities()).toEqual([]);
    },
  );

  test('and died before it had a secret is deleted, though what it made is not visible yet', async () => {
    account.aws.gate = async ({ action }) => {
      if (action === 'CreateSecret') await new Promise((resolve) => setTimeout(resolve, 100));
    };
    account.fail('CreateSecret', 'crashBefore');
    await invoke(account.place, createEvent(OFF));
    delete account.aws.gate;
    expect(account.entities()).toHaveLength(6);
    account.aws.lag.reads = 2500;
    expect((await cancel()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });

  test('but is done already is deleted as a whole, under the id that CloudFormation invented', async () => {
    await account.create(OFF);
    expect((await cancel()).answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: INVENTED_ID });
    expect(account.entities()).toEqual([]);
  });
});

describe('a Create that was cancelled over the secret of an earlier life', () => {
  /** A bundle that was deleted; its secret can be restored. */
  const past = async () => {
    await account.create(OFF);
    await account.delete();
    vi.advanceTimersByTime(60_000);
  };

  test('and comes late leaves that as it is', async () => {
    await past();
    const event = createEvent(OFF);
    expect((await cancel()).writes).toEqual([]);
    vi.advanceTimersByTime(1000);
    const { answer, writes } = await account.send(event);
    expect(answer.Reason).toContain('has given up this Create');
    expect([writes, account.entities()]).toEqual([[], []]);
  });

  test.each(['RestoreSecret', 'TagResource', 'PutSecretValue'])(
    'and died after %s has it scheduled for deletion again',
    async (action) => {
      await past();
      account.fail(action, 'crashAfter');
      await invoke(account.place, createEvent(OFF));
      expect((await cancel()).answer.Status).toBe('SUCCESS');
      expect(account.entities()).toEqual([]);
      expect(account.secret().deletion).toBeDefined();
    },
  );

  test('leaves the secret of a stranger as it is', async () => {
    const secret = account.aws.addForeignSecret(SECRET);
    secret.deletion = { requestedAt: Date.now(), dueAt: Date.now() + 86_400_000 };
    const { answer, writes } = await cancel();
    expect([answer.Status, writes]).toEqual(['SUCCESS', []]);
  });
});
