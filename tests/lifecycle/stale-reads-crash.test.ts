import { describe, expect, test } from 'vitest';
import { useAccount } from '../support/account.ts';
import { LATENESS } from '../support/harsh-days.ts';
import { createEvent, deleteEvent, INVENTED_ID } from '../support/memory-aws/events.ts';
import { invoke } from '../support/memory-aws/invoke.ts';
import {
  attempt,
  bookmark,
  givenUp,
  keyInService,
  known,
  settled,
  soon,
  takenBack,
  writesOf,
  wrongWith,
} from './journey.ts';
import { RENAMES } from './renames.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };

/** Tags that lag, and everything that lags: what dies in between is tried with each. */
const SOME = LATENESS.filter(([how]) => /half|seed 1/.test(how));

describe.each(SOME)('while %s', (_how, late) => {
  test.each(RENAMES)(
    'a rename of %s that dies after any of its writes is taken back without a trace',
    { timeout: 300_000 },
    async (_what, names) => {
      const old = await settled(account);
      const key = keyInService(account);
      Object.assign(account.aws, { staleReads: late, latency: 30 });
      const reopen = bookmark(account);
      const wrong: unknown[] = [];
      const numbers = writesOf(await attempt(account, names));
      expect(numbers.length).toBeGreaterThan(3);
      for (const number of numbers) {
        for (const wait of [givenUp, () => soon(2000)]) {
          reopen();
          account.aws.failCall(number, 'crashAfter');
          const { calls } = await attempt(account, names);
          const action = calls.find((call) => call.number === number)?.action;
          wait();
          try {
            await takenBack(account, old, { ...old, properties: { ...old.properties, ...names } });
            wrong.push(...wrongWith(account, old).map((problem) => `${action} (${number}): ${problem}`));
            if (keyInService(account) !== key) wrong.push(`${action} (${number}): another key is in service`);
          } catch (error) {
            wrong.push(`${action} (${number}): ${(error as Error).message.slice(0, 300)}`);
          }
        }
      }
      expect(wrong).toEqual([]);
    },
  );

  test('a Create that dies after any of its writes and is cancelled leaves nothing, and can be asked for again', {
    timeout: 300_000,
  }, async () => {
    Object.assign(account.aws, { staleReads: late, latency: 30 });
    const reopen = bookmark(account);
    const event = createEvent(OFF);
    const numbers = writesOf(await invoke(account.place, event));
    const wrong: string[] = [];
    for (const number of numbers) {
      reopen();
      account.aws.failCall(number, 'crashAfter');
      const { calls } = await invoke(account.place, event);
      const at = `${calls.find((call) => call.number === number)?.action} (${number})`;
      soon(number % 2 === 0 ? 2000 : 360_000);
      const { answer } = await account.send(deleteEvent(INVENTED_ID, OFF));
      if (answer.Status !== 'SUCCESS') wrong.push(`${at}: the Delete failed: ${answer.Reason}`);
      wrong.push(...account.entities().map((entity) => `${at}: the ${entity} is left`));
      soon();
      const again = await account.create(OFF);
      if (again.answer.Status !== 'SUCCESS') wrong.push(`${at}: no second Create: ${again.answer.Reason}`);
      else wrong.push(...wrongWith(account, known(account)).map((problem) => `${at}, again: ${problem}`));
    }
    expect(wrong).toEqual([]);
  });
});
