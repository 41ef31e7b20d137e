import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fetchFrom } from '../../local/redis-cloud/fetch.ts';
import { RedisCloudStandIn } from '../../local/redis-cloud/redis-cloud.ts';
import { useAccount } from '../support/account.ts';
import { sampleOf } from '../support/sample.ts';
import { said, sendCheck } from './checking.ts';
import { keyInService, settled, soon, updated } from './journey.ts';

const account = useAccount();
const DAY = 86_400_000;
const RUNS = sampleOf({ some: 3, more: 100 });
let redis: RedisCloudStandIn;
let registered: Record<string, string>;

beforeEach(() => {
  const { aws } = account;
  vi.stubEnv('REDIS_CLOUD_PACE', '0.02');
  const api = aws.addForeignSecret('api', '{"accountKey":"local-account-key","userKey":"local-owner-key"}');
  registered = { RedisCloudApiSecretArn: api.arn };
  redis = new RedisCloudStandIn({
    works: (id, secret) =>
      Object.values(aws.users).some((user) =>
        user.accessKeys.some((key) => key.id === id && key.secret === secret && key.active),
      ),
  });
  const [answers, cloud] = [globalThis.fetch, fetchFrom(redis)];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) =>
    String(url).includes('redislabs') ? cloud(url, init) : answers(url, init),
  );
});

afterEach(() => vi.unstubAllEnvs());

/** The cloud account as it is at Redis. */
const there = () =>
  redis.accounts.all(Date.now())[0] as NonNullable<ReturnType<typeof redis.accounts.all>[0]>;
const NAME = 'cloud account redis-access-123456789012';
/** As after a repair of the ledger by hand. */
function forgetRegistration(): void {
  for (const items of Object.values(account.aws.ledger))
    for (const item of Object.values(items)) {
      const { registration, ...state } = JSON.parse(item.state?.S ?? '');
      item.state = { S: JSON.stringify(state) };
    }
}

describe('the check of a registered bundle', () => {
  test('finds nothing where nothing was touched, and says that the cloud account is active', async () => {
    await settled(account, registered);
    const result = await sendCheck(account);
    expect(result).toMatchObject({ drift: [], metrics: { RegistrationActive: 1 } });
  });

  test('tells that the API key cannot be read, and of everything else', async () => {
    await settled(account, registered);
    account.user().groups.push('people');
    account.aws.failCall(
      ({ input }) => input.SecretId === registered.RedisCloudApiSecretArn,
      'explicitDeny',
      99,
    );
    expect(said(await sendCheck(account))).toEqual([
      'user redislabs-user: it has the group people and should have none',
      `${NAME}: it could not be looked at, as GetSecretValue for RedisCloudApiSecretArn was answered with AccessDenied`,
    ]);
  });

  test('finds nothing in a key that Redis masks', async () => {
    await settled(account, registered);
    redis.switches.accessKeyId = 'masked';
    Object.assign(there().fields, { accessKeyId: 'AKIAEXAMPLE000000009' });
    expect((await sendCheck(account)).drift).toEqual([]);
  });

  test('says nothing of Redis where the bundle is not registered', async () => {
    await settled(account);
    expect((await sendCheck(account)).metrics).not.toHaveProperty('RegistrationActive');
    expect(redis.requests).toEqual([]);
  });

  test.each<[string, () => void, string, number]>([
    ['was deleted', () => Object.assign(there(), { status: 'deleted' }), 'it is gone from Redis Cloud', 0],
    [
      'is in error',
      () => Object.assign(there(), { status: 'active-error' }),
      'its status is active-error and should be active',
      0,
    ],
    [
      'was renamed',
      () => Object.assign(there().fields, { name: 'mine' }),
      'its name is mine and should be redis-access-123456789012',
      1,
    ],
    [
      'has another key',
      () => Object.assign(there().fields, { accessKeyId: 'AKIAEXAMPLE000000009' }),
      'it has the access key AKIAEXAMPLE000000009 and should have AKIA\\w+',
      1,
    ],
  ])('finds each time that the cloud account %s', async (_what, doIt, words, active) => {
    await settled(account, registered);
    doIt();
    for (let run = 0; run < RUNS; run += 1) {
      soon(DAY);
      const result = await sendCheck(account);
      expect(said(result)).toEqual([expect.stringMatching(`^${NAME}: ${words}$`)]);
      expect(result.metrics.RegistrationActive).toBe(active);
    }
  });

  test('finds that it is not registered, as far as the ledger knows', async () => {
    await settled(account, registered);
    forgetRegistration();
    const result = await sendCheck(account);
    expect(said(result)).toEqual([`${NAME}: it is not registered`]);
    expect(result.metrics.RegistrationActive).toBe(0);
  });

  test('says what is wrong with the API key, and nothing of whether the cloud account is active', async () => {
    await settled(account, registered);
    for (const version of Object.values(account.secret('api').versions))
      version.value = '{"accountKey":"wrong-account-key","userKey":"wrong-owner-key"}';
    const result = await sendCheck(account);
    expect(said(result)).toEqual([expect.stringMatching(/could not be looked at\..* The API key is wrong/)]);
    expect(result.metrics).not.toHaveProperty('RegistrationActive');
    expect(JSON.stringify(result)).not.toContain('wrong-owner-key');
  });

  test('renames it back when it repairs, and keeps the access key', async () => {
    await settled(account, { ...registered, DailyCheck: 'Repair' });
    const key = keyInService(account);
    Object.assign(there().fields, { name: 'mine' });
    const result = await sendCheck(account);
    expect(result.repair).toBe('Repaired.');
    expect([there().fields.name, keyInService(account)]).toEqual(['redis-access-123456789012', key]);
  });
});

