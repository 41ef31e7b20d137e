import { describe, expect, test } from 'vitest';
import type { Switches } from '../../local/redis-cloud/switches.ts';
import { createEvent, deleteEvent, INVENTED_ID, STACK_ID } from '../support/memory-aws/events.ts';
import { invoke, startFunction } from '../support/memory-aws/invoke.ts';
import { API_SECRET } from '../support/redis-cloud.ts';
import { NAME, useRegisteredAccount } from '../support/redis-cloud-account.ts';
import { expectIntact, expectSuccess, keyInService, known, removed, soon } from './journey.ts';

const account = useRegisteredAccount();
const { registered } = account;
const foreign = (changes: Record<string, string> = {}) =>
  account.redis.standIn.accounts.seed(Date.now() - 60_000, {
    name: NAME,
    accessKeyId: 'AKIASOMEBODYELSES000',
    consoleUsername: 'somebody',
    signInLoginUrl: 'https://999999999999.signin.aws.amazon.com/console',
    ...changes,
  });
const OF_THIS_ACCOUNT = {
  consoleUsername: 'by-hand',
  signInLoginUrl: 'https://123456789012.signin.aws.amazon.com/console',
};

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

describe('a name that is taken', () => {
  test.each([
    ['by another AWS account', {}, 'Nothing says that it is of this AWS account'],
    ['by this AWS account', OF_THIS_ACCOUNT, 'or take it over with ExistingEntities=Adopt'],
    ['in other letters', { name: NAME.toUpperCase() }, 'in case only: set another CloudAccountName'],
  ])('%s fails the Create before the first write', async (_by, changes, words) => {
    const id = foreign(changes);
    const { answer, writes } = await account.create(registered());
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`(id ${id}) exists already at Redis Cloud`);
    expect(answer.Reason).toContain(words);
    expect([writes, account.redis.writes()]).toEqual([[], []]);
    expectSuccess((await account.delete()).answer);
    expect([account.redis.accounts().length, account.redis.writes()]).toEqual([1, []]);
  });

  test('at the last moment fails the Create, and the Delete leaves what is not ours', async () => {
    account.before('CreateUser', () => foreign());
    const { answer } = await account.create(registered());
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('set another CloudAccountName, or remove the cloud account that has it');
    expectSuccess((await account.delete()).answer);
    expect(account.redis.accounts()).toMatchObject([{ key: 'AKIASOMEBODYELSES000' }]);
    expect(account.entities()).toEqual([`secret ${API_SECRET}`]);
  });

  test('by a bundle of another stack of the same account is refused to the second', async () => {
    expectSuccess((await account.create(registered({ CloudAccountName: 'shared' }))).answer);
    const names = {
      CloudAccountName: 'shared',
      UserName: 'other-user',
      UserPolicyName: 'OtherUserPolicy',
      InstanceRoleName: 'other-node-role',
      InstancePolicyName: 'OtherNodePolicy',
      ConsoleRoleName: 'other-role',
    };
    const other = { StackId: STACK_ID.replace('redis-access', 'another').replace('11111111', '99999999') };
    const { answer } = await account.send({ ...createEvent(registered(names)), ...other });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('The cloud account "shared" (id 16961) exists already at Redis Cloud');
    soon();
    const event = deleteEvent(answer.PhysicalResourceId, registered(names));
    expectSuccess((await account.send({ ...event, ...other })).answer);
    expect(account.atRedis()).toMatchObject({ status: 'active', key: keyInService(account) });
  });
});

