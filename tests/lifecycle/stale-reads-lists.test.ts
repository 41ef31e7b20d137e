import { describe, expect, test } from 'vitest';
import { CONSOLE_ROLE, SECRET, useAccount } from '../support/account.ts';
import { LATENESS } from '../support/harsh-days.ts';
import { createEvent, deleteEvent, INVENTED_ID } from '../support/memory-aws/events.ts';
import { invoke } from '../support/memory-aws/invoke.ts';
import type { StaleReads } from '../support/memory-aws/stale-reads.ts';
import { attempt, expectIntact, givenUp, known, removed, settled, soon, updated } from './journey.ts';

const account = useAccount();
const attachedLate: [string, StaleReads] = [
  'attached policies read 8 s late',
  { seed: 1, from: 8000, to: 8000, kinds: ['attached'] },
];
const OFF = { DeletionProtection: 'Off' };

describe.each([attachedLate, ...LATENESS.slice(-3)])('while %s', (_how, late) => {
  test.each(['DeleteRole', 'DeleteUser', 'DeletePolicy'])(
    'what a Delete that is denied %s has stripped and kept has its policies again after the next Create',
    async (action) => {
      await settled(account);
      Object.assign(account.aws, { staleReads: late, latency: 30 });
      account.fail(action, 'explicitDeny', Number.POSITIVE_INFINITY);
      expect((await account.delete()).answer.Status).toBe('FAILED');
      account.aws.faults.length = 0;
      soon();
      expect((await account.create(OFF)).answer.Status).toBe('SUCCESS');
      expectIntact(account, known(account));
    },
  );

  test('a console role that was taken away half and is wanted again has its policy', async () => {
    const before = await settled(account);
    Object.assign(account.aws, { staleReads: late, latency: 30 });
    account.fail('DeleteRole', 'explicitDeny', Number.POSITIVE_INFINITY);
    await attempt(account, { ConsoleAccess: 'User' });
    account.aws.faults.length = 0;
    soon();
    await updated(account, { ConsoleAccess: 'UserAndRole', Tags: 'Team=data' });
    expect(account.aws.roles[CONSOLE_ROLE]?.attached).toHaveLength(1);
    expectIntact(account, { ...known(account), id: before.id });
  });

  test('a policy that was attached a moment ago is taken off before it goes', async () => {
    await settled(account, { ConsoleAccess: 'User' });
    Object.assign(account.aws, { staleReads: late, latency: 30 });
    const both = await updated(account, { ConsoleAccess: 'UserAndRole' });
    await removed(account, both);
    expect(account.entities()).toEqual([]);
  });
});

describe('a new secret that no read shows for 4 s', () => {
  const slowSecrets = () => Object.assign(account.aws.lag, { secretReads: 4000 });

  test('is made, filled and told of', async () => {
    slowSecrets();
    expect((await account.create(OFF)).answer.Status).toBe('SUCCESS');
    expectIntact(account, known(account));
  });

  test('goes with the Delete that comes right after the Create', async () => {
    slowSecrets();
    await account.create(OFF);
    await removed(account, known(account));
    expect(account.entities()).toEqual([]);
  });

  test.each(['CreateSecret', 'PutSecretValue', 'CreateUser'])(
    'goes with the Delete when the Create is denied or dies at %s',
    async (action) => {
      slowSecrets();
      for (const fault of ['explicitDeny', 'crashAfter'] as const) {
        account.fail(action, fault);
        const { answers } = await invoke(account.place, createEvent(OFF));
        soon();
        const id = answers[0]?.PhysicalResourceId ?? INVENTED_ID;
        const { answer } = await account.send(deleteEvent(id, OFF));
        expect([fault, answer.Status]).toEqual([fault, 'SUCCESS']);
        expect(account.entities()).toEqual([]);
        account.aws.faults.length = 0;
        soon();
      }
    },
  );

  test('goes with a Delete whose id was invented after the Create was given up', async () => {
    slowSecrets();
    account.fail('CreateSecret', 'crashAfter');
    await invoke(account.place, createEvent(OFF));
    givenUp();
    account.aws.lag.secretReads = 10 * 60_000;
    expect((await account.send(deleteEvent(INVENTED_ID, OFF))).answer.Status).toBe('SUCCESS');
    expect(account.aws.secrets[SECRET]?.deletion ?? 'gone').toBeTruthy();
    expect(account.entities()).toEqual([]);
  });
});
