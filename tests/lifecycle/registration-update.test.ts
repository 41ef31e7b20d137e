import { describe, expect, test } from 'vitest';
import { NAME, useRegisteredAccount } from '../support/redis-cloud-account.ts';
import { beginRotation, STEPS, sendStep } from '../support/rotation.ts';
import { attempt, expectSuccess, givenUp, keyInService, soon, takenBack, updated } from './journey.ts';
import { begin, expectFailure, expectRegistered, PUT } from './registered.ts';

const account = useRegisteredAccount();
describe('a rotation of the key', () => {
  test('gives Redis the new key before AWSCURRENT moves, in the same cloud account', async () => {
    await begin(account);
    const first = keyInService(account);
    let whenMoved: string | undefined;
    account.before('UpdateSecretVersionStage', () => {
      whenMoved = account.atRedis()?.key;
    });
    const after = await updated(account, { AccessKeySerial: 2 });
    expectRegistered(account, after);
    expect(whenMoved).toBe(keyInService(account));
    expect(keyInService(account)).not.toBe(first);
    expect(account.redis.writes()).toEqual([PUT]);
  });

  test('after a rotation deletes the key that Redis no longer has', async () => {
    await begin(account);
    for (const AccessKeySerial of [2, 3, 4])
      expectRegistered(account, await updated(account, { AccessKeySerial }));
    expect(account.user().accessKeys).toHaveLength(2);
  });

  test.each(['CLOUD_ACCOUNT_INVALID_CREDS', 'CLOUD_ACCOUNT_PERMISSION_FAILED', 'BAD_REQUEST'])(
    'that Redis refuses with %s fails: the old key stays current and registered, the new one is gone',
    async (type) => {
      const before = await begin(account);
      const keys = account.user().accessKeys.map(({ id }) => id);
      account.redis.standIn.refuse('Update', type, 99);
      expectFailure((await account.update({ AccessKeySerial: 2 })).answer, type);
      expectRegistered(account, before);
      expect(account.user().accessKeys.map(({ id }) => id)).toEqual(keys);
      soon();
      await takenBack(account, before, {
        ...before,
        properties: { ...before.properties, AccessKeySerial: 2 },
      });
      expectRegistered(account, before);
    },
  );

  test('that is rolled back gives Redis the old key again', async () => {
    const before = await begin(account);
    const first = keyInService(account);
    const after = await updated(account, { AccessKeySerial: 2 });
    await takenBack(account, before, after);
    expectRegistered(account, before);
    expect(keyInService(account)).toBe(first);
  });

  test('that died while Redis had both keys is taken back: the old key first, then the new one goes', async () => {
    const before = await begin(account);
    account.redis.gate = async ({ what }, moment) => {
      if (!what.startsWith('PUT') || moment === 'before') return;
      account.redis.gate = undefined;
      account.fail('PutItem', 'crashBefore');
    };
    await attempt(account, { AccessKeySerial: 2 });
    expect(account.user().accessKeys).toHaveLength(2);
    givenUp();
    await takenBack(account, before, { ...before, properties: { ...before.properties, AccessKeySerial: 2 } });
    expectRegistered(account, before);
    await account.later();
    expectRegistered(account, before);
    expect(account.user().accessKeys).toHaveLength(1);
  });

  test('that died while Redis had both keys is followed by another: Redis is given the old key before the lost one goes', async () => {
    await begin(account);
    const first = keyInService(account);
    account.redis.gate = async ({ what }, moment) => {
      if (!what.startsWith('PUT') || moment === 'before') return;
      account.redis.gate = undefined;
      account.fail('PutItem', 'crashBefore');
    };
    await attempt(account, { AccessKeySerial: 2 });
    givenUp();
    await account.later();
    expect(account.atRedis()?.key).not.toBe(first);
    let whenDeleted: string | undefined;
    account.before('DeleteAccessKey', () => {
      whenDeleted = account.atRedis()?.key;
    });
    expectRegistered(account, await updated(account, { AccessKeySerial: 3 }));
    expect(whenDeleted).toBe(first);
  });

  test('whose label cannot be moved fails: Redis is given the old key again, and the new one goes', async () => {
    const before = await begin(account);
    account.fail('UpdateSecretVersionStage', 'explicitDeny');
    expectFailure((await account.update({ AccessKeySerial: 2 })).answer, 'UpdateSecretVersionStage');
    expectRegistered(account, before);
    expect(account.user().accessKeys).toHaveLength(1);
    expect(account.redis.writes()).toEqual([PUT, PUT]);
  });

  test('of which nobody knows whether Redis has the new key fails, and the new key works on', async () => {
    await begin(account);
    account.redis.gate = async ({ what }, moment) => {
      if (!what.startsWith('PUT') || moment === 'before') return;
      account.redis.gate = undefined;
      account.redis.standIn.fail('', '503', 9999);
    };
    expectFailure((await account.update({ AccessKeySerial: 2 })).answer, 'HTTP 503');
    account.redis.standIn.faults.length = 0;
    await account.later();
    const working = account.user().accessKeys.filter(({ active }) => active);
    expect(working.map(({ id }) => id)).toContain(account.atRedis()?.key);
    expect(working).toHaveLength(2);
  });

  test('is kept from Redis while that cannot be reached: it fails and says so', async () => {
    const before = await begin(account);
    account.redis.standIn.fail('', '503', 9999);
    expectFailure((await account.update({ AccessKeySerial: 2 })).answer, 'HTTP 503');
    account.redis.standIn.faults.length = 0;
    expectRegistered(account, before);
  });
});

