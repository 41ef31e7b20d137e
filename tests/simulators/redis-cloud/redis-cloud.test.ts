import { beforeEach, describe, expect, test } from 'vitest';
import { ERROR_TYPES } from '../../../local/redis-cloud/errors.ts';
import type { FaultKind } from '../../../local/redis-cloud/faults.ts';
import { RedisCloudStandIn } from '../../../local/redis-cloud/redis-cloud.ts';
import type { Switches } from '../../../local/redis-cloud/switches.ts';
import type { CloudResponse } from '../../../local/redis-cloud/types.ts';

const OWNER = {
  'x-api-key': 'local-account-key',
  'x-api-secret-key': 'local-owner-key',
  'content-type': 'application/json',
};
const FIELDS = {
  name: 'one',
  accessKeyId: 'AKIAEXAMPLE000000001',
  accessSecretKey: 'the secret',
  consoleUsername: 'redislabs-user',
  consolePassword: 'the password',
  signInLoginUrl: 'https://123456789012.signin.aws.amazon.com/console',
};
const OTHER = { ...FIELDS, name: 'two', accessKeyId: 'AKIAEXAMPLE000000002' };

let now = 0;
let works = true;
let redis: RedisCloudStandIn;

function start(switches: Partial<Switches> = {}, seed = 1): void {
  now = Date.UTC(2026, 0, 15);
  works = true;
  redis = new RedisCloudStandIn({ works: () => works, now: () => now, switches, seed });
}
beforeEach(() => start());

const raw = (method: string, path: string, body?: object, headers: Record<string, string> = OWNER) =>
  redis.handle({ method, path, headers, ...(body && { body: JSON.stringify(body) }) });
/** Status and JSON of an answer. */
async function ask(...request: Parameters<typeof raw>) {
  const answer = await raw(...request);
  if (typeof answer === 'string') throw new Error(answer);
  const json = JSON.parse(answer.body);
  return answer.status < 300 ? json : { ...json, status: answer.status };
}
/** Lets time pass and looks at a task. */
async function later(ms: number, taskId: string) {
  now += ms;
  return ask('GET', `/tasks/${taskId}`);
}
/** A change, and how its task ended. */
async function change(...request: Parameters<typeof raw>) {
  const { taskId } = await ask(...request);
  await later(0, taskId);
  return later(4000, taskId);
}
async function registered(): Promise<number> {
  const { response } = await change('POST', '/cloud-accounts', FIELDS);
  now += 60_000;
  return response.resourceId;
}

describe('tasks', () => {
  test('go from received to completed, tell the id, and are not found at first', async () => {
    const { status, taskId, commandType } = await ask('POST', '/cloud-accounts', FIELDS);
    expect([status, commandType]).toEqual(['received', 'cloudAccountCreateRequest']);
    expect((await later(0, taskId)).status).toBe(404);
    expect((await later(0, taskId)).status).toBe('received');
    expect((await later(500, taskId)).status).toBe('processing-in-progress');
    const done = await later(3000, taskId);
    expect(done).toMatchObject({ status: 'processing-completed', response: { resourceId: 16_961 } });
  });

  test('are answered with 202, and a deletion with 200', async () => {
    const id = await registered();
    const statusOf = async (answer: Promise<CloudResponse>) => ((await answer) as { status: number }).status;
    expect(await statusOf(raw('POST', '/cloud-accounts', OTHER))).toBe(202);
    expect(await statusOf(raw('PUT', `/cloud-accounts/${id}`, FIELDS))).toBe(202);
    expect(await statusOf(raw('DELETE', `/cloud-accounts/${id}`))).toBe(200);
  });

  test('are worked on one at a time', async () => {
    const first = await ask('POST', '/cloud-accounts', FIELDS);
    const second = await ask('POST', '/cloud-accounts', OTHER);
    await later(0, second.taskId);
    expect((await later(3600, second.taskId)).status).toBe('received');
    expect((await later(3400, second.taskId)).status).toBe('processing-completed');
    const { tasks } = await ask('GET', '/tasks');
    expect(tasks.map(({ taskId }: { taskId: string }) => taskId)).toEqual([second.taskId, first.taskId]);
  });

  test('may keep the id to themselves', async () => {
    start({ taskTellsId: false });
    expect((await change('POST', '/cloud-accounts', FIELDS)).response).toEqual({});
  });

  test('with an id that is none are refused', async () => {
    expect((await ask('GET', '/tasks/1')).status).toBe(400);
  });

  test.each(ERROR_TYPES)('end with %s when that is planned, as an object or a code', async (type) => {
    for (const taskError of ['object', 'code'] as const) {
      start({ taskError });
      redis.refuse('Create', type);
      const { status, response } = await change('POST', '/cloud-accounts', FIELDS);
      expect(status).toBe('processing-error');
      if (taskError === 'code') expect(response.error).toBe(type);
      else expect(response.error).toMatchObject({ type, status: expect.stringMatching(/^\d{3} [A-Z_]+$/) });
    }
  });
});

