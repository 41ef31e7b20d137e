import { describe, expect, test } from 'vitest';
import type { CustomResourceEvent } from '../../src/cloudformation/event.ts';
import { useAccount } from '../support/account.ts';
import { elapsed } from '../support/memory-aws/clock.ts';
import { createEvent, updateEvent } from '../support/memory-aws/events.ts';
import { secondsOf, startFunction } from '../support/memory-aws/invoke.ts';
import { ledgerTable } from '../support/memory-aws/world.ts';
import { holdBack } from './hold-back.ts';
import { changesOf, expectIntact, expectSuccess, keyInService, settled, soon } from './journey.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const start = (event: CustomResourceEvent) => startFunction(account.place, event);

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
      const held = holdBack(account.aws, action, what);
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

test('a Delete that loses its lease while it looks whether a key is there still begins anew, and is not told that the key is in use', async () => {
  await account.create();
  soon(86_400_000);
  account.fail('GetAccessKeyLastUsed', 'explicitDeny');
  let isDenied = false;
  account.aws.gate = async (call) => {
    isDenied ||= call.action === 'GetAccessKeyLastUsed';
    if (!isDenied || call.action !== 'ListAccessKeys') return;
    delete account.aws.gate;
    takeOver();
    await elapsed(30_000);
  };
  expectSuccess((await account.delete()).answer);
  expect(account.entities()).toEqual([]);
});

test('a run that was frozen while it proved its key answers as the delivery that went on in its place', {
  timeout: 120_000,
}, async () => {
  const event = createEvent(OFF);
  const held = holdBack(account.aws, 'GetCallerIdentity', 'everything');
  const first = start(event);
  await account.wait(Promise.race([first, held.reached]));
  const second = start(event);
  // Longer than a key is waited for.
  await account.wait(elapsed(90_000));
  held.open();
  const [one, two] = [await account.wait(first), await account.wait(second)];
  expect(two.answers.map(({ Status }) => Status)).toEqual(['SUCCESS']);
  expect(secondsOf(two)).toBeLessThan(60);
  expect(one.answers).toEqual(two.answers);
});
