import { describe, expect, test } from 'vitest';
import type { CustomResourceEvent } from '../../src/cloudformation/event.ts';
import { useAccount } from '../support/account.ts';
import { createEvent, deleteEvent, updateEvent } from '../support/memory-aws/events.ts';
import { type Invocation, invoke, startFunction } from '../support/memory-aws/invoke.ts';
import { ledgerTable } from '../support/memory-aws/world.ts';
import { expectIntact, expectSuccess, keyInService, known, settled, soon } from './journey.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const elapsed = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const took = ({ startedAt, endedAt }: Invocation) => (endedAt - startedAt) / 1000;
const start = (event: CustomResourceEvent) => startFunction(account.place, event);
/** Changes of the bundle; what the ledger is told does not count. */
const changesOf = ({ calls }: Invocation) =>
  calls.filter(({ mutating, service, applied }) => mutating && service !== 'dynamodb' && applied > 0);

/** Holds back the calls of the first run from one on, all of them or all but those to the ledger. */
function hold(from: string, what: 'everything' | 'all but the ledger') {
  let open = () => {};
  let reach = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  let run: string | undefined;
  // Which run each holder of the lease is: the timer that beats is outside of the run that has set it.
  const runs = new Map<string, string | undefined>();
  account.aws.gate = async (call) => {
    if (!run && call.action === from) {
      run = call.run;
      reach();
    }
    const [holder = ''] = /"holder":"[^"]+"/.exec(JSON.stringify(call.input).replaceAll('\\', '')) ?? [];
    if (holder && call.run) runs.set(holder, call.run);
    if (!run || (call.run ?? runs.get(holder)) !== run) return;
    if (what === 'everything' || call.service !== 'dynamodb') await opened;
  };
  return { open: () => open(), reached };
}

test('a request that finds a run at work waits until that has ended, whatever it is about', async () => {
  const made = await settled(account);
  account.aws.latency = 200;
  const rotation = updateEvent(made.id, { ...OFF, AccessKeySerial: 2 }, OFF);
  soon(2000);
  const tagging = updateEvent(
    made.id,
    { ...OFF, AccessKeySerial: 2, Tags: 'Team=b' },
    { ...OFF, AccessKeySerial: 2 },
  );
  const first = start(rotation);
  await account.wait(Promise.race([first, elapsed(1000)]));
  const second = start(tagging);
  const [one, two] = [await account.wait(first), await account.wait(second)];
  expect([one, two].map(({ answers }) => answers[0]?.Status)).toEqual(['SUCCESS', 'SUCCESS']);
  const last = changesOf(one).at(-1)?.endedAt ?? Number.POSITIVE_INFINITY;
  expect(changesOf(two)[0]?.startedAt).toBeGreaterThan(last);
  expectIntact(account, { id: made.id, properties: { ...OFF, AccessKeySerial: 2, Tags: 'Team=b' } });
});

test('the same event twice at once is carried out once: one key, one answer', async () => {
  const event = createEvent(OFF);
  account.aws.latency = 100;
  const runs = await account.wait(Promise.all([start(event), start(event)]));
  const [one, two] = runs.map(({ answers }) => answers[0]);
  expect([one?.Status, one?.PhysicalResourceId, one?.Data]).toEqual([
    two?.Status,
    two?.PhysicalResourceId,
    two?.Data,
  ]);
  expect(account.user().accessKeys).toHaveLength(1);
  expectIntact(account, { id: one?.PhysicalResourceId ?? '', properties: OFF });
});

describe('a run that died', () => {
  test('is waited for until its lease is over, and no longer than that', async () => {
    const made = await settled(account);
    account.fail('CreateAccessKey', 'crashBefore');
    await invoke(account.place, updateEvent(made.id, { ...OFF, AccessKeySerial: 2 }, OFF));
    const back = updateEvent(made.id, OFF, { ...OFF, AccessKeySerial: 2 });
    const invocation = await invoke(account.place, back);
    expect(invocation.answers[0]?.Status).toBe('SUCCESS');
    expect(took(invocation)).toBeGreaterThan(15);
    expect(took(invocation)).toBeLessThan(60);
    expectIntact(account, made);
  });

  test('is not waited for when Lambda repeats its event a minute later and more', async () => {
    account.fail('CreateAccessKey', 'crashAfter');
    const { event } = await invoke(account.place, createEvent(OFF));
    soon(60_000);
    const invocation = await invoke(account.place, event);
    expect(invocation.answers[0]?.Status).toBe('SUCCESS');
    expect(took(invocation)).toBeLessThan(60);
  });
});

