import { beforeEach, describe, expect, test } from 'vitest';
import { handOver } from '../../../src/redis-cloud/hand-over.ts';
import { register } from '../../../src/redis-cloud/register.ts';
import { keysAtRedis } from '../../../src/redis-cloud/registration.ts';
import { settle } from '../../support/memory-aws/clock.ts';
import { fields, K1, K2, K3, NAME, useWorlds, type World } from './world.ts';

const worldOf = useWorlds();
let world: World;
const registered = async (switches = {}) => {
  world = worldOf(switches);
  await settle(register(world.connect(), fields(), world.book));
};
const rotate = (key = K2, changes = {}) =>
  settle(handOver(world.connect(), fields(key, changes), world.book));
const failure = (key = K2, changes = {}) =>
  rotate(key, changes).then(String, (error: Error) => error.message);

beforeEach(async () => {
  await registered();
});

describe('a key that is handed over', () => {
  test.each([
    ['keys are shown', {}],
    ['keys are masked', { accessKeyId: 'masked' }],
    ['keys are not shown', { accessKeyId: 'absent' }],
    ['the replica is a minute behind', { replicaLagMs: 60_000 }],
  ])('is in force at Redis when that is told, though %s', async (_, switches) => {
    await registered(switches);
    await rotate();
    expect(world.accounts()).toMatchObject([{ status: 'active', key: K2 }]);
    expect(world.ledger).toMatchObject({ keyId: K2, name: NAME });
    expect(keysAtRedis(world.ledger)).toEqual([K2]);
    expect(await world.brokenAfterCleaning(K2)).toEqual([]);
  });

  test('is not sent again if Redis has it', async () => {
    await rotate();
    await rotate();
    expect(world.asked('PUT')).toBe(1);
  });

  test.each([
    ['the name', { name: 'another-name' }],
    ['the password', { passwordVersion: '2', consolePassword: 'another one' }],
  ])('is sent along when %s changes', async (_, changes) => {
    await rotate(K1, changes);
    expect(world.asked('PUT')).toBe(1);
    expect(world.ledger).toMatchObject({ keyId: K1 });
    await rotate(K1, changes);
    expect(world.asked('PUT')).toBe(1);
  });

  test('is sent again if somebody has given Redis another', async () => {
    const [account] = world.redis.accounts.all(Date.now());
    if (!account) throw new Error('no account');
    world.redis.accounts.set(Date.now() - 60_000, {
      ...account,
      fields: fields(K3) as unknown as Record<string, string>,
    });
    await rotate(K1);
    expect(world.accounts()).toMatchObject([{ key: K1 }]);
  });

  test('and sent again after an older look is told as in force only when that is done, too', async () => {
    await world.later();
    await rotate();
    await settle(new Promise((passed) => setTimeout(passed, 30_000)));
    Object.assign(world.redis.switches, { replicaLagMs: 60_000 });
    // Another replica, which has caught up, is asked from now on.
    setTimeout(() => Object.assign(world.redis.switches, { replicaLagMs: 20_000 }), 1);
    await rotate();
    expect(world.asked('PUT')).toBe(2);
    expect(world.accounts()).toMatchObject([{ status: 'active', key: K2 }]);
  });

  test('waits for a change that somebody else has begun', async () => {
    const [account] = world.redis.accounts.all(Date.now());
    if (account) world.redis.accounts.update(Date.now() - 1500, account);
    await rotate();
    expect(world.accounts()).toMatchObject([{ status: 'active', key: K2 }]);
  });

  test('waits for a cloud account that Redis calls not active', async () => {
    world.redis.refuse('Update', 'CLOUD_ACCOUNT_NOT_ACTIVE', 3);
    await rotate();
    expect(world.asked('PUT')).toBe(4);
  });

  test('is not taken for in force after a refusal, where a deletion may still be carried out', async () => {
    await registered({ receivedMs: 150_000, errorsOver: 'http' });
    await settle(world.connect().send('DELETE', `/cloud-accounts/${world.id}`));
    world.ledger = { ...world.ledger, task: { id: '', kind: 'delete' } };
    world.redis.refuse('Update', 'BAD_REQUEST', 1);
    expect(await failure(K1)).toContain('BAD_REQUEST');
    await settle(register(world.connect(), fields(K1), world.book));
    await world.later();
    expect(world.accounts()).toMatchObject([{ status: 'active', key: K1 }]);
  });

  test('goes again to a cloud account that was released, which is managed from then on', async () => {
    world.ledger = { ...world.ledger, released: true };
    await rotate(K1);
    expect(world.ledger.released).toBeUndefined();
    expect(world.asked('PUT')).toBe(1);
  });
});

