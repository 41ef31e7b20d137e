import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fetchFrom } from '../../../local/redis-cloud/fetch.ts';
import { RedisCloudStandIn } from '../../../local/redis-cloud/redis-cloud.ts';
import { type RedisCloudServer, serveRedisCloud } from '../../../local/redis-cloud/server.ts';
import { paced, USUAL } from '../../../local/redis-cloud/switches.ts';

const headers = {
  'x-api-key': 'local-account-key',
  'x-api-secret-key': 'local-owner-key',
  'content-type': 'application/json',
};

let redis: RedisCloudStandIn;
let server: RedisCloudServer;
beforeEach(async () => {
  redis = new RedisCloudStandIn({ works: () => true, switches: paced(USUAL, 0.001) });
  server = await serveRedisCloud(redis);
});
afterEach(() => server.close());

const ways: [string, () => { url: string; ask: typeof fetch }][] = [
  ['over HTTP', () => ({ url: server.url, ask: fetch })],
  ['in memory', () => ({ url: 'https://api.redislabs.com/v1', ask: fetchFrom(redis) })],
];

describe.each(ways)('the stand-in %s', (_, way) => {
  test('answers with status, headers and body', async () => {
    const { url, ask } = way();
    const response = await ask(`${url}/`, { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-rate-limit-remaining')).toBe('399');
    expect(await response.json()).toMatchObject({ account: { id: 1001 } });
  });

  test('takes bodies', async () => {
    const { url, ask } = way();
    const body = JSON.stringify({ name: 'one' });
    const response = await ask(`${url}/cloud-accounts`, { method: 'POST', headers, body });
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('signInLoginUrl'),
    ]);
  });

  test('drops connections', async () => {
    const { url, ask } = way();
    redis.fail('GET', 'drop before');
    await expect(ask(`${url}/tasks`, { headers })).rejects.toThrow('fetch failed');
  });

  test('hangs until the caller has had enough', async () => {
    const { url, ask } = way();
    redis.fail('GET', 'hang before');
    const control = new AbortController();
    setTimeout(() => control.abort(), 20);
    await expect(ask(`${url}/tasks`, { headers, signal: control.signal })).rejects.toThrow(/abort/i);
  });

  test('redirects whoever follows to nowhere', async () => {
    const { url, ask } = way();
    redis.fail('GET', 'redirect');
    const response = await ask(`${url}/tasks`, { headers, redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([
      302,
      'http://127.0.0.1:9/elsewhere',
    ]);
  });
});

test('time goes on behind HTTP while nobody asks: credentials are looked at when their turn has come', async () => {
  const fields = Object.fromEntries(
    ['name', 'accessKeyId', 'accessSecretKey', 'consoleUsername', 'consolePassword', 'signInLoginUrl'].map(
      (name) => [name, 'x'],
    ),
  );
  await fetch(`${server.url}/cloud-accounts`, { method: 'POST', headers, body: JSON.stringify(fields) });
  await expect.poll(() => redis.accounts.all(Date.now())).toMatchObject([{ status: 'active' }]);
});
