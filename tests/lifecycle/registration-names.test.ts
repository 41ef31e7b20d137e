import { describe, expect, test } from 'vitest';
import { createEvent, deleteEvent, INVENTED_ID, STACK_ID } from '../support/memory-aws/events.ts';
import { invoke } from '../support/memory-aws/invoke.ts';
import { API_SECRET } from '../support/redis-cloud.ts';
import { NAME, useRegisteredAccount } from '../support/redis-cloud-account.ts';
import { expectSuccess, keyInService, soon } from './journey.ts';

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
