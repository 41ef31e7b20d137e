import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FaultKind } from '../../../local/redis-cloud/faults.ts';
import { RedisCloudStandIn } from '../../../local/redis-cloud/redis-cloud.ts';
import { type RedisCloudServer, serveRedisCloud } from '../../../local/redis-cloud/server.ts';
import { paced, type Switches, USUAL } from '../../../local/redis-cloud/switches.ts';
import { scrub } from '../../../src/log.ts';
import { connectRedisCloud } from '../../../src/redis-cloud/client.ts';
import { deregister } from '../../../src/redis-cloud/deregister.ts';
import type { RedisCloudError } from '../../../src/redis-cloud/errors.ts';
import { handOver } from '../../../src/redis-cloud/hand-over.ts';
import { register } from '../../../src/redis-cloud/register.ts';
import { withRequestContext } from '../../../src/request-context.ts';
import { captureOutput, type Output } from '../../support/memory-aws/output.ts';
import { bookOf, fields, K1, K2, SECRETS } from './world.ts';

const PACE = 0.05;
let redis: RedisCloudStandIn;
let server: RedisCloudServer;
let output: Output;

async function serve(switches: Partial<Switches> = {}): Promise<void> {
  await server?.close();
  redis = new RedisCloudStandIn({
    works: (id, secret) => secret === `secret of ${id}`,
    switches: { ...paced(USUAL, PACE), ...switches },
  });
  server = await serveRedisCloud(redis);
  process.env.REDIS_CLOUD_API_URL = server.url;
}

beforeEach(async () => {
  process.env.REDIS_CLOUD_PACE = String(PACE);
  output = captureOutput();
  await serve();
});

afterEach(async () => {
  output.restore();
  await server.close();
  delete process.env.REDIS_CLOUD_PACE;
  delete process.env.REDIS_CLOUD_API_URL;
});

const connect = (userKey = 'local-owner-key', signal = new AbortController().signal) =>
  connectRedisCloud({ accountKey: 'local-account-key', userKey }, signal);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error('no failure');
    },
    (error: RedisCloudError) => error,
  );
const asked = () => redis.requests.map(({ method, path, status }) => `${method} ${path} ${status}`);
const log = () => output.lines.map(({ text }) => text).join('\n');

test('a life at Redis Cloud: registered, rotated, removed, over HTTP, with no secret in the log', async () => {
  const book = bookOf();
  await register(connect(), fields(K1), book);
  const { cloudAccountId: id = 0 } = book.now;
  await handOver(connect(), fields(K2), book);
  expect(redis.accounts.get(Date.now(), id)).toMatchObject({ status: 'active', fields: { accessKeyId: K2 } });
  await deregister(connect(), book);
  expect([book.now, redis.accounts.all(Date.now())]).toEqual([{}, []]);
  for (const secret of SECRETS) expect(log()).not.toContain(secret);
  const post = output.lines
    .map(({ text }) => JSON.parse(text))
    .find(({ redisCloud }) => /^POST/.test(redisCloud));
  expect(post).toMatchObject({ redisCloud: 'POST /cloud-accounts', status: 202, outcome: 'ok' });
  expect(post.taskId).toMatch(/^[\da-f-]{36}$/);
});