describe.each(['everything', 'all but the ledger'] as const)('while a run hangs (%s)', (what) => {
  test.each(['CreateAccessKey', 'PutSecretValue', 'UpdateSecretVersionStage'])(
    'at %s for longer than its lease, it changes nothing any more once another has taken over',
    { timeout: 120_000 },
    async (action) => {
      const made = await settled(account);
      const key = keyInService(account);
      const rotated = { ...OFF, AccessKeySerial: 2 };
      const rotation = updateEvent(made.id, rotated, OFF);
      soon(2000);
      const back = updateEvent(made.id, OFF, rotated);
      const held = hold(action, what);
      const first = start(rotation);
      await account.wait(Promise.race([first, held.reached]));
      const second = start(back);
      await account.wait(Promise.race([second, elapsed(90_000)]));
      held.open();
      const [one, two] = [await account.wait(first), await account.wait(second)];
      expect(two.answers[0]?.Status).toBe('SUCCESS');
      const takenOver = changesOf(two)[0]?.startedAt ?? Number.POSITIVE_INFINITY;
      expect(changesOf(one).filter(({ startedAt, endedAt = startedAt }) => endedAt > takenOver)).toEqual([]);
      expect(keyInService(account)).toBe(key);
      expectIntact(account, made);
    },
  );
});

/** Another run, which dies at once, takes the lease over. */
function takeOver(): void {
  const [item] = Object.values(account.aws.ledger[ledgerTable()] ?? {});
  if (!item) throw new Error('There is no item.');
  const since = new Date().toISOString();
  const lease = { holder: 'another', request: { key: 'other', kind: 'Update' }, beats: 0, since };
  item.state = { S: JSON.stringify({ ...JSON.parse(item.state?.S ?? '{}'), lease }) };
  item.version = { N: String(Number(item.version?.N) + 1) };
}

test.each(['GetAccessKeyLastUsed', 'DeleteUser'])(
  'a Delete that loses its lease while %s hangs begins anew, and deletes everything',
  async (action) => {
    await account.create();
    soon(86_400_000);
    account.aws.gate = async (call) => {
      if (call.action !== action) return;
      delete account.aws.gate;
      takeOver();
      await elapsed(30_000);
    };
    expectSuccess((await account.delete()).answer);
    expect(account.aws.gate).toBeUndefined();
    expect(account.entities()).toEqual([]);
  },
);

test('a run that was frozen while it proved its key answers as the delivery that went on in its place', {
  timeout: 120_000,
}, async () => {
  const event = createEvent(OFF);
  const held = hold('GetCallerIdentity', 'everything');
  const first = start(event);
  await account.wait(Promise.race([first, held.reached]));
  const second = start(event);
  // Longer than a key is waited for.
  await account.wait(elapsed(90_000));
  held.open();
  const [one, two] = [await account.wait(first), await account.wait(second)];
  expect(two.answers.map(({ Status }) => Status)).toEqual(['SUCCESS']);
  expect(took(two)).toBeLessThan(60);
  expect(one.answers).toEqual(two.answers);
});

test('a request that waits until its own deadline fails with words that say who is at work since when', async () => {
  const made = await settled(account);
  const tagged = { ...OFF, Tags: 'Team=b' };
  const tagging = updateEvent(made.id, tagged, OFF);
  soon(1000);
  const rotation = updateEvent(made.id, { ...tagged, AccessKeySerial: 2 }, tagged);
  // The one that waits has less time left than the one that is at work: its process was slow to get to its first call.
  const held = hold('TagUser', 'all but the ledger');
  const { gate } = account.aws;
  let go = () => {};
  const gone = new Promise<void>((resolve) => {
    go = resolve;
  });
  account.aws.gate = async (call) => {
    if (call.run === 'the waiting run') await gone;
    else await gate?.(call);
  };
  const waiting = startFunction(account.place, rotation, 'the waiting run');
  await account.wait(elapsed(10_000));
  const working = start(tagging);
  await account.wait(Promise.race([working, held.reached]));
  go();
  const invocation = await account.wait(waiting);
  held.open();
  const [answer] = invocation.answers;
  expect(answer?.Status).toBe('FAILED');
  expect(answer?.Reason).toMatch(/at work|under way/);
  expect(answer?.Reason).toMatch(/since/);
  expect(changesOf(invocation)).toEqual([]);
  await account.wait(working);
});

test('a Delete waits for the Create that is at work, and leaves nothing', async () => {
  account.aws.latency = 100;
  const create = createEvent(OFF);
  soon(2000);
  const event = deleteEvent('redis-access-Bundle-1ABCDEFGHIJKL', OFF);
  const [, deletion] = await account.wait(Promise.all([start(create), start(event)]));
  expect(deletion.answers[0]?.Status).toBe('SUCCESS');
  expect(account.entities()).toEqual([]);
});

test('after it has given its turn back, nothing of the bundle is at work: the next request does not wait', async () => {
  expectSuccess((await account.create(OFF)).answer);
  for (const serial of [2, 3]) {
    const { answer, invocation } = await account.update({ AccessKeySerial: serial });
    expectSuccess(answer);
    expect(took(invocation)).toBeLessThan(5);
  }
  expectIntact(account, known(account));
});