describe('an adoption', () => {
  const ADOPT = { ExistingEntities: 'Adopt' };

  test('takes the cloud account over with its id, and gives it the key', async () => {
    const id = foreign(OF_THIS_ACCOUNT);
    const { answer } = await account.create(registered(ADOPT));
    expectSuccess(answer);
    expect(answer.Data?.CloudAccountId).toBe(String(id));
    expect(account.atRedis()).toEqual({ name: NAME, status: 'active', key: keyInService(account) });
    expect(account.redis.writes()).toEqual([`PUT /cloud-accounts/${id}`]);
    expect(account.ledger()).not.toHaveProperty('adopting');
  });

  test('of what says nothing of this AWS account is refused', async () => {
    foreign();
    const { answer, writes } = await account.create(registered(ADOPT));
    expect(answer.Reason).toContain('Nothing says that it is of this AWS account');
    expect(writes).toEqual([]);
  });

  test('that fails leaves the cloud account as it was, also when it is rolled back', async () => {
    const id = foreign(OF_THIS_ACCOUNT);
    account.redis.standIn.refuse('Update', 'CLOUD_ACCOUNT_INVALID_CREDS', 99);
    const { answer } = await account.create(registered(ADOPT));
    expect(answer.Reason).toContain('CLOUD_ACCOUNT_INVALID_CREDS');
    soon();
    expectSuccess((await account.delete()).answer);
    expect(account.redis.accounts()).toMatchObject([{ id, key: 'AKIASOMEBODYELSES000', status: 'active' }]);
    expect(account.redis.writes()).not.toContain(`DELETE /cloud-accounts/${id}`);
    expect(account.entities()).toEqual([`secret ${API_SECRET}`]);
  });

  test('that died after Redis was given the key is rolled back: the cloud account is left, and told', async () => {
    const id = foreign(OF_THIS_ACCOUNT);
    account.redis.gate = async ({ what }, moment) => {
      if (!what.startsWith('PUT') || moment === 'before') return;
      account.redis.gate = undefined;
      account.fail('PutItem', 'crashBefore');
    };
    await invoke(account.place, createEvent(registered(ADOPT)));
    soon(60_000);
    const { answer, log } = await account.send(deleteEvent(INVENTED_ID, registered(ADOPT)));
    expectSuccess(answer);
    expect(account.redis.accounts()).toMatchObject([{ id }]);
    expect(log).toContain(`(id ${id}) is left at Redis Cloud`);
  });
});

describe('an API key that is of no use', () => {
  const secret = () => account.aws.secrets[API_SECRET] as { versions: Record<string, { value: string }> };
  const holds = (value: string) => {
    for (const version of Object.values(secret().versions)) version.value = value;
  };
  const cases: [string, () => void, string][] = [
    ['is not JSON', () => holds('tell-nobody-this'), 'is not JSON'],
    ['lacks a part', () => holds('{"accountKey":"tell-nobody-this"}'), 'has no userKey'],
    ['is not there', () => delete account.aws.secrets[API_SECRET], 'ResourceNotFoundException'],
    [
      'may not be read',
      () => account.aws.failCall((call) => String(call.input.SecretId).includes(API_SECRET), 'explicitDeny'),
      'GetSecretValue for',
    ],
    [
      'is wrong',
      () => {
        holds('{"accountKey":"local-account-key","userKey":"tell-nobody-this"}');
        account.redis.standIn.switches.unauthorized = 'html';
      },
      'was answered with HTTP 401. The API key is wrong, was deleted, or the API is off',
    ],
    [
      'is not allowed from here',
      () => set({ addressAllowed: false }),
      'HTTP 403 (Forbidden). The user key must',
    ],
    ['is of an account without BYOC', () => set({ byoc: false }), 'Bring your own Cloud'],
  ];
  const set = (switches: Partial<Switches>) => Object.assign(account.redis.standIn.switches, switches);

  test.each(cases)('because it %s fails the Create before the first write', async (_what, spoil, words) => {
    spoil();
    const { answer, writes, log } = await account.create(registered());
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(words);
    expect(writes).toEqual([]);
    expect(`${answer.Reason} ${log}`).not.toContain('tell-nobody-this');
    expectSuccess((await account.delete()).answer);
  });

  test('because it is a Viewer’s fails the POST, and nothing of the bundle is left at Redis', async () => {
    holds('{"accountKey":"local-account-key","userKey":"local-viewer-key"}');
    const { answer } = await account.create(registered());
    expect(answer.Reason).toContain('POST /cloud-accounts was answered with HTTP 403');
    expect(answer.Reason).toContain('must be that of an Owner');
    soon();
    expectSuccess((await account.delete()).answer);
    expect(account.entities()).toEqual([`secret ${API_SECRET}`]);
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