describe('a rotation of the password', () => {
  test('gives it to Redis', async () => {
    await begin(account);
    const before = account.redis.accounts()[0]?.password;
    expectRegistered(account, await updated(account, { PasswordSerial: 2 }));
    const [after] = account.redis.accounts();
    expect(after?.password).toBe(account.user().loginProfile?.password);
    expect(after?.password).not.toBe(before);
    expect(account.redis.writes()).toEqual([PUT]);
  });

  test('that Redis refuses fails, and the old one is in force at AWS and at Redis', async () => {
    const before = await begin(account);
    const password = account.user().loginProfile?.password;
    account.redis.standIn.refuse('Update', 'BAD_REQUEST', 1);
    expectFailure((await account.update({ PasswordSerial: 2 })).answer, 'BAD_REQUEST');
    expectRegistered(account, before);
    expect(account.user().loginProfile?.password).toBe(password);
    expect(account.redis.accounts()[0]?.password).toBe(password);
  });

  test('and back again gives Redis the one before', async () => {
    const before = await begin(account);
    const after = await updated(account, { PasswordSerial: 2 });
    await takenBack(account, before, after);
    expectRegistered(account, before);
    expect(account.redis.accounts()[0]?.password).toBe(account.user().loginProfile?.password);
  });

  test('that somebody has taken out of the secret gives Redis the one that is made anew', async () => {
    await begin(account);
    const first = account.user().loginProfile?.password;
    const { consolePassword, ...rest } = account.content() ?? {};
    for (const version of Object.values(account.secret().versions)) version.value = JSON.stringify(rest);
    soon();
    expectRegistered(account, await updated(account, { Tags: 'Team=cache' }));
    expect(account.user().loginProfile?.password).not.toBe(first);
    expect(account.redis.accounts()[0]?.password).toBe(account.user().loginProfile?.password);
  });

  test('of both and back again is at Redis what it is at AWS', async () => {
    const before = await begin(account);
    const after = await updated(account, { PasswordSerial: 2, AccessKeySerial: 2 });
    expectRegistered(account, after);
    expect(account.redis.accounts()[0]?.password).toBe(account.user().loginProfile?.password);
    await takenBack(account, before, after);
    expectRegistered(account, before);
    expect(account.redis.accounts()[0]?.password).toBe(account.user().loginProfile?.password);
  });
});