describe('of a registered bundle the access key that the last rotation replaced', () => {
  const DELETES = { PreviousAccessKey: 'DeleteWhenUnused' };

  test('goes when Redis has the current one', async () => {
    await settled(account, { ...registered, ...DELETES });
    await updated(account, { AccessKeySerial: 2 });
    soon(DAY);
    await sendCheck(account);
    expect(account.user().accessKeys.map(({ id }) => id)).toEqual([keyInService(account)]);
    await account.wait(redis.tick());
    expect(await account.wait(redis.broken())).toEqual([]);
  });

  test('stays while nobody knows which one Redis has', async () => {
    await settled(account, { ...registered, ...DELETES });
    await updated(account, { AccessKeySerial: 2 });
    forgetRegistration();
    soon(5 * DAY);
    expect((await sendCheck(account)).writes).toEqual([]);
    expect(account.user().accessKeys).toHaveLength(2);
  });

  test('stays while Redis shows it, whatever the ledger says: somebody has given it to Redis again', async () => {
    await settled(account, { ...registered, ...DELETES });
    const before = keyInService(account);
    await updated(account, { AccessKeySerial: 2 });
    Object.assign(there().fields, { accessKeyId: before });
    soon(5 * DAY);
    const result = await sendCheck(account);
    expect(said(result)).toEqual([expect.stringMatching(`^${NAME}: it has the access key ${before} `)]);
    expect(result.writes).toEqual([]);
    expect(account.user().accessKeys).toHaveLength(2);
  });

  test('stays while Redis cannot be asked which one it has', async () => {
    await settled(account, { ...registered, ...DELETES });
    const before = keyInService(account);
    await updated(account, { AccessKeySerial: 2 });
    Object.assign(there().fields, { accessKeyId: before });
    for (const version of Object.values(account.secret('api').versions))
      version.value = '{"accountKey":"wrong-account-key","userKey":"wrong-owner-key"}';
    soon(5 * DAY);
    const result = await sendCheck(account);
    expect(said(result)).toEqual([expect.stringMatching(/could not be looked at\./)]);
    expect(result.writes).toEqual([]);
    expect(account.user().accessKeys).toHaveLength(2);
  });

  test('stays while Redis may have it: a cloud account that is not managed any more', async () => {
    await settled(account, { ...registered, ...DELETES });
    await updated(account, { RedisCloudApiSecretArn: null });
    await updated(account, { AccessKeySerial: 2 });
    soon(5 * DAY);
    expect((await sendCheck(account)).writes).toEqual([]);
    expect(account.user().accessKeys).toHaveLength(2);
    expect(await account.wait(redis.broken())).toEqual([]);
  });
});
