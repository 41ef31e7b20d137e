import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { afterEach, expect, test } from 'vitest';
import { sendCloudAccount } from '../../../examples/consumer/redis-cloud.mjs';
import { type Answer, redisCloud } from './redis-cloud.ts';

const body = {
  accessKeyId: 'AKIAEXAMPLE',
  accessSecretKey: 'the+secret/key',
  consolePassword: 'the password',
};
const accepted: Answer = [202, { taskId: 'task-1', status: 'received' }];
const task = (status: string, response?: object): Answer => [200, { taskId: 'task-1', status, response }];
const done = task('processing-completed', { resourceId: 12 });

let close = (): void => {};
afterEach(() => close());

/** Sends a cloud account to a server that gives these answers; resolves to what came of it and how often it was asked. */
async function send(...answers: Answer[]): Promise<{ result: unknown; asked: number }> {
  const server = await redisCloud(answers);
  close = server.close;
  const api = { url: server.url, accountKey: 'account', userKey: 'user', firstPauseMs: 1 };
  const result = await sendCloudAccount(api, body).catch((error: Error) => error.message);
  return { result, asked: server.requests.length };
}

test('waits until the task has ended, and knows the id of the account', async () => {
  const running = [task('received'), task('processing-in-progress')];
  expect(await send(accepted, ...running, done)).toEqual({ result: 12, asked: 4 });
});

test('asks again when there were too many requests', async () => {
  const tooMany: Answer = [429, {}];
  expect(await send(tooMany, accepted, tooMany, done)).toEqual({ result: 12, asked: 4 });
});

test('does not mind that a new task is not found for a while', async () => {
  const notFound: Answer = [404, {}];
  expect(await send(accepted, notFound, notFound, done)).toEqual({ result: 12, asked: 4 });
  expect(await send(accepted, notFound)).toEqual({
    result: 'Task task-1 cannot be read: 404 no reason given',
    asked: 7,
  });
});

test.each([
  ['a code', 'CLOUD_ACCOUNT_INVALID_CREDS', 'CLOUD_ACCOUNT_INVALID_CREDS'],
  [
    'an object',
    { type: 'CLOUD_ACCOUNT_NAME_EXISTS', status: '400 BAD_REQUEST', description: 'Name is taken' },
    'CLOUD_ACCOUNT_NAME_EXISTS, 400 BAD_REQUEST, Name is taken',
  ],
  ['nothing', undefined, 'no reason given'],
])('tells why a task failed when its error is %s', async (_, error, words) => {
  expect((await send(accepted, task('processing-error', { error }))).result).toBe(
    `Task task-1 failed: ${words}`,
  );
});

test('tells why a request was refused, and repeats no secret that the API repeats', async () => {
  const refused: Answer = [
    400,
    { description: `Bad key ${body.accessSecretKey} or ${body.consolePassword}` },
  ];
  expect(await send(refused)).toEqual({
    result: 'POST /cloud-accounts answered 400: Bad key *** or ***',
    asked: 1,
  });
});

test.each(['redis-cloud.mjs', 'register.mjs'])('%s runs on Node 20 as it is', (file) => {
  const code = readFileSync(new URL(`../../../examples/consumer/${file}`, import.meta.url), 'utf8');
  // Not a word of TypeScript, and nothing that would have to be rewritten for Node 20.
  const plain = (text: string) => transformSync(text, { minifyWhitespace: true }).code;
  expect(transformSync(code, { target: 'node20', minifyWhitespace: true }).code).toBe(plain(code));
});