test('a rotation that was given up when Redis had its key gives Redis the old one before it makes room of it', async () => {
  await begin(account);
  const first = keyInService(account);
  for (const [index, steps] of [STEPS.slice(0, 2), STEPS.slice(0, 1)].entries()) {
    const token = `given-up-${index}`.padEnd(64, '0');
    beginRotation(account.secret(), token);
    let whenDeleted: string | undefined;
    account.before('DeleteAccessKey', () => {
      whenDeleted = account.atRedis()?.key;
    });
    for (const name of steps) {
      const { end } = await sendStep(account.place, name, account.secret().arn, token);
      expect([name, end]).toEqual([name, 'returned']);
      soon();
    }
    if (index === 0) expect(account.atRedis()?.key).not.toBe(first);
    else expect(whenDeleted).toBe(first);
  }
});

test('a rename has the cloud account from the moment on that it has the names', async () => {
  const { id } = await begin(account);
  account.fail('CreateUser', 'crashBefore');
  await attempt(account, { UserName: 'other' });
  expect(account.ledger()?.generation).not.toBe(id);
});

describe('an Update that changes nothing of it', () => {
  test('asks Redis to change nothing', async () => {
    await begin(account);
    expectRegistered(account, await updated(account, { Tags: 'Team=cache' }));
    expect(account.redis.writes()).toEqual([]);
  });

  test('gives the key again to a cloud account that somebody has given another', async () => {
    await begin(account);
    const stored = account.redis.standIn.accounts.get(Date.now(), 16_961);
    if (!stored) throw new Error('It is not there.');
    const fields = { ...stored.fields, accessKeyId: 'AKIASOMEBODYELSES000', accessSecretKey: 'x' };
    account.redis.standIn.accounts.set(Date.now(), { ...stored, fields });
    soon();
    expectRegistered(account, await updated(account, { Tags: 'Team=cache' }));
  });

  test('makes a cloud account that somebody has deleted again', async () => {
    await begin(account);
    account.redis.standIn.accounts.remove(Date.now(), 16_961);
    soon(10_000);
    const { answer } = await account.update({ Tags: 'Team=cache' });
    expectSuccess(answer);
    expect(answer.Data?.CloudAccountId).toBe('16962');
    expect(account.atRedis()).toEqual({ name: NAME, status: 'active', key: keyInService(account) });
  });
});

describe('a key that only Redis has, of a rotation that was given up', () => {
  /** Secrets Manager has asked for the first two steps, and for no more. */
  async function givenUpRotation(): Promise<string> {
    await begin(account, { RotationDays: 30 });
    const token = 'given-up'.padStart(64, '0');
    beginRotation(account.secret(), token);
    for (const name of STEPS.slice(0, 2)) {
      expect((await sendStep(account.place, name, account.secret().arn, token)).end).toBe('returned');
      soon();
    }
    return account.redis.accounts()[0]?.key ?? '';
  }
  const keys = () => account.user().accessKeys.map(({ id }) => id);

  test('is not deleted by an Update that would leave Redis with nothing else', async () => {
    const atRedis = await givenUpRotation();
    const before = keys();
    expect(before).toContain(atRedis);
    const { answer } = await account.update({ RedisCloudApiSecretArn: null, AccessKeySerial: 2 });
    expectFailure(
      answer,
      `Redis Cloud has or may have the access key ${atRedis}, which this update would delete, and without RedisCloudApiSecretArn it ` +
        'cannot be given another one. Nothing was changed. Leave RedisCloudApiSecretArn in place for this update, and take it away in the next one. ' +
        'If its API key does not work any more, take it away alone, give Redis the key that is in the secret by hand, and then raise AccessKeySerial.',
    );
    expect(keys()).toEqual(before);
    expectSuccess((await account.update({ AccessKeySerial: 2 })).answer);
    expect(account.redis.accounts()).toMatchObject([{ key: keyInService(account) }]);
  });

  test('stays with it when it is released, and goes with the next rotation, as the refusal says', async () => {
    const atRedis = await givenUpRotation();
    expectSuccess((await account.update({ RedisCloudApiSecretArn: null })).answer);
    expect(keys()).toContain(atRedis);
    expect(account.redis.accounts()).toMatchObject([{ key: atRedis, status: 'active' }]);
    soon();
    expectSuccess((await account.update({ RedisCloudApiSecretArn: null, AccessKeySerial: 2 })).answer);
    expect(keys()).not.toContain(atRedis);
    expect(keys()).toContain(keyInService(account));
  });
});
