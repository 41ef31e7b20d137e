import { describe, expect, test } from 'vitest';
import { SECRET, useAccount } from '../support/account.ts';
import { HARSH_SEEDS, harshestDay } from '../support/harsh-days.ts';
import {
  createEvent,
  deleteEvent,
  INVENTED_ID,
  STACK_ID,
  updateEvent,
} from '../support/memory-aws/events.ts';
import { invoke, startFunction } from '../support/memory-aws/invoke.ts';
import {
  attempt,
  bookmark,
  expectIntact,
  expectSuccess,
  givenUp,
  keyInService,
  known,
  removed,
  settled,
  soon,
  takenBack,
  updated,
  writesOf,
  wrongWith,
} from './journey.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const RENAMED = {
  UserName: 'redis-user-2',
  InstanceRoleName: 'redis-node-role-2',
  UserPolicyName: 'RedisUserPolicy2',
};
const days = [
  ['an easy day', undefined] as const,
  ...HARSH_SEEDS.map((seed) => [`the harshest day (seed ${seed})`, seed] as const),
];

describe.each(days)('on %s', (_day, seed) => {
  const begin = () => {
    if (seed !== undefined) harshestDay(account.aws, seed);
  };

  test('a rename and its clean-up, and another rename back and its clean-up, leave one whole bundle', async () => {
    begin();
    const old = await settled(account);
    const renamed = await updated(account, RENAMED);
    await removed(account, old);
    expectIntact(account, renamed);
    const back = await updated(account, { UserName: null, InstanceRoleName: null, UserPolicyName: null });
    await removed(account, renamed);
    expect(back.id).toBe(old.id);
    expectIntact(account, back);
  });

  test('a rename that is rolled back after its success leaves the old bundle with its key', async () => {
    begin();
    const old = await settled(account);
    const key = keyInService(account);
    const renamed = await updated(account, RENAMED);
    await takenBack(account, old, renamed);
    expectIntact(account, old);
    expect(keyInService(account)).toBe(key);
  });

  test('a rename that is denied or dies half way is taken back under the old id, with all that CloudFormation never learnt of', async () => {
    begin();
    const old = await settled(account);
    const reopen = bookmark(account);
    const numbers = writesOf(await attempt(account, RENAMED));
    const after = { id: old.id, properties: { ...old.properties, ...RENAMED } };
    const wrong: string[] = [];
    for (const number of numbers.filter((_, index) => index % 3 === 0)) {
      for (const fault of ['explicitDeny', 'crashAfter'] as const) {
        reopen();
        account.aws.failCall(number, fault);
        const { answers, calls } = await attempt(account, RENAMED);
        const what = `${fault} at ${calls.find((call) => call.number === number)?.action}`;
        if (answers[0]?.Status === 'SUCCESS') continue;
        if (answers.length > 0) soon();
        else givenUp();
        try {
          await takenBack(account, old, after);
          wrong.push(...wrongWith(account, old).map((problem) => `${what}: ${problem}`));
        } catch (error) {
          wrong.push(`${what}: ${(error as Error).message}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test('a rename that dies half way and is never taken back leaves nothing when its stack is deleted', async () => {
    begin();
    const old = await settled(account);
    const reopen = bookmark(account);
    const numbers = writesOf(await attempt(account, RENAMED));
    const left: string[] = [];
    // After the last one it is carried out, and answered when it comes again.
    for (const number of numbers.slice(0, -1).filter((_, index) => index % 3 === 0)) {
      reopen();
      account.aws.failCall(number, 'crashAfter');
      const { calls, answers } = await attempt(account, RENAMED);
      if (answers.length > 0) continue;
      const what = `after ${calls.find((call) => call.number === number)?.action}`;
      givenUp();
      await removed(account, old);
      left.push(...account.entities().map((entity) => `${what}: ${entity}`));
    }
    expect(left).toEqual([]);
  });

  test('what was in force before a rename stays when the new names are cleaned up, though its way back died and was skipped', async () => {
    const old = await settled(account);
    const key = keyInService(account);
    const renamed = await updated(account, RENAMED);
    account.secret().deletion = { requestedAt: Date.now(), dueAt: Date.now() + 30 * 86_400_000 };
    begin();
    account.fail('RestoreSecret', 'crashAfter');
    await invoke(account.place, updateEvent(renamed.id, old.properties, renamed.properties));
    givenUp();
    await account.send(deleteEvent(renamed.id, renamed.properties));
    expect(account.user().accessKeys.map(({ id, active }) => [id, active])).toContainEqual([key, true]);
  });

  test('the clean-up of a rename is delivered again when the old id is in force again: it is late', async () => {
    begin();
    const old = await settled(account);
    const renamed = await updated(account, RENAMED);
    const cleanUp = deleteEvent(old.id, old.properties);
    expectSuccess((await account.send(cleanUp)).answer);
    soon();
    const back = await updated(account, { UserName: null, InstanceRoleName: null, UserPolicyName: null });
    await removed(account, renamed);
    await account.send(cleanUp);
    expectIntact(account, back);
  });

  test('the clean-up of a rename that was never carried out comes late when the old id is in force again', async () => {
    begin();
    const old = await settled(account);
    const renamed = await updated(account, RENAMED);
    const cleanUp = deleteEvent(old.id, old.properties);
    soon();
    const back = await updated(account, { UserName: null, InstanceRoleName: null, UserPolicyName: null });
    await removed(account, renamed);
    await account.send(cleanUp);
    expectIntact(account, back);
  });

  test('a Create is cancelled before it begins: it fails and has made nothing', async () => {
    begin();
    const create = createEvent(OFF);
    soon();
    expectSuccess((await account.send(deleteEvent(INVENTED_ID, OFF))).answer);
    soon();
    const { answer } = await account.send(create);
    expect(answer.Status).toBe('FAILED');
    expect(account.entities()).toEqual([]);
  });

  test.each([1, 5, 12, 25, 40])(
    'a Create is cancelled while it runs, at its call %i: nothing is left',
    async (number) => {
      begin();
      const create = createEvent(OFF);
      soon(2000);
      const cancel = deleteEvent(INVENTED_ID, OFF);
      let deletion: ReturnType<typeof startFunction> | undefined;
      account.aws.gate = async (call) => {
        if (call.number !== number) return;
        delete account.aws.gate;
        deletion = startFunction(account.place, cancel);
      };
      const creation = startFunction(account.place, create);
      await account.wait(creation);
      if (!deletion) deletion = startFunction(account.place, cancel);
      const { answers } = await account.wait(deletion);
      expect(answers[0]?.Status).toBe('SUCCESS');
      expect(account.entities()).toEqual([]);
    },
  );

  test('a Create is cancelled after it is done: nothing is left', async () => {
    begin();
    expectSuccess((await account.create(OFF)).answer);
    soon();
    const { answer } = await account.send(deleteEvent(INVENTED_ID, OFF));
    expect([answer.Status, answer.PhysicalResourceId]).toEqual(['SUCCESS', INVENTED_ID]);
    expect(account.entities()).toEqual([]);
  });

  test('a Create that died is cancelled: nothing is left, and the next one succeeds', async () => {
    begin();
    account.fail('CreateAccessKey', 'crashAfter');
    await invoke(account.place, createEvent(OFF));
    givenUp();
    expectSuccess((await account.send(deleteEvent(INVENTED_ID, OFF))).answer);
    expect(account.entities()).toEqual([]);
    soon();
    expectSuccess((await account.create(OFF)).answer);
    expectIntact(account, known(account));
  });

  test('the resource is removed from the template and added again: the new one stays, whatever comes late', async () => {
    begin();
    const first = createEvent(OFF);
    expectSuccess((await account.send(first)).answer);
    soon();
    const end = deleteEvent((await account.send(first)).answer.PhysicalResourceId, OFF);
    soon();
    expectSuccess((await account.send(end)).answer);
    expect(account.entities()).toEqual([]);
    soon();
    expectSuccess((await account.create(OFF)).answer);
    for (const late of [end, first, end]) {
      soon();
      await account.send(late);
      expectIntact(account, known(account));
    }
  });

  test('an Update that was carried out comes again after a later one: it is answered and not carried out', async () => {
    begin();
    const made = await settled(account);
    const earlier = updateEvent(made.id, { ...OFF, Tags: 'Team=a', AccessKeySerial: 2 }, OFF);
    expectSuccess((await account.send(earlier)).answer);
    Object.assign(account, { properties: { ...OFF, Tags: 'Team=a', AccessKeySerial: 2 } });
    soon();
    const latest = await updated(account, { Tags: 'Team=b', AccessKeySerial: 3 });
    const key = keyInService(account);
    await account.send(earlier);
    expectIntact(account, latest);
    expect([keyInService(account), account.user().tags.Team]).toEqual([key, 'b']);
  });

  test('another stack asks for the same names: its Create fails, its Delete succeeds, the first is untouched', async () => {
    begin();
    const made = await settled(account);
    const before = account.aws.snapshot();
    const other = { StackId: STACK_ID.replace('redis-access', 'another').replace('11111111', '99999999') };
    const { answer } = await account.send({ ...createEvent(OFF), ...other });
    expect(answer.Status).toBe('FAILED');
    soon();
    expectSuccess((await account.send({ ...deleteEvent(answer.PhysicalResourceId, OFF), ...other })).answer);
    expect(account.aws.snapshot()).toEqual(before);
    expectIntact(account, made);
  });

  test('a Create over the secret of an earlier life is cancelled before it begins: it fails, and the secret still waits for its deletion', async () => {
    begin();
    await removed(account, await settled(account));
    soon(60_000);
    const create = createEvent(OFF);
    soon();
    const cancel = deleteEvent(INVENTED_ID, OFF);
    for (const event of [cancel, cancel]) {
      expectSuccess((await account.send(event)).answer);
      soon();
    }
    expect((await account.send(create)).answer.Status).toBe('FAILED');
    expect(account.entities()).toEqual([]);
    expect(account.secret().deletion).toBeDefined();
  });

  test('a Delete with an invented id leaves the secret of a stranger that waits for its deletion', async () => {
    begin();
    const secret = account.aws.addForeignSecret(SECRET);
    secret.deletion = { requestedAt: Date.now(), dueAt: Date.now() + 86_400_000 };
    const { answer, writes } = await account.send(deleteEvent(INVENTED_ID, OFF));
    expect([answer.Status, writes]).toEqual(['SUCCESS', []]);
  });
});
