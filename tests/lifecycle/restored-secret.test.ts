import { describe, expect, test } from 'vitest';
import { useAccount } from '../support/account.ts';
import { LATENESS } from '../support/harsh-days.ts';
import { createEvent, deleteEvent, INVENTED_ID } from '../support/memory-aws/events.ts';
import { invoke } from '../support/memory-aws/invoke.ts';
import { expectIntact, givenUp, known, removed, settled, soon } from './journey.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };

/** A bundle that was deleted: its secret waits for its deletion. */
async function past(): Promise<void> {
  await removed(account, await settled(account));
  soon(60_000);
}

describe.each([['nothing reads late', undefined] as const, ...LATENESS])('while %s', (_how, late) => {
  test.each(['explicitDeny', 'crashBefore', 'crashAfter'] as const)(
    'a secret that was restored and then not tagged (%s) goes with the Delete',
    async (fault) => {
      await past();
      Object.assign(account.aws, { staleReads: late, latency: 30 });
      account.fail('TagResource', fault, fault === 'explicitDeny' ? Number.POSITIVE_INFINITY : 1);
      const { answers } = await invoke(account.place, createEvent(OFF));
      account.aws.faults.length = 0;
      if (answers.length > 0) soon();
      else givenUp();
      const id = answers[0]?.PhysicalResourceId ?? INVENTED_ID;
      expect((await account.send(deleteEvent(id, OFF))).answer.Status).toBe('SUCCESS');
      expect(account.entities()).toEqual([]);
    },
  );

  test.each(['RestoreSecret', 'TagResource', 'PutSecretValue'])(
    'a Create that dies after %s is carried out when Lambda repeats it',
    async (action) => {
      await past();
      Object.assign(account.aws, { staleReads: late, latency: 30 });
      account.fail(action, 'crashAfter');
      const { event, end } = await invoke(account.place, createEvent(OFF));
      if (end === 'crashed') soon(60_000);
      const { answer } = await account.send(event);
      expect(answer.Status).toBe('SUCCESS');
      expectIntact(account, { id: answer.PhysicalResourceId, properties: OFF });
    },
  );

  test('a late Delete with an invented id leaves the bundle that was made since', async () => {
    const cancelled = createEvent(OFF);
    soon();
    const lateDelete = deleteEvent(INVENTED_ID, OFF);
    soon(30_000);
    const made = await settled(account);
    Object.assign(account.aws, { staleReads: late, latency: 30 });
    const before = account.aws.snapshot();
    for (const event of [lateDelete, lateDelete, cancelled]) {
      await invoke(account.place, event);
      soon();
      expectIntact(account, made);
    }
    expect(account.aws.snapshot()).toEqual(before);
  });

  test('a Delete with an invented id that was carried out leaves the bundle that was made since', async () => {
    const event = deleteEvent(INVENTED_ID, OFF);
    expect((await account.send(event)).answer.Status).toBe('SUCCESS');
    soon();
    await settled(account);
    Object.assign(account.aws, { staleReads: late, latency: 30 });
    expect((await account.send(event)).answer.Status).toBe('SUCCESS');
    expectIntact(account, known(account));
  });
});
