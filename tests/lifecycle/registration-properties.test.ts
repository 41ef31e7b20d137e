import { describe, expect, test } from 'vitest';
import { deleteEvent, updateEvent } from '../support/memory-aws/events.ts';
import { NAME, useRegisteredAccount } from '../support/redis-cloud-account.ts';
import { expectIntact, expectSuccess, keyInService, settled, soon, takenBack, updated } from './journey.ts';
import { begin, expectFailure, expectRegistered, PUT } from './registered.ts';

const account = useRegisteredAccount();
const { registered } = account;
describe('another CloudAccountName', () => {
  test('renames in place: the id stays, at AWS and at Redis', async () => {
    const before = await begin(account);
    const after = await updated(account, { CloudAccountName: 'Databases' });
    expect(after.id).toBe(before.id);
    expectRegistered(account, after);
    expect(account.atRedis()?.name).toBe('Databases');
    expect(account.redis.writes()).toEqual([PUT]);
    await takenBack(account, before, after);
    expectRegistered(account, before);
    expect(account.atRedis()?.name).toBe(NAME);
  });

  test('that is taken fails before the first write', async () => {
    const before = await begin(account);
    account.redis.standIn.accounts.seed(Date.now(), { name: 'Databases', accessKeyId: 'AKIA' });
    soon();
    const { answer, writes } = await account.update({ CloudAccountName: 'Databases' });
    expectFailure(answer, 'The cloud account "Databases" (id 16962) exists already');
    expect([writes, account.redis.writes()]).toEqual([[], []]);
    expectIntact(account, before);
  });

  test('that is taken at the last moment fails, with the old name in force', async () => {
    const before = await begin(account);
    account.redis.standIn.refuse('Update', 'CLOUD_ACCOUNT_NAME_EXISTS', 1);
    expectFailure((await account.update({ CloudAccountName: 'Databases' })).answer, 'NAME_EXISTS');
    expectRegistered(account, before);
    expect([account.atRedis()?.name, account.ledger()?.known.name]).toEqual([NAME, NAME]);
    expect(account.content()?.name).toBe(NAME);
  });
});

describe('the property is taken away', () => {
  const without = { RedisCloudApiSecretArn: null };

  test('the cloud account is left, and a warning names it', async () => {
    await begin(account);
    const { answer } = await account.update(without);
    expectSuccess(answer);
    expect(answer.Data?.CloudAccountId).toBe('');
    expect(answer.Data?.Warnings).toBe(
      `The cloud account "${NAME}" (id 16961) was left at Redis Cloud and is not managed any more. ` +
        'Give the property RedisCloudApiSecretArn again to take it back.',
    );
    expect(account.ledger()?.known).toMatchObject({ cloudAccountId: 16_961, released: true });
    expect([account.redis.asked, account.atRedis()?.status]).toEqual([[], 'active']);
    soon();
    expect((await account.update({ Tags: 'Team=cache' })).answer.Data?.Warnings).toBe('');
  });

  test.each([{}, { AccessKeySerial: 2 }, { CloudAccountName: 'Databases' }, { UserName: 'redis-user-2' }])(
    'and given again, with %j in between: the same cloud account, with the key of now',
    async (changes) => {
      await begin(account);
      await updated(account, without);
      await updated(account, changes);
      const { answer } = await account.update(registered());
      expectSuccess(answer);
      soon();
      expect(answer.Data?.CloudAccountId).toBe('16961');
      expect(account.ledger()?.known).not.toHaveProperty('released');
      expect(account.atRedis()).toMatchObject({
        name: account.properties.CloudAccountName ?? NAME,
        status: 'active',
        key: keyInService(account, `rv-access/${account.properties.UserName ?? 'redislabs-user'}`),
      });
    },
  );

  test('and the roll-back takes the same cloud account back', async () => {
    const before = await begin(account);
    const after = await updated(account, { ...without, AccessKeySerial: 2 });
    await takenBack(account, before, after);
    expectRegistered(account, before);
  });

  test('and given for the first time, then rolled back: the cloud account is left, and a warning names it', async () => {
    const before = await settled(account);
    const after = await updated(account, registered());
    expectRegistered(account, after);
    const { answer } = await account.send(updateEvent(after.id, before.properties, after.properties));
    expectSuccess(answer);
    expect(answer.Data?.Warnings).toContain('(id 16961) was left at Redis Cloud');
    soon();
    Object.assign(account, before);
    expectRegistered(account, await updated(account, registered()));
  });

  test('at the same time as a rename of the user: the old user stays as long as its key is in use', async () => {
    const before = await begin(account, { DeletionProtection: 'WhenInUse' });
    const key = keyInService(account) ?? '';
    await updated(account, { ...without, UserName: 'redis-user-2' });
    account.aws.useAccessKey(key);
    const { answer } = await account.send(deleteEvent(before.id, before.properties));
    expectFailure(answer, `access key ${key}`);
    expect(await account.wait(account.redis.standIn.broken())).toEqual([]);
  });
});
