import { CreateAccessKeyCommand, CreateUserCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Fault } from '../../support/memory-aws/faults.ts';
import { type MemoryAws, memoryAws } from '../../support/memory-aws/memory-aws.ts';
import { runUntilCrash } from '../../support/memory-aws/runs.ts';
import { outcome } from './scenario.ts';

let aws: MemoryAws;
const timeouts = { requestHandler: { requestTimeout: 6000, throwOnRequestTimeout: true } };
const client = new IAMClient({ region: 'us-east-1', ...timeouts });
const once = new IAMClient({ region: 'us-east-1', maxAttempts: 1, ...timeouts });
const mint = (by = client) => by.send(new CreateAccessKeyCommand({ UserName: 'someone' }));

/** Starts something and lets the clock run until it is over. */
async function onFakeClock<T>(start: () => Promise<T>): Promise<T> {
  const ended = start();
  await vi.advanceTimersByTimeAsync(60_000);
  return ended;
}

// The first answer comes from files, which the fake clock would not wait for.
beforeAll(() => Promise.all([client, once].map(({ config }) => config.maxAttempts())));
beforeEach(() => {
  vi.useFakeTimers();
  aws = memoryAws();
  aws.addForeignUser('someone');
});
afterEach(() => {
  aws.restore();
  vi.useRealTimers();
});

test.each<[Fault, string, string, number]>([
  ['throttled', 'ok', 'Throttling', 0],
  ['error500', 'ok', 'ServiceFailureException', 0],
  ['lostAnswer500', 'ok', 'ServiceFailureException', 1],
  ['lostAnswerReset', 'ok', 'Error', 1],
  ['hang', 'ok', 'TimeoutError', 0],
  ['hangAfter', 'ok', 'TimeoutError', 1],
  ['accessDenied', 'AccessDenied', 'AccessDenied', 0],
  ['explicitDeny', 'AccessDenied', 'AccessDenied', 0],
  [new Error('of our own'), 'Error', 'Error', 0],
])('%s: a client that retries sees %s, one that does not sees %s', async (fault, retried, seen, keys) => {
  aws.failCall(0, fault);
  expect(await onFakeClock(() => outcome(mint(once)))).toBe(seen);
  expect(aws.users.someone?.accessKeys).toHaveLength(keys);
  aws.forgetCalls();
  aws.failCall(0, fault);
  if (aws.users.someone) aws.users.someone.accessKeys = [];
  expect(await onFakeClock(() => outcome(mint()))).toBe(retried);
  expect(aws.users.someone?.accessKeys).toHaveLength(retried === 'ok' ? keys + 1 : keys);
});

test('what is throttled is tried again by the SDK, after twice as long each time', async () => {
  aws.failCall(0, 'throttled', 2);
  const started = Date.now();
  let ended = started;
  await onFakeClock(() => outcome(mint()).finally(() => (ended = Date.now())));
  expect(ended - started).toBe(1500);
});

test('a lost answer and a retry of the SDK make a second key that nobody knows of', async () => {
  aws.failCall(({ action }) => action === 'CreateAccessKey', 'lostAnswer500');
  const { AccessKey } = await onFakeClock(() => mint());
  expect(aws.users.someone?.accessKeys.map(({ id }) => id)).toHaveLength(2);
  expect(aws.users.someone?.accessKeys[1]?.id).toBe(AccessKey?.AccessKeyId);
  expect(aws.calls).toMatchObject([{ action: 'CreateAccessKey', tries: 2, applied: 2, mutating: true }]);
});

test('a fault lasts for as many tries as it is planned for', async () => {
  aws.failCall(0, 'throttled', 3);
  expect(await onFakeClock(() => outcome(mint()))).toBe('Throttling');
  expect(aws.calls[0]).toMatchObject({ tries: 3, applied: 0, error: 'Throttling' });
});

test('a signal ends a call that hangs', async () => {
  aws.failCall(0, 'hang');
  const signal = AbortSignal.abort();
  const call = client.send(new GetUserCommand({ UserName: 'someone' }), { abortSignal: signal });
  expect(await outcome(call)).toBe('AbortError');
});

test.each<[Fault, string[]]>([
  ['crashBefore', ['someone', 'first']],
  ['crashAfter', ['someone', 'first', 'second']],
])('%s: the code is not resumed and does nothing more', async (fault, users) => {
  aws.failCall(1, fault);
  let resumed = false;
  const outcomeOfRun = await runUntilCrash(async () => {
    await client.send(new CreateUserCommand({ UserName: 'first' }));
    try {
      await client.send(new CreateUserCommand({ UserName: 'second' }));
    } finally {
      resumed = true;
    }
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(outcomeOfRun).toEqual({ crashed: true });
  expect(Object.keys(aws.users)).toEqual(users);
  expect(resumed).toBe(false);
});

test('a crash also ends the calls that run side by side with it, and those of another run go on', async () => {
  aws.failCall(1, 'crashBefore');
  const create = (UserName: string) => client.send(new CreateUserCommand({ UserName }));
  await runUntilCrash(() => Promise.all([create('a'), create('b'), create('c')]));
  expect(Object.keys(aws.users)).toEqual(['someone', 'a']);
  await runUntilCrash(() => create('d'));
  expect(Object.keys(aws.users)).toEqual(['someone', 'a', 'd']);
});

test('a denial says who denies, in the words of AWS', async () => {
  aws.failCall(0, 'accessDenied');
  aws.failCall(1, 'explicitDeny');
  await expect(mint()).rejects.toThrow(
    /because no identity-based policy allows the iam:CreateAccessKey action$/,
  );
  const secrets = new SecretsManagerClient({ region: 'us-east-1' });
  const create = secrets.send(new CreateSecretCommand({ Name: 'a-secret' }));
  await expect(create).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringMatching(/CreateSecret .* with an explicit deny in a service control policy$/),
    $metadata: { requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
});

test('calls keep what they are about as it was before', async () => {
  await client.send(new CreateUserCommand({ UserName: 'new', Tags: [{ Key: 'a', Value: 'b' }] }));
  await client.send(new GetUserCommand({ UserName: 'new' }));
  expect(aws.calls.map(({ target, mutating }) => ({ target, mutating }))).toEqual([
    { target: { kind: 'user', name: 'new' }, mutating: true },
    { target: { kind: 'user', name: 'new', tags: { a: 'b' } }, mutating: false },
  ]);
});