describe('a cloud account', () => {
  const statusAt = async (ms: number, id: number) => {
    now += ms;
    return (await ask('GET', `/cloud-accounts/${id}`)).status;
  };

  test('is not there, then draft, pending and active', async () => {
    const { response } = await change('POST', '/cloud-accounts', FIELDS);
    const id = response.resourceId;
    expect(await statusAt(0, id)).toBe(404);
    expect(await statusAt(1000, id)).toBe('draft');
    expect(await statusAt(2000, id)).toBe('pending');
    expect(await statusAt(4000, id)).toBe('active');
  });

  test('changes by way of change-draft and change-pending, and the replica shows the old key at first', async () => {
    const id = await registered();
    await change('PUT', `/cloud-accounts/${id}`, { ...FIELDS, accessKeyId: OTHER.accessKeyId });
    expect(await ask('GET', `/cloud-accounts/${id}`)).toMatchObject({ accessKeyId: FIELDS.accessKeyId });
    expect(await statusAt(1000, id)).toBe('change-draft');
    expect(await statusAt(2000, id)).toBe('change-pending');
    expect(await statusAt(4000, id)).toBe('active');
    expect(await ask('GET', `/cloud-accounts/${id}`)).toMatchObject({ accessKeyId: OTHER.accessKeyId });
  });

  test('is deleted by way of delete-draft', async () => {
    const id = await registered();
    expect((await change('DELETE', `/cloud-accounts/${id}`)).response).toEqual({ resourceId: id });
    expect(await statusAt(1000, id)).toBe('delete-draft');
    expect(await statusAt(3000, id)).toBe(404);
  });

  test('never shows a secret, and optional fields by switch', async () => {
    const id = await registered();
    const whole = await raw('GET', `/cloud-accounts/${id}`);
    expect(JSON.stringify(whole)).not.toMatch(/the secret|the password/);
    expect(await ask('GET', `/cloud-accounts/${id}`)).toMatchObject({
      awsUserArn: 'arn:aws:iam::123456789012:user/redislabs-user',
      signInLoginUrl: FIELDS.signInLoginUrl,
      links: [{}],
    });
    Object.assign(redis.switches, {
      accessKeyId: 'masked',
      awsUserArn: false,
      signInLoginUrl: false,
      links: '_links',
    });
    const bare = await ask('GET', `/cloud-accounts/${id}`);
    expect(Object.keys(bare).sort()).toEqual(['_links', 'accessKeyId', 'id', 'name', 'provider', 'status']);
    expect(bare.accessKeyId).toBe('A***1');
  });

  test('may end in error', async () => {
    start({ createEnds: 'active-error' });
    const id = await registered();
    expect(await statusAt(0, id)).toBe('active-error');
  });

  test('is listed with that of Redis, which nobody changes', async () => {
    const id = await registered();
    const { accountId, cloudAccounts } = await ask('GET', '/cloud-accounts');
    expect(accountId).toBe(1001);
    expect(cloudAccounts.map((one: { id: number }) => one.id).sort()).toEqual([1, id]);
    expect(await ask('GET', '/cloud-accounts/1')).toMatchObject({ name: 'Redis Internal Resources' });
    expect((await ask('DELETE', '/cloud-accounts/1')).status).toBe(403);
  });
});

describe('what a task refuses', () => {
  const errorOf = async (...request: Parameters<typeof raw>) =>
    (await change(...request)).response.error?.type;

  test('is credentials that do not work, or that are too new', async () => {
    start({ credentialsAfterMs: 5000 });
    expect(await errorOf('POST', '/cloud-accounts', FIELDS)).toBe('CLOUD_ACCOUNT_INVALID_CREDS');
    now += 5000;
    works = false;
    expect(await errorOf('POST', '/cloud-accounts', FIELDS)).toBe('CLOUD_ACCOUNT_INVALID_CREDS');
    works = true;
    expect(await errorOf('POST', '/cloud-accounts', FIELDS)).toBeUndefined();
  });

  test('is a name or a key that is taken, whatever the case of the name', async () => {
    await registered();
    const name = { ...OTHER, name: 'ONE' };
    expect(await errorOf('POST', '/cloud-accounts', name)).toBe('CLOUD_ACCOUNT_NAME_EXISTS');
    const key = { ...FIELDS, name: 'two' };
    expect(await errorOf('POST', '/cloud-accounts', key)).toBe('CLOUD_ACCOUNT_ACCESS_KEY_EXISTS');
  });

  test('is a change of what is gone, or not active, or in use', async () => {
    expect(await errorOf('DELETE', '/cloud-accounts/99')).toBe('CLOUD_ACCOUNT_NOT_FOUND');
    const id = await registered();
    await change('PUT', `/cloud-accounts/${id}`, FIELDS);
    expect(await errorOf('PUT', `/cloud-accounts/${id}`, FIELDS)).toBe('CLOUD_ACCOUNT_NOT_ACTIVE');
    now += 60_000;
    redis.tasks.used.add(id);
    expect(await errorOf('DELETE', `/cloud-accounts/${id}`)).toBe('CLOUD_ACCOUNT_USED');
  });

  test('leaves the old credentials, and the state by switch', async () => {
    start({ refusedUpdate: 'active-error' });
    const id = await registered();
    works = false;
    await change('PUT', `/cloud-accounts/${id}`, { ...FIELDS, accessKeyId: OTHER.accessKeyId });
    expect(redis.accounts.get(now, id)).toMatchObject({ status: 'active-error', fields: FIELDS });
    expect(await redis.broken()).toEqual([id]);
  });

  test('may leave a cloud account in error behind', async () => {
    start({ failedCreateLeaves: 'error' });
    works = false;
    await change('POST', '/cloud-accounts', FIELDS);
    expect(redis.accounts.all(now)).toMatchObject([{ status: 'active-error' }]);
  });

  test('may be told over HTTP', async () => {
    start({ errorsOver: 'http', notFoundOver: 'http' });
    works = false;
    expect(await ask('POST', '/cloud-accounts', FIELDS)).toMatchObject({
      type: 'CLOUD_ACCOUNT_INVALID_CREDS',
    });
    expect(((await raw('DELETE', '/cloud-accounts/99')) as { status: number }).status).toBe(404);
  });
});

