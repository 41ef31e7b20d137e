import { describe, expect, test } from 'vitest';
import { USER, useAccount } from '../support/account.ts';
import { HARSH_SEEDS, harshestDay } from '../support/harsh-days.ts';
import { ledgerTable } from '../support/memory-aws/world.ts';
import { beginRotation, STEPS, type Step, sendStep } from '../support/rotation.ts';
import { said, sendCheck } from './checking.ts';
import { expectIntact, known, settled, soon, takenBack, updated } from './journey.ts';

const account = useAccount();
const TOKEN = 'rotation-'.padEnd(64, '0');
const NEXT = 'rotation-'.padEnd(64, '1');
const ON = { RotationDays: 30 };

async function step(name: Step, token = TOKEN): Promise<string> {
  const { end } = await sendStep(account.place, name, account.secret().arn, token);
  soon();
  return end;
}

/** While AWSPENDING is on a version that is not current, Secrets Manager tries that one again, and begins no other. */
async function triedAgain(): Promise<void> {
  for (const name of STEPS) if ((await step(name)) !== 'returned') return;
}
const blocksOthers = () => {
  const stages = account.secret().versions[TOKEN]?.stages ?? [];
  return stages.includes('AWSPENDING') && !stages.includes('AWSCURRENT');
};

test('a rotation that a lowered serial has put out of date blocks no other one', async () => {
  await settled(account, ON);
  await updated(account, { ...ON, PasswordSerial: 2 });
  soon(60_000);
  beginRotation(account.secret(), TOKEN);
  expect(await step('createSecret')).toBe('returned');
  await updated(account, { ...ON, PasswordSerial: 1 });
  soon(30 * 86_400_000);
  await triedAgain();
  expect(blocksOthers()).toBe(false);
  expectIntact(account, known(account));
});

test('a rotation that a roll-back has put out of date blocks no other one', async () => {
  const before = await settled(account, ON);
  const after = await updated(account, { ...ON, CloudAccountName: 'other' });
  beginRotation(account.secret(), TOKEN);
  expect(await step('createSecret')).toBe('returned');
  await takenBack(account, before, after);
  soon(30 * 86_400_000);
  await triedAgain();
  expect(blocksOthers()).toBe(false);
  expectIntact(account, before);
});

test('a rotation whose version was stored without an answer, so that its key was deleted, blocks no other one', async () => {
  const before = await settled(account, ON);
  beginRotation(account.secret(), TOKEN);
  account.failLong('PutSecretValue', 'lostAnswerReset');
  expect(await step('createSecret')).toBe('threw');
  expect(account.user().accessKeys).toHaveLength(1);
  await triedAgain();
  expect(blocksOthers()).toBe(false);
  expectIntact(account, before);
});

test('a rotation whose key a person has deleted blocks no other one', async () => {
  const before = await settled(account, ON);
  beginRotation(account.secret(), TOKEN);
  expect(await step('createSecret')).toBe('returned');
  const { id } = account.user().accessKeys.pop() ?? {};
  soon(86_400_000);
  await triedAgain();
  expect(blocksOthers()).toBe(false);
  const [item] = Object.values(account.aws.ledger[ledgerTable()] ?? {});
  expect(JSON.parse(item?.state?.S ?? '{}').keys.made.map((key: { id: string }) => key.id)).not.toContain(id);
  beginRotation(account.secret(), NEXT);
  for (const name of STEPS) expect([name, await step(name, NEXT)]).toEqual([name, 'returned']);
  expectIntact(account, before);
});

test('a rotation whose key IAM does not list yet goes on', async () => {
  const before = await settled(account, ON);
  account.aws.lag.reads = 4000;
  beginRotation(account.secret(), TOKEN);
  expect(await step('createSecret')).toBe('returned');
  for (const name of STEPS) expect([name, await step(name)]).toEqual([name, 'returned']);
  expect(account.user().accessKeys).toHaveLength(2);
  soon(60_000);
  expectIntact(account, before);
});

test('a rotation of a secret that was emptied meanwhile is told to be started anew', async () => {
  await settled(account, ON);
  beginRotation(account.secret(), TOKEN);
  expect(await step('createSecret')).toBe('returned');
  const { versions } = account.secret();
  for (const id of Object.keys(versions)) if (id !== TOKEN) delete versions[id];
  const { thrown } = await sendStep(account.place, 'setSecret', account.secret().arn, TOKEN);
  expect((thrown as Error).message).toContain('Start the rotation anew');
});

describe('a rotation that was given up does not stand in the way of another number of days', () => {
  const cases: [string, () => Promise<void>][] = [
    [
      'before it has made a key, as the one before is in use',
      async () => {
        await updated(account, { AccessKeySerial: 2 });
        for (const key of account.user().accessKeys) key.lastUsed = { at: Date.now(), service: 'ec2' };
        beginRotation(account.secret(), TOKEN);
        expect(await step('createSecret')).toBe('threw');
      },
    ],
    [
      'with a key that is stored',
      async () => {
        beginRotation(account.secret(), TOKEN);
        expect(await step('createSecret')).toBe('returned');
      },
    ],
  ];
  describe.each([undefined, ...HARSH_SEEDS])('on an easy day or the harshest (%j)', (seed) => {
    test.each(cases)('%s: neither of the update nor of its roll-back', async (_when, giveUp) => {
      await settled(account, ON);
      await giveUp();
      if (seed !== undefined) harshestDay(account.aws, seed);
      const before = known(account);
      const after = await updated(account, { RotationDays: 60 });
      expect(account.secret().rotationDays).toBe(60);
      await takenBack(account, before, after);
      expect(account.secret().rotationDays).toBe(30);
      expectIntact(account, before);
    });
  });

  test('nor is it in the way when rotation is switched off and on again', async () => {
    await settled(account, ON);
    await cases[1]?.[1]();
    await updated(account, { RotationDays: 0 });
    await updated(account, ON);
    expect(account.secret()).toMatchObject({ rotationEnabled: true, rotationDays: 30 });
    soon(60_000);
    for (const name of STEPS) {
      beginRotation(account.secret(), NEXT);
      expect([name, await step(name, NEXT)]).toEqual([name, 'returned']);
    }
    expect(account.user().accessKeys).toHaveLength(2);
    expectIntact(account, known(account));
  });
});

test('a key of a rotation that was given up is told of by the check when rotation is switched off, until a serial ends it', async () => {
  await settled(account, ON);
  beginRotation(account.secret(), TOKEN);
  await step('createSecret');
  const [, left] = account.user().accessKeys.map(({ id }) => id);
  expect(said(await sendCheck(account))).toEqual([]);
  await updated(account, { RotationDays: 0 });
  expect(said(await sendCheck(account))).toEqual([
    `user ${USER}: its access key ${left} is left of a rotation that was given up, and nothing is rotated any more`,
  ]);
  await updated(account, { AccessKeySerial: 2 });
  expect(said(await sendCheck(account))).toEqual([]);
  expect(account.user().accessKeys.map(({ id }) => id)).not.toContain(left);
});
