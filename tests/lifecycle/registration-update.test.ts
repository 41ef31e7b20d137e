import { describe, expect, test } from 'vitest';
import type { CustomResourceAnswer } from '../../local/cloudformation/protocol.ts';
import { deleteEvent, type Properties, updateEvent } from '../support/memory-aws/events.ts';
import { NAME, useRegisteredAccount } from '../support/redis-cloud-account.ts';
import {
  attempt,
  expectIntact,
  expectSuccess,
  givenUp,
  type Known,
  keyInService,
  settled,
  soon,
  takenBack,
  updated,
} from './journey.ts';

const account = useRegisteredAccount();
const { registered } = account;
const PUT = 'PUT /cloud-accounts/16961';

/** A registered bundle; what Redis is asked for from now on counts. */
async function begin(properties: Properties = {}): Promise<Known> {
  const made = await settled(account, registered(properties));
  account.redis.asked.length = 0;
  return made;
}

/** Expects a bundle of one generation that Redis works with, under its first id. */
function expectRegistered(bundle: Known): void {
  expectIntact(account, bundle);
  const secret = String(
    bundle.properties.SecretName ?? `rv-access/${bundle.properties.UserName ?? 'redislabs-user'}`,
  );
  expect(account.redis.accounts()).toMatchObject([
    { id: 16_961, status: 'active', key: keyInService(account, secret) },
  ]);
  expect(account.ledger()).toMatchObject({
    generation: bundle.id,
    known: { cloudAccountId: 16_961, keyId: keyInService(account, secret) },
  });
  expect(account.ledger()?.known).not.toHaveProperty('intent');
}

const expectFailure = ({ Status, Reason }: CustomResourceAnswer, words: string) => {
  expect(Status).toBe('FAILED');
  expect(Reason).toContain(words);
};

describe('a rotation of the key', () => {
  test('gives Redis the new key before AWSCURRENT moves, in the same cloud account', async () => {
    await begin();
    const first = keyInService(account);
    let whenMoved: string | undefined;
    account.before('UpdateSecretVersionStage', () => {
      whenMoved = account.atRedis()?.key;
    });
    const after = await updated(account, { AccessKeySerial: 2 });
    expectRegistered(after);
    expect(whenMoved).toBe(keyInService(account));
    expect(keyInService(account)).not.toBe(first);
    expect(account.redis.writes()).toEqual([PUT]);
  });

  test('after a rotation deletes the key that Redis no longer has', async () => {
    await begin();
    for (const AccessKeySerial of [2, 3, 4]) expectRegistered(await updated(account, { AccessKeySerial }));
    expect(account.user().accessKeys).toHaveLength(2);
  });

  test.each(['CLOUD_ACCOUNT_INVALID_CREDS', 'CLOUD_ACCOUNT_PERMISSION_FAILED', 'BAD_REQUEST'])(
    'that Redis refuses with %s fails: the old key stays current and registered, the new one is gone',
    async (type) => {
      const before = await begin();
      const keys = account.user().accessKeys.map(({ id }) => id);
      account.redis.standIn.refuse('Update', type, 99);
      expectFailure((await account.update({ AccessKeySerial: 2 })).answer, type);
      expectRegistered(before);
      expect(account.user().accessKeys.map(({ id }) => id)).toEqual(keys);
      soon();
      await takenBack(account, before, {
        ...before,
        properties: { ...before.properties, AccessKeySerial: 2 },
      });
      expectRegistered(before);
    },
  );

  test('that is rolled back gives Redis the old key again', async () => {
    const before = await begin();
    const first = keyInService(account);
    const after = await updated(account, { AccessKeySerial: 2 });
    await takenBack(account, before, after);
    expectRegistered(before);
    expect(keyInService(account)).toBe(first);
  });

  test('that died while Redis had both keys is taken back: the old key first, then the new one goes', async () => {
    const before = await begin();
    account.redis.gate = async ({ what }, moment) => {
      if (!what.startsWith('PUT') || moment === 'before') return;
      account.redis.gate = undefined;
      account.fail('PutItem', 'crashBefore');
    };
    await attempt(account, { AccessKeySerial: 2 });
    expect(account.user().accessKeys).toHaveLength(2);
    givenUp();
    await takenBack(account, before, { ...before, properties: { ...before.properties, AccessKeySerial: 2 } });
    expectRegistered(before);
    await account.later();
    expectRegistered(before);
    expect(account.user().accessKeys).toHaveLength(1);
  });

  test('is kept from Redis while that cannot be reached: it fails and says so', async () => {
    const before = await begin();
    account.redis.standIn.fail('', '503', 9999);
    expectFailure((await account.update({ AccessKeySerial: 2 })).answer, 'HTTP 503');
    account.redis.standIn.faults.length = 0;
    expectRegistered(before);
  });
});

