import { describe, expect, test } from 'vitest';
import type { CustomResourceEvent } from '../../src/cloudformation/event.ts';
import { useAccount } from '../support/account.ts';
import { elapsed } from '../support/memory-aws/clock.ts';
import { createEvent, deleteEvent, updateEvent } from '../support/memory-aws/events.ts';
import { invoke, secondsOf, startFunction } from '../support/memory-aws/invoke.ts';
import { holdBack } from './hold-back.ts';
import { changesOf, expectIntact, expectSuccess, known, settled, soon } from './journey.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const start = (event: CustomResourceEvent) => startFunction(account.place, event);

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
    expect(secondsOf(invocation)).toBeGreaterThan(15);
    expect(secondsOf(invocation)).toBeLessThan(60);
    expectIntact(account, made);
  });

  test('is not waited for when Lambda repeats its event a minute later and more', async () => {
    account.fail('CreateAccessKey', 'crashAfter');
    const { event } = await invoke(account.place, createEvent(OFF));
    soon(60_000);
    const invocation = await invoke(account.place, event);
    expect(invocation.answers[0]?.Status).toBe('SUCCESS');
    expect(secondsOf(invocation)).toBeLessThan(60);
  });
});

test('a request that waits until its own deadline fails with words that say who is at work since when', async () => {
  const made = await settled(account);
  const tagged = { ...OFF, Tags: 'Team=b' };
  const tagging = updateEvent(made.id, tagged, OFF);
  soon(1000);
  const rotation = updateEvent(made.id, { ...tagged, AccessKeySerial: 2 }, tagged);
  // The one that waits has less time left than the one that is at work: its process was slow to get to its first call.
  const held = holdBack(account.aws, 'TagUser', 'all but the ledger');
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
    expect(secondsOf(invocation)).toBeLessThan(5);
  }
  expectIntact(account, known(account));
});
