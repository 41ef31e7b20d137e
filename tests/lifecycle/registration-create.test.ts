import { describe, expect, test } from 'vitest';
import { createEvent, deleteEvent, INVENTED_ID } from '../support/memory-aws/events.ts';
import { invoke, startFunction } from '../support/memory-aws/invoke.ts';
import { currentRun } from '../support/memory-aws/runs.ts';
import { API_SECRET } from '../support/redis-cloud.ts';
import { NAME, useRegisteredAccount } from '../support/redis-cloud-account.ts';
import { expectIntact, expectSuccess, givenUp, keyInService, known, removed, soon } from './journey.ts';

const account = useRegisteredAccount();
const { registered } = account;

describe('a Create', () => {
  test('says SUCCESS when Redis says active, with the key that AWSCURRENT holds', async () => {
    const { answer } = await account.create(registered());
    expectSuccess(answer);
    expect(account.atRedis()).toEqual({ name: NAME, status: 'active', key: keyInService(account) });
    expect(answer.Data).toMatchObject({ CloudAccountName: NAME, CloudAccountId: '16961', Warnings: '' });
    expect(account.redis.accounts()[0]?.password).toBe(account.user().loginProfile?.password);
    expect(account.redis.writes()).toEqual(['POST /cloud-accounts']);
    expect(account.ledger()).toMatchObject({
      generation: account.id,
      known: { cloudAccountId: 16_961, redisAccountId: 1001, keyId: keyInService(account), name: NAME },
    });
    expect(account.ledger()?.known).not.toHaveProperty('intent');
  });

  test('asks for the cloud account when the key is current, and not before', async () => {
    let current: string | undefined;
    account.redis.gate = async ({ what }, moment) => {
      if (what.startsWith('POST') && moment === 'before') current = keyInService(account);
    };
    await account.create(registered());
    expect(current).toBe(account.atRedis()?.key);
  });

  test('of another name registers under that', async () => {
    const { answer } = await account.create(registered({ CloudAccountName: 'Databases' }));
    expect([account.atRedis()?.name, answer.Data?.CloudAccountName]).toEqual(['Databases', 'Databases']);
  });

  test('that comes a second time gets the same answer, and Redis is asked for nothing', async () => {
    const event = createEvent(registered());
    const first = await account.send(event);
    const asked = account.redis.asked.length;
    soon();
    const second = await account.send(event);
    expect(second.answer.Data).toEqual(first.answer.Data);
    expect(account.redis.asked).toHaveLength(asked);
  });

  test('without the property asks Redis nothing, and AWS nothing more', async () => {
    const without = await account.create();
    expectSuccess(without.answer);
    expect(account.redis.asked).toEqual([]);
    expect(without.calls.filter(({ input }) => String(input.SecretId).includes(API_SECRET))).toEqual([]);
    expect(without.answer.Data).toMatchObject({ CloudAccountName: NAME, CloudAccountId: '' });
    const plain = without.calls.map(({ action }) => action).filter((action) => action !== 'PutItem');
    await removed(account, { id: account.id, properties: { DeletionProtection: 'Off' } });
    delete account.aws.secrets['rv-access/redislabs-user'];
    soon(60_000);
    const { calls } = await account.create(registered());
    const more = calls.map(({ action }) => action).filter((action) => action !== 'PutItem');
    expect(more.sort()).toEqual([...plain, 'GetSecretValue'].sort());
  });

  test('without a console password fails before anything is asked', async () => {
    const { answer, calls } = await account.create(registered({ ConsoleAccess: 'Role' }));
    expect(answer.Reason).toContain('RedisCloudApiSecretArn needs a console password');
    expect([calls, account.redis.asked]).toEqual([[], []]);
  });
});

describe('a Create that is cancelled', () => {
  const OFF = { DeletionProtection: 'Off' };

  test.each([0, 1, 2, 3, 5, 7])('at request %i to Redis leaves nothing there', async (number) => {
    const create = createEvent(registered(OFF));
    soon(2000);
    const cancel = deleteEvent(INVENTED_ID, registered(OFF));
    let deletion: ReturnType<typeof startFunction> | undefined;
    account.redis.gate = async (request, moment) => {
      if (request.number !== number || moment === 'after' || deletion) return;
      deletion = startFunction(account.place, cancel);
    };
    await account.wait(startFunction(account.place, create));
    expect(deletion).toBeDefined();
    const { answers } = await account.wait(deletion as ReturnType<typeof startFunction>);
    expect(answers[0]?.Status).toBe('SUCCESS');
    await account.later();
    expect([account.entities(), account.atRedis()]).toEqual([[`secret ${API_SECRET}`], undefined]);
  });

  test('after it was done leaves nothing there either', async () => {
    await account.create(registered());
    soon();
    expectSuccess((await account.send(deleteEvent(INVENTED_ID, registered()))).answer);
    expect(account.atRedis()).toBeUndefined();
  });
});

test('credentials that Redis sees late are tried again', async () => {
  account.redis.standIn.switches.credentialsAfterMs = 60_000 * 0.02;
  expectSuccess((await account.create(registered())).answer);
  expectIntact(account, known(account));
});

test('what Redis cannot explain is told with the id of its task', async () => {
  account.redis.standIn.refuse('Create', 'GENERAL_ERROR', 99);
  const { answer } = await account.create(registered());
  const [task] = account.redis.standIn.tasks.list.slice(-1);
  expect(answer.Reason).toContain(`task ${task?.taskId} failed: GENERAL_ERROR`);
  expect(answer.Reason).toContain('Tell the support of Redis the id of the task');
});

const LEFT = [`secret ${API_SECRET}`];

describe('a Create that died', () => {
  test.each(['before', 'after'] as const)(
    '%s its POST is cancelled: nothing is left at Redis',
    async (when) => {
      account.redis.gate = async ({ what }, moment) => {
        if (what.startsWith('POST') && moment === when) currentRun()?.die();
      };
      await invoke(account.place, createEvent(registered()));
      account.redis.gate = undefined;
      givenUp();
      expectSuccess((await account.send(deleteEvent(INVENTED_ID, registered()))).answer);
      await account.later();
      expect([account.entities(), account.atRedis(), account.ledger()]).toEqual([LEFT, undefined, undefined]);
    },
  );

  test('after its POST goes on where it stopped when Lambda runs it again: with the same key, and no second POST', async () => {
    const event = createEvent(registered());
    account.redis.gate = async ({ what }, moment) => {
      if (what.startsWith('POST') && moment === 'after') currentRun()?.die();
    };
    await invoke(account.place, event);
    account.redis.gate = undefined;
    const key = keyInService(account);
    soon(60_000);
    expectSuccess((await account.send(event)).answer);
    expect(account.atRedis()).toEqual({ name: NAME, status: 'active', key });
    expect(account.redis.writes().filter((what) => what.startsWith('POST'))).toHaveLength(1);
    expect(account.user().accessKeys.map(({ id }) => id)).toEqual([key]);
  });
});