describe('a key that Redis refuses', () => {
  test.each(['active', 'active-error'] as const)(
    'leaves the one before in force, %s',
    async (refusedUpdate) => {
      await registered({ refusedUpdate });
      world.keys.delete(K2);
      expect(await failure()).toMatch(/task [\da-f-]{36} failed: CLOUD_ACCOUNT_INVALID_CREDS/);
      expect(world.ledger).toMatchObject({ keyId: K1 });
      expect(keysAtRedis(world.ledger)).toEqual(refusedUpdate === 'active' ? [K1] : [K1, K2]);
      expect(world.accounts()).toMatchObject([{ key: K1 }]);
      world.keys.add(K2);
      await rotate();
      expect(world.accounts()).toMatchObject([{ status: 'active', key: K2 }]);
    },
  );

  test('is told at once, with the old name in force, if the name is taken', async () => {
    world.redis.accounts.seed(0, { name: 'another-name', accessKeyId: K3 });
    expect(await failure(K2, { name: 'another-name' })).toMatch(/The name is taken at Redis Cloud/);
    expect(world.ledger).toMatchObject({ keyId: K1, name: NAME });
    expect(world.ledger?.intent).toBeUndefined();
  });

  test('is told with the task if Redis cannot explain it, after three tries', async () => {
    world.redis.refuse('Update', 'GENERAL_ERROR', 3);
    expect(await failure()).toMatch(/task [\da-f-]{36} failed: GENERAL_ERROR/);
    expect(world.asked('PUT')).toBe(3);
    expect(world.log()).toMatch(
      /"redisCloud":"task [\da-f-]{36}","taskId":"[\da-f-]{36}","outcome":"GENERAL_ERROR"/,
    );
  });

  test('does not lose the key before though the outcome of two hand-overs is unknown', async () => {
    world.redis.fail('PUT', 'drop after', 3);
    expect(await failure(K2)).toMatch(/UND|ECONNRESET/);
    expect(keysAtRedis(world.ledger).sort()).toEqual([K1, K2]);
    world.redis.fail('PUT', 'drop before', 3);
    expect(await failure(K3)).toMatch(/ECONNRESET/);
    expect(keysAtRedis(world.ledger).sort()).toEqual([K1, K2, K3]);
    expect(await world.brokenAfterCleaning(K3)).toEqual([]);
    await rotate(K3);
    expect(keysAtRedis(world.ledger)).toEqual([K3]);
  });
});

test('a key whose first PUT is carried out late is told as in force when the second one is done, too', async () => {
  Object.assign(world.redis.switches, { receivedMs: 60_000, replicaLagMs: 20_000 });
  world.redis.fail('PUT', 'drop after');
  await rotate();
  expect(world.asked('PUT')).toBe(2);
  expect(world.accounts()).toMatchObject([{ status: 'active', key: K2 }]);
});

describe('a refusal after an answer that was lost', () => {
  test.each(['plain', 'masked', 'absent'] as const)(
    'does not hide the key that Redis has, keys %s',
    async (accessKeyId) => {
      await registered({ accessKeyId, awsUserArn: false });
      world.redis.fail('PUT', 'drop after');
      world.redis.fail('PUT', '422');
      expect(await failure()).toMatch(/HTTP 422/);
      expect(keysAtRedis(world.ledger)).toEqual([K1, K2]);
      expect(await world.brokenAfterCleaning(K1)).toEqual([]);
    },
  );

  test('does not hide the key of the run before', async () => {
    await registered({ accessKeyId: 'masked' });
    world.redis.fail('PUT', 'drop after', 3);
    await failure();
    world.redis.fail('PUT', '422');
    expect(await failure()).toMatch(/HTTP 422/);
    expect(keysAtRedis(world.ledger)).toEqual([K1, K2]);
    world.redis.fail('PUT', '422');
    expect(await failure(K3)).toMatch(/HTTP 422/);
    expect(keysAtRedis(world.ledger)).toEqual([K1, K3, K2]);
    expect(await world.brokenAfterCleaning(K1)).toEqual([]);
  });
});

test("Redis's own cloud account is never touched", async () => {
  world.ledger = { cloudAccountId: 1 };
  expect(await failure()).toMatch(/No cloud account of the bundle is known/);
  expect(world.asked('PUT')).toBe(0);
});

test('a cloud account that is gone is told', async () => {
  world.redis.accounts.remove(Date.now() - 5000, world.accounts()[0]?.id ?? 0);
  expect(await failure()).toMatch(/^The cloud account \d+ is not there\. It is gone from Redis Cloud/);
});

test('an adopted cloud account is given the key, also by a run after one that died before', async () => {
  world = worldOf({ accessKeyId: 'masked' });
  const id = world.redis.accounts.seed(0, fields(K3) as unknown as Record<string, string>);
  world.ledger = {
    cloudAccountId: id,
    name: NAME,
    intent: { name: NAME, keyId: K1, passwordVersion: '1', since: new Date().toISOString() },
  };
  await rotate(K1);
  expect(world.accounts()).toEqual([{ id, name: NAME, status: 'active', key: K1 }]);
});
