import { describe, expect, test } from 'vitest';
import type { CustomResourceAnswer } from '../../local/cloudformation/protocol.ts';
import type { Properties } from '../support/memory-aws/events.ts';
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
