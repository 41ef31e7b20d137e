import { describe, expect, test, vi } from 'vitest';
import { register } from '../../../src/redis-cloud/register.ts';
import { settle } from '../../support/memory-aws/clock.ts';
import { AWS_ACCOUNT, bookOf, fields, K1, K2, NAME, useWorlds, type World } from './world.ts';

const worldOf = useWorlds();
const run = async (world: World, key = K1) => {
  await settle(register(world.connect(), fields(key), world.book));
  return world.id;
};
const failure = (world: World, key = K1) =>
  run(world, key).then(
    () => 'no error',
    (error: Error) => error.message,
  );

describe('a new registration', () => {
  test('is done when Redis says that it is active with the key, and stands in the ledger', async () => {
    const world = worldOf();
    const id = await run(world);
    expect(world.accounts()).toEqual([{ id, name: NAME, status: 'active', key: K1 }]);
    expect(world.ledger).toEqual({
      cloudAccountId: id,
      name: NAME,
      keyId: K1,
      passwordVersion: '1',
      redisAccountId: 1001,
    });
    expect(world.asked('POST')).toBe(1);
    expect(world.asked('PUT')).toBe(0);
  });

  test('is not made again by a second run, which reads twice', async () => {
    const world = worldOf();
    const id = await run(world);
    const before = world.redis.requests.length;
    expect(await run(world)).toBe(id);
    expect(world.redis.requests.slice(before).map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  test.each([
    ['keys are masked', { accessKeyId: 'masked' }],
    ['keys are not shown', { accessKeyId: 'absent', awsUserArn: false, signInLoginUrl: false }],
    ['tasks do not tell the id', { taskTellsId: false }],
    [
      'tasks do not tell the id and keys are not shown',
      { taskTellsId: false, accessKeyId: 'absent', awsUserArn: false },
    ],
    ['links are an object', { links: '_links' }],
    ['a new task is not found for a while', { taskReadsNotFound: 4 }],
    ['the replica is a minute behind', { replicaLagMs: 60_000 }],
    ['the task waits for others for nine minutes', { receivedMs: 540_000 }],
    ['the credentials are refused for two minutes', { credentialsAfterMs: 120_000 }],
    ['they are refused over HTTP', { credentialsAfterMs: 120_000, errorsOver: 'http' }],
    ['they are refused with a code alone', { credentialsAfterMs: 120_000, taskError: 'code' }],
    [
      'a failed try leaves a cloud account in error',
      { credentialsAfterMs: 30_000, failedCreateLeaves: 'error' },
    ],
    [
      'it leaves one that shows nothing but the key',
      { credentialsAfterMs: 30_000, failedCreateLeaves: 'error', awsUserArn: false },
    ],
  ] as const)('comes to one active cloud account though %s', async (_, switches) => {
    const world = worldOf(switches);
    const id = await run(world);
    expect(world.accounts()).toEqual([{ id, name: NAME, status: 'active', key: K1 }]);
  });

  test('asks seldom while its task waits in the queue: all bundles of a Redis account share its limit', async () => {
    const world = worldOf({ receivedMs: 540_000 });
    await run(world);
    expect(world.asked('GET /tasks/')).toBeLessThan(20);
  });

  test('waits as long as a busy Redis asks for', async () => {
    const world = worldOf();
    world.redis.fail('GET', '429 with header');
    await run(world);
    const [first, second] = world.redis.requests.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBe(8000);
  });

  test('is repaired by a PUT if it ends in error, which is told if it stays', async () => {
    const world = worldOf({ createEnds: 'active-error' });
    await run(world);
    expect(world.asked('PUT')).toBe(1);
    expect(world.accounts()).toMatchObject([{ status: 'active' }]);
  });

  test('waits for permissions that AWS has not spread yet', async () => {
    const world = worldOf();
    world.redis.refuse('Create', 'CLOUD_ACCOUNT_PERMISSION_FAILED', 4);
    await run(world);
    expect(world.accounts()).toHaveLength(1);
  });

  test('gives up credentials that are still refused after four minutes, with the id of the task', async () => {
    const world = worldOf();
    world.keys.clear();
    const started = Date.now();
    expect(await failure(world)).toMatch(
      /^Redis Cloud's task [\da-f-]{36} failed: CLOUD_ACCOUNT_INVALID_CREDS, 400 BAD_REQUEST, Invalid credentials provided\. Redis could not use/,
    );
    expect((Date.now() - started) / 60_000).toBeGreaterThan(4);
    expect((Date.now() - started) / 60_000).toBeLessThan(6);
  });

  test('tries refused credentials again, however long Redis was busy before', async () => {
    const world = worldOf();
    const busyUntil = Date.now() + 270_000;
    world.redis.faults.push({ kind: '429', times: 100, when: () => Date.now() < busyUntil });
    world.redis.refuse('Create', 'CLOUD_ACCOUNT_INVALID_CREDS', 1);
    await run(world);
    expect(Date.now()).toBeGreaterThan(busyUntil);
    expect(world.accounts()).toHaveLength(1);
  });

  test('tries refused credentials six times at least, however long Redis was busy between two tries', async () => {
    const world = worldOf();
    let firstAt: number | undefined;
    const isBusy = ({ method }: { method: string }) => {
      if (method !== 'POST') return false;
      firstAt ??= Date.now();
      return Date.now() > firstAt && Date.now() < firstAt + 270_000;
    };
    world.redis.faults.push({ kind: '429', times: 100, when: isBusy });
    world.redis.refuse('Create', 'CLOUD_ACCOUNT_INVALID_CREDS', 5);
    await run(world);
    expect(world.accounts()).toHaveLength(1);
  });

  test('fails with the id of the task after a third error that Redis cannot explain', async () => {
    const world = worldOf();
    world.redis.refuse('Create', 'GENERAL_ERROR', 3);
    expect(await failure(world)).toMatch(
      /task [\da-f-]{36} failed: GENERAL_ERROR.*Tell the support of Redis/,
    );
    expect(world.asked('POST')).toBe(3);
    await run(world);
    expect(world.accounts()).toHaveLength(1);
  });

  test('looks for what was made before it asks again after an error that Redis cannot explain', async () => {
    const world = worldOf();
    world.redis.refuse('Create', 'GENERAL_ERROR', 1);
    await run(world);
    const asked = world.redis.requests.map(({ method, path }) => `${method} ${path}`);
    const posts = asked.flatMap((one, index) => (one.startsWith('POST') ? [index] : []));
    expect(posts).toHaveLength(2);
    expect(asked.slice(posts[0], posts[1]).some((one) => one.endsWith('/tasks'))).toBe(true);
    expect(world.accounts()).toHaveLength(1);
  });

  test.each([
    ['CLOUD_ACCOUNT_PERMISSION_FAILED', /The user may not do all that Redis needs/],
    ['CLOUD_ACCOUNT_ALLOCATION_FAILURE', /CLOUD_ACCOUNT_ALLOCATION_FAILURE/],
    ['NOT_KNOWN_CLOUD_PROVIDER', /NOT_KNOWN_CLOUD_PROVIDER/],
    ['UNAUTHORIZED', /The API key is wrong/],
    ['BAD_REQUEST', /BAD_REQUEST/],
    ['CLOUD_ACCOUNT_NAME_EXISTS', /The name is taken at Redis Cloud/],
    ['CLOUD_ACCOUNT_ACCESS_KEY_EXISTS', /The access key stands in another cloud account/],
  ])('fails with words for %s, and can be tried again', async (type, words) => {
    for (const errorsOver of ['task', 'http'] as const) {
      const world = worldOf({ errorsOver });
      world.redis.refuse('Create', type, 100);
      expect(await failure(world)).toMatch(words);
      world.redis.tasks.planned.length = 0;
      await run(world);
      expect(world.accounts()).toHaveLength(1);
    }
  });
});

describe('a name that is taken', () => {
  const stranger = fields('AKIASTRANGER00000001', {
    signInLoginUrl: 'https://210987654321.signin.aws.amazon.com/console',
  }) as unknown as Record<string, string>;

  test.each(['plain', 'masked', 'absent'] as const)('is left alone when keys are %s', async (accessKeyId) => {
    const world = worldOf({ accessKeyId });
    world.redis.accounts.seed(0, stranger);
    expect(await failure(world)).toMatch(/is not this bundle's\. The name is taken at Redis Cloud/);
    expect(world.accounts()).toMatchObject([{ status: 'active', key: 'AKIASTRANGER00000001' }]);
    expect(world.asked('PUT')).toBe(0);
    expect(world.ledger?.intent).toBeUndefined();
  });

  test('is left alone if another has taken it in the moment of the POST', async () => {
    for (const accessKeyId of ['plain', 'masked', 'absent'] as const) {
      const world = worldOf({ accessKeyId, awsUserArn: false, replicaLagMs: 30_000 });
      world.redis.accounts.seed(Date.now() - 1, stranger);
      expect(await failure(world)).toMatch(/The name is taken/);
      expect(world.accounts()).toMatchObject([{ key: 'AKIASTRANGER00000001' }]);
      expect(world.ledger?.intent).toBeUndefined();
    }
  });

  test('is left alone if a POST of another bundle has won', async () => {
    for (const accessKeyId of ['plain', 'masked', 'absent'] as const) {
      const world = worldOf({ accessKeyId, awsUserArn: false, replicaLagMs: 5000 });
      const other = register(world.connect(), fields(K2), bookOf());
      const ours = register(world.connect(), fields(K1), world.book).catch((e: Error) => e.message);
      const [, message] = await settle(Promise.all([other, ours]));
      expect(message).toMatch(/The name is taken/);
      expect(world.accounts()).toMatchObject([{ key: K2 }]);
      expect(world.ledger?.intent).toBeUndefined();
    }
  });

  test('is left alone if it is of another user, though its POST falls into the time of ours', async () => {
    const world = worldOf({ accessKeyId: 'absent' });
    const since = new Date().toISOString();
    const userArn = `arn:aws:iam::${AWS_ACCOUNT}:user/another-user`;
    const other = fields(K2, { consoleUsername: 'another-user', userArn });
    await settle(register(world.connect(), other, bookOf()));
    world.ledger = { intent: { name: NAME, keyId: K1, since } };
    expect(await failure(world)).toMatch(/is not this bundle's/);
    expect(world.accounts()).toMatchObject([{ key: K2 }]);
  });

  test('is left alone if its key is masked and cannot be ours, though its POST falls into the time of ours', async () => {
    const world = worldOf({ accessKeyId: 'masked', awsUserArn: false });
    const since = new Date().toISOString();
    await settle(register(world.connect(), fields(K2), bookOf()));
    world.ledger = { intent: { name: NAME, keyId: K1, since } };
    expect(await failure(world)).toMatch(/is not this bundle's/);
    expect(world.accounts()).toMatchObject([{ key: K2 }]);
  });

  test('is known as the leftover of a failed try that the replica did not show in time', async () => {
    const world = worldOf({ credentialsAfterMs: 5000, failedCreateLeaves: 'error', replicaLagMs: 60_000 });
    await run(world);
    expect(world.accounts()).toMatchObject([{ status: 'active', key: K1 }]);
  });

  test('is known as that of an earlier POST with another key, which Redis then gets', async () => {
    const world = worldOf({ accessKeyId: 'absent', awsUserArn: false, replicaLagMs: 150_000 });
    world.redis.fail('POST', 'drop after');
    const control = new AbortController();
    setTimeout(() => control.abort(), 10_000);
    await settle(register(world.connect(control.signal), fields(), world.book).catch(() => {}));
    setTimeout(() => Object.assign(world.redis.switches, { replicaLagMs: 20_000 }), 140_000);
    await run(world, K2);
    expect(world.accounts()).toMatchObject([{ status: 'active', key: K2 }]);
    expect(world.ledger).toMatchObject({ keyId: K2 });
  });

  test('is known as that of an earlier POST with another name, which it then gets', async () => {
    const world = worldOf();
    world.redis.fail('POST', 'drop after', 1);
    const control = new AbortController();
    setTimeout(() => control.abort(), 1000);
    await settle(register(world.connect(control.signal), fields(), world.book).catch(() => {}));
    await settle(register(world.connect(), fields(K2, { name: 'another-name' }), world.book));
    expect(world.accounts()).toMatchObject([{ name: 'another-name', status: 'active', key: K2 }]);
  });

  test('is not forgotten when another POST is refused, though the replica shows it too late', async () => {
    const world = worldOf({ replicaLagMs: 150_000 });
    world.redis.fail('POST', 'drop after', 1);
    world.redis.fail('POST', '422', 1);
    expect(await failure(world)).toContain('HTTP 422');
    expect(await world.brokenAfterCleaning(K2)).toEqual([]);
    world.redis.switches.replicaLagMs = 1000;
    await run(world, K2);
    expect(world.accounts()).toMatchObject([{ status: 'active', key: K2 }]);
  });

  test('is left alone by a run that goes on after a lost POST', async () => {
    const world = worldOf({ accessKeyId: 'absent', awsUserArn: false, signInLoginUrl: false });
    world.redis.accounts.seed(Date.now(), stranger);
    world.ledger = {
      intent: { name: NAME, keyId: K1, since: new Date(Date.now() - 5000).toISOString() },
    };
    expect(await failure(world)).toMatch(/is not this bundle's/);
    expect(world.asked('PUT')).toBe(0);
  });
});

describe('a cloud account in a state', () => {
  const shown = async (status: string) => {
    const world = worldOf();
    await run(world);
    const [account] = world.redis.accounts.all(Date.now());
    if (!account) throw new Error('It is not there.');
    world.redis.accounts.set(Date.now() - 60_000, { ...account, status });
    return { world, account };
  };

  test.each(['error', 'active-error'])('called "%s" is given the credentials again', async (status) => {
    const { world } = await shown(status);
    world.redis.tasks.errorOf = async () => undefined;
    await run(world);
    expect(world.accounts()).toMatchObject([{ status: 'active', key: K1 }]);
  });

  test('called "deleted" is gone: another one is made', async () => {
    const { world, account } = await shown('deleted');
    world.redis.accounts.remove(Date.now() + 60_000, account.id);
    await run(world);
    expect(world.id).not.toBe(account.id);
  });

  test('that nobody knows of is waited for, and logged', async () => {
    const { world, account } = await shown('resting');
    world.redis.accounts.set(Date.now() + 30_000, account);
    await run(world);
    expect(world.asked('PUT')).toBe(0);
    expect(world.log()).toContain(`{"redisCloud":"cloud account ${account.id}","unknownStatus":"resting"}`);
  });
});

test('a cloud account that somebody has deleted is made anew, once the replica must show it', async () => {
  const world = worldOf();
  const first = await run(world);
  world.redis.accounts.remove(Date.now() - 5000, first);
  const second = await run(world);
  expect(second).not.toBe(first);
  expect(world.accounts()).toMatchObject([{ id: second, status: 'active' }]);
});

test('a cloud account on its way out that the replica still shows is not taken for a stranger’s', async () => {
  const world = worldOf();
  await run(world);
  vi.setSystemTime(Date.now() + 120_000);
  Object.assign(world.redis.switches, { replicaLagMs: 60_000, deletingMs: 60_000, taskReadsNotFound: 0 });
  await world.run(() => world.connect().send('DELETE', `/cloud-accounts/${world.ledger?.cloudAccountId}`));
  world.ledger = { ...world.ledger, task: { id: '', kind: 'delete' } };
  await run(world, K2);
  expect(world.accounts()).toMatchObject([{ status: 'active', key: K2 }]);
});

test('the API key of another Redis account is told from a cloud account that is gone', async () => {
  const world = worldOf();
  await run(world);
  world.redis.switches.accountId = 2002;
  expect(await failure(world)).toMatch(
    /^The API key is of the Redis account 2002, but the bundle is registered in 1001\./,
  );
});

test('the API key of another Redis account is told before a second POST, too', async () => {
  const whole = worldOf();
  await run(whole);
  const world = worldOf();
  world.dieAt = whole.moments.indexOf('after POST /cloud-accounts');
  await world.run(() => register(world.connect(), fields(), world.book));
  world.dieAt = Number.POSITIVE_INFINITY;
  world.redis.switches.accountId = 2002;
  const second = () => register(world.connect(), fields(), world.book).catch(String);
  expect(await world.run(second)).toMatch(/The API key is of the Redis account 2002/);
});

test('a run whose time is over says what it waited for, and the next one goes on', async () => {
  const world = worldOf({ receivedMs: 1_200_000 });
  const control = new AbortController();
  setTimeout(() => control.abort(new Error('the deadline')), 840_000);
  const error = await settle(
    register(world.connect(control.signal), fields(), world.book).catch((cause: Error) => cause),
  );
  expect((error as Error).message).toMatch(
    /^The time was over while waiting for Redis Cloud: task [\da-f-]{36} is received\. Nothing is lost/,
  );
  expect((error as Error).cause).toBe(control.signal.reason);
  await run(world, K2);
  expect(world.asked('POST')).toBe(1);
  expect(world.accounts()).toMatchObject([{ status: 'active', key: K2 }]);
});

test('a run whose time is over while credentials are refused says so, in whole sentences', async () => {
  const world = worldOf();
  world.keys.clear();
  const control = new AbortController();
  setTimeout(() => control.abort(), 60_000);
  const words = await settle(register(world.connect(control.signal), fields(), world.book).catch(String));
  expect(words).toMatch(
    /^RedisCloudError: The time was over while waiting for Redis Cloud: .* then try again\. Nothing/,
  );
});