describe('a rotation of the password', () => {
  test('gives it to Redis', async () => {
    await begin();
    const before = account.redis.accounts()[0]?.password;
    expectRegistered(await updated(account, { PasswordSerial: 2 }));
    const [after] = account.redis.accounts();
    expect(after?.password).toBe(account.user().loginProfile?.password);
    expect(after?.password).not.toBe(before);
    expect(account.redis.writes()).toEqual([PUT]);
  });

  test('that Redis refuses fails, and the old one is in force at AWS and at Redis', async () => {
    const before = await begin();
    const password = account.user().loginProfile?.password;
    account.redis.standIn.refuse('Update', 'BAD_REQUEST', 1);
    expectFailure((await account.update({ PasswordSerial: 2 })).answer, 'BAD_REQUEST');
    expectRegistered(before);
    expect(account.user().loginProfile?.password).toBe(password);
    expect(account.redis.accounts()[0]?.password).toBe(password);
  });

  test('of both and back again is at Redis what it is at AWS', async () => {
    const before = await begin();
    const after = await updated(account, { PasswordSerial: 2, AccessKeySerial: 2 });
    expectRegistered(after);
    expect(account.redis.accounts()[0]?.password).toBe(account.user().loginProfile?.password);
    await takenBack(account, before, after);
    expectRegistered(before);
    expect(account.redis.accounts()[0]?.password).toBe(account.user().loginProfile?.password);
  });
});

describe('an Update that changes nothing of it', () => {
  test('asks Redis to change nothing', async () => {
    await begin();
    expectRegistered(await updated(account, { Tags: 'Team=cache' }));
    expect(account.redis.writes()).toEqual([]);
  });

  test('gives the key again to a cloud account that somebody has given another', async () => {
    await begin();
    const stored = account.redis.standIn.accounts.get(Date.now(), 16_961);
    if (!stored) throw new Error('It is not there.');
    const fields = { ...stored.fields, accessKeyId: 'AKIASOMEBODYELSES000', accessSecretKey: 'x' };
    account.redis.standIn.accounts.set(Date.now(), { ...stored, fields });
    soon();
    expectRegistered(await updated(account, { Tags: 'Team=cache' }));
  });

  test('makes a cloud account that somebody has deleted again', async () => {
    await begin();
    account.redis.standIn.accounts.remove(Date.now(), 16_961);
    soon(10_000);
    const { answer } = await account.update({ Tags: 'Team=cache' });
    expectSuccess(answer);
    expect(answer.Data?.CloudAccountId).toBe('16962');
    expect(account.atRedis()).toEqual({ name: NAME, status: 'active', key: keyInService(account) });
  });
});

describe('another CloudAccountName', () => {
  test('renames in place: the id stays, at AWS and at Redis', async () => {
    const before = await begin();
    const after = await updated(account, { CloudAccountName: 'Databases' });
    expect(after.id).toBe(before.id);
    expectRegistered(after);
    expect(account.atRedis()?.name).toBe('Databases');
    expect(account.redis.writes()).toEqual([PUT]);
    await takenBack(account, before, after);
    expectRegistered(before);
    expect(account.atRedis()?.name).toBe(NAME);
  });

  test('that is taken fails before the first write', async () => {
    const before = await begin();
    account.redis.standIn.accounts.seed(Date.now(), { name: 'Databases', accessKeyId: 'AKIA' });
    soon();
    const { answer, writes } = await account.update({ CloudAccountName: 'Databases' });
    expectFailure(answer, 'The cloud account "Databases" (id 16962) exists already');
    expect([writes, account.redis.writes()]).toEqual([[], []]);
    expectIntact(account, before);
  });

  test('that is taken at the last moment fails, with the old name in force', async () => {
    const before = await begin();
    account.redis.standIn.refuse('Update', 'CLOUD_ACCOUNT_NAME_EXISTS', 1);
    expectFailure((await account.update({ CloudAccountName: 'Databases' })).answer, 'NAME_EXISTS');
    expectRegistered(before);
    expect([account.atRedis()?.name, account.ledger()?.known.name]).toEqual([NAME, NAME]);
    expect(account.content()?.name).toBe(NAME);
  });
});

describe('the property is taken away', () => {
  const without = { RedisCloudApiSecretArn: null };

  test('the cloud account is left, and a warning names it', async () => {
    await begin();
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
      await begin();
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
    const before = await begin();
    const after = await updated(account, { ...without, AccessKeySerial: 2 });
    await takenBack(account, before, after);
    expectRegistered(before);
  });

  test('and given for the first time, then rolled back: the cloud account is left, and a warning names it', async () => {
    const before = await settled(account);
    const after = await updated(account, registered());
    expectRegistered(after);
    const { answer } = await account.send(updateEvent(after.id, before.properties, after.properties));
    expectSuccess(answer);
    expect(answer.Data?.Warnings).toContain('(id 16961) was left at Redis Cloud');
    soon();
    Object.assign(account, before);
    expectRegistered(await updated(account, registered()));
  });

  test('at the same time as a rename of the user: the old user stays as long as its key is in use', async () => {
    const before = await begin({ DeletionProtection: 'WhenInUse' });
    const key = keyInService(account) ?? '';
    await updated(account, { ...without, UserName: 'redis-user-2' });
    account.aws.useAccessKey(key);
    const { answer } = await account.send(deleteEvent(before.id, before.properties));
    expectFailure(answer, `access key ${key}`);
    expect(await account.wait(account.redis.standIn.broken())).toEqual([]);
  });
});
