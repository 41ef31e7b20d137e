import { expect, test } from 'vitest';
import { useAccount } from '../support/account.ts';
import { beginRotation, STEPS, type Step, sendStep } from '../support/rotation.ts';
import { expectIntact, known, settled, soon, takenBack, updated } from './journey.ts';

const account = useAccount();
const TOKEN = 'rotation-'.padEnd(64, '0');
const ON = { RotationDays: 30 };

async function step(name: Step): Promise<string> {
  const { end } = await sendStep(account.place, name, account.secret().arn, TOKEN);
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
