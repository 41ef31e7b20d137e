import { expect, test } from 'vitest';
import type { RedisCloud } from '../../../src/redis-cloud/client.ts';
import { findMade } from '../../../src/redis-cloud/find-made.ts';
import { K1, NAME } from './world.ts';

test('a task that ends between two looks is asked once more what it has made', async () => {
  const since = new Date().toISOString();
  const task = { taskId: 'x', commandType: 'cloudAccountCreateRequest', timestamp: since };
  const answers = [
    [{ ...task, status: 'processing-in-progress' }],
    [{ ...task, status: 'processing-completed', response: { resourceId: 7 } }],
  ];
  const cloud = {
    get: async (path: string) =>
      path === '/tasks'
        ? { tasks: answers.shift() }
        : { accountId: 1001, cloudAccounts: [{ id: 7, name: NAME, status: 'active' }] },
    pause: async () => {},
  } as unknown as RedisCloud;
  const registration = { intent: { name: NAME, keyId: K1, since } };
  const wanted = { name: NAME, userArn: '', keyIds: [K1], lost: true };
  expect(await findMade(cloud, registration, wanted)).toEqual({ id: 7, ours: true });
});