describe('a request that is refused', () => {
  const answer = async (...request: Parameters<typeof raw>) =>
    (await raw(...request)) as Exclude<CloudResponse, string>;

  test.each(Object.keys(FIELDS))('lacks %s', async (name) => {
    const { status, body } = await answer('POST', '/cloud-accounts', { ...FIELDS, [name]: '' });
    expect([status, JSON.parse(body).description]).toEqual([400, `Missing: ${name}`]);
  });

  test('changes the provider, is no JSON of strings, or has no type', async () => {
    expect((await answer('PUT', '/cloud-accounts/2', { ...FIELDS, provider: 'AWS' })).status).toBe(400);
    expect((await answer('POST', '/cloud-accounts', { ...FIELDS, name: 1 })).status).toBe(400);
    const { 'content-type': _, ...untyped } = OWNER;
    expect((await answer('GET', '/cloud-accounts', undefined, untyped)).status).toBe(415);
    expect((await answer('PATCH', '/cloud-accounts')).status).toBe(404);
  });

  test('has the wrong keys, those of a viewer, a wrong address, or no BYOC', async () => {
    const wrong = { ...OWNER, 'x-api-secret-key': 'wrong' };
    expect(await answer('GET', '/tasks', undefined, wrong)).toMatchObject({
      status: 401,
      body: expect.stringMatching(/^"Auth/),
    });
    redis.switches.unauthorized = 'html';
    expect(await answer('GET', '/tasks', undefined, wrong)).toMatchObject({
      status: 401,
      body: expect.stringMatching(/^<html>/),
    });
    const viewer = { ...OWNER, 'x-api-secret-key': 'local-viewer-key' };
    expect((await answer('GET', '/tasks', undefined, viewer)).status).toBe(200);
    expect((await answer('POST', '/cloud-accounts', FIELDS, viewer)).status).toBe(403);
    redis.switches.byoc = false;
    expect((await answer('GET', '/tasks')).status).toBe(412);
    redis.switches.addressAllowed = false;
    expect((await answer('GET', '/tasks')).status).toBe(403);
  });

  test.each<[FaultKind, number | string, number]>([
    ['drop before', 'drop', 0],
    ['drop after', 'drop', 1],
    ['hang before', 'hang', 0],
    ['hang after', 'hang', 1],
    ['429', 429, 0],
    ['429 with header', 429, 0],
    ['500', 500, 0],
    ['503', 503, 0],
    ['503 after', 503, 1],
    ['redirect', 302, 0],
    ['html', 200, 0],
    ['html after', 200, 1],
    ['409', 409, 0],
    ['422', 422, 0],
  ])('meets "%s", once', async (kind, status, carriedOut) => {
    redis.fail('POST /cloud-accounts', kind);
    await raw('POST', '/cloud-accounts', FIELDS);
    expect(redis.requests).toMatchObject([{ method: 'POST', path: '/cloud-accounts', status }]);
    expect(redis.tasks.list).toHaveLength(carriedOut);
    await raw('POST', '/cloud-accounts', FIELDS);
    expect(redis.requests.at(-1)).toMatchObject({ status: 202 });
  });
});

test('the same seed gives the same ids and the same order', async () => {
  const story = async (seed: number) => {
    start({}, seed);
    await registered();
    const ids = redis.tasks.list.map(({ taskId }) => taskId);
    return [ids, JSON.stringify(await ask('GET', '/cloud-accounts'))];
  };
  expect(await story(7)).toEqual(await story(7));
  expect(await story(7)).not.toEqual(await story(8));
});

test('what is recorded has no secret in it', async () => {
  await registered();
  expect(JSON.stringify(redis.requests)).not.toMatch(/the secret|the password|local-owner-key/);
});