describe('what is refused is told at once, in words that say what to do', () => {
  test.each<[string, Partial<Switches>, string, RegExp]>([
    [
      'a wrong key',
      {},
      'another-key',
      /^GET \/cloud-accounts was answered with HTTP 401\. The API key is wrong, was deleted, or the API is off/,
    ],
    [
      'a wrong key, answered with a page',
      { unauthorized: 'html' },
      'another-key',
      /HTTP 401\. The API key is wrong/,
    ],
    [
      'an address that is not allowed',
      { addressAllowed: false },
      'local-owner-key',
      /HTTP 403.*must be that of an Owner, and its CIDR allow list/,
    ],
    [
      'an account without BYOC',
      { byoc: false },
      'local-owner-key',
      /HTTP 412 \(Feature flag for this flow is off\)\. This Redis account probably has no "Bring your own Cloud"/,
    ],
  ])('%s', async (_, switches, key, words) => {
    await serve(switches);
    const error = await failure(connect(key).get('/cloud-accounts'));
    expect(error.message).toMatch(words);
    expect(error.message).not.toContain(key);
    expect(asked()).toHaveLength(1);
  });

  test.each(['7/../../subscriptions/5', '7?x=/', '%2e%2e/subscriptions/5', '..', '7#'])(
    'an id that would lead to another part of the API, as somebody may have written into the ledger: %s',
    async (id) => {
      const error = await failure(connect().send('DELETE', `/cloud-accounts/${id}`));
      expect(error.message).toContain('is no path of the Redis Cloud API that this bundle uses');
      expect(asked()).toEqual([]);
    },
  );

  test("a viewer's key", async () => {
    const cloud = connect('local-viewer-key');
    await cloud.get('/cloud-accounts');
    const error = await failure(cloud.send('POST', '/cloud-accounts', fields()));
    expect(error).toMatchObject({ kind: 'FORBIDDEN', refused: true });
  });

  test('a field that is missing', async () => {
    const error = await failure(connect().send('POST', '/cloud-accounts', { name: 'x' }));
    expect(error.message).toMatch(/HTTP 400 \(Missing: signInLoginUrl, accessKeyId, /);
  });

  test.each<[FaultKind, string]>([
    [
      'redirect',
      'GET /cloud-accounts was answered with HTTP 302. Redirects are not followed: look for a proxy in between.',
    ],
    [
      'html',
      'GET /cloud-accounts was answered with HTTP 200, but not with JSON. It is not from the Redis Cloud API: look for a proxy in between.',
    ],
  ])('%s', async (kind, words) => {
    redis.fail('GET', kind);
    expect((await failure(connect().get('/cloud-accounts'))).message).toBe(words);
    expect(asked()).toHaveLength(1);
  });

  test('a body that repeats what was sent', () =>
    withRequestContext(async () => {
      const echo = createServer(async (request, response) => {
        let body = '';
        for await (const chunk of request) body += chunk;
        response.writeHead(422).end(JSON.stringify({ description: `bad: ${body}` }));
      });
      await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
      process.env.REDIS_CLOUD_API_URL = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
      const cloudOf = connect();
      const error = await failure(
        register(
          { ...cloudOf, get: async () => ({ accountId: 1, cloudAccounts: [] }) as never },
          fields(),
          bookOf(),
        ),
      );
      for (const secret of SECRETS.slice(0, -1)) expect(error.message + log()).not.toContain(secret);
      expect(error.message).toContain('HTTP 422');
      echo.close();
    }));
});

describe('what passes is waited out', () => {
  test.each<FaultKind>(['429', '429 with header', '500', '503', 'drop before', 'hang before'])(
    '%s, for a read',
    async (kind) => {
      redis.fail('GET', kind, 3);
      expect(await connect().get('/')).toMatchObject({ account: { id: 1001 } });
      expect(asked()).toHaveLength(4);
    },
  );

  test.each<FaultKind>(['429', '429 with header'])(
    '%s, for a change, as it was surely not made',
    async (kind) => {
      redis.fail('POST', kind, 3);
      expect(await connect().send('POST', '/cloud-accounts', fields())).toMatch(/-/);
      expect(redis.tasks.list).toHaveLength(1);
    },
  );

  test.each<FaultKind>(['500', '503 after', 'drop before', 'drop after', 'hang after', 'html after'])(
    '%s is told for a change, which nobody repeats blindly',
    async (kind) => {
      redis.fail('POST', kind);
      const error = await failure(connect().send('POST', '/cloud-accounts', fields()));
      expect(error).toMatchObject({ lost: true, refused: false });
      expect(asked()).toHaveLength(1);
    },
  );

  test('a rate limit that stays is told, and waited out for longer than an outage', async () => {
    redis.fail('GET', '429', 1000);
    process.env.REDIS_CLOUD_PACE = '0.005';
    const started = Date.now();
    const error = await failure(connect().get('/'));
    expect(error.message).toMatch(
      /HTTP 429 \(Too many requests\)\. All tools of a Redis account share 400 requests a minute/,
    );
    expect((Date.now() - started) / 0.005 / 60_000).toBeGreaterThan(6.5);
  });

  test('an API out of reach is told with the code of the failure alone', async () => {
    process.env.REDIS_CLOUD_API_URL = 'http://127.0.0.1:9/v1';
    process.env.REDIS_CLOUD_PACE = '0.005';
    const error = await failure(connect().get('/'));
    expect(error.message).toMatch(/^GET \/ got no answer from Redis Cloud \(\w+\)\. Try again when/);
  });
});

test.each([
  [408, '', { kind: 'UNREACHABLE', lost: true, refused: false }],
  [409, '', { kind: 'NAME_EXISTS', lost: false, refused: true }],
  [409, '{"error":"CLOUD_ACCOUNT_ACCESS_KEY_EXISTS"}', { kind: 'ACCESS_KEY_EXISTS', refused: true }],
  [418, '', { kind: 'BAD_REQUEST', lost: false, refused: true }],
  [202, 'null', { kind: 'NOT_JSON', lost: true, refused: false }],
  [202, '"a text"', { kind: 'NOT_JSON', lost: true, refused: false }],
  [202, '{}', { kind: 'NOT_JSON', lost: true, refused: false }],
])('HTTP %i with the body %j, for a POST, is understood', async (status, body, expected) => {
  const fetch = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(body, { status }));
  const error = await failure(connect().send('POST', '/cloud-accounts', fields()));
  fetch.mockRestore();
  expect(error).toMatchObject(expected);
});

test('the keys of a connection are taken out of every text from then on', () =>
  withRequestContext(() => {
    connectRedisCloud({ accountKey: 'account-key-77', userKey: 'user-key-77' }, new AbortController().signal);
    expect(scrub('account-key-77, user-key-77')).toBe('***, ***');
  }));

test('nothing is sent when the time is over, and a wait ends with what is waited for and the last error', async () => {
  const control = new AbortController();
  redis.fail('GET', '429', 1000);
  // Long after the first answer, also on a machine that has much else to do.
  setTimeout(() => control.abort(), 1000);
  const error = await failure(connect('local-owner-key', control.signal).get('/tasks'));
  expect(error.kind).toBe('TIME');
  expect(error.message).toMatch(
    /^The time was over while waiting for Redis Cloud: GET \/tasks\. Its last error: GET \/tasks was answered with HTTP 429/,
  );
  const before = asked().length;
  await failure(connect('local-owner-key', control.signal).get('/tasks'));
  expect(asked()).toHaveLength(before);
});
