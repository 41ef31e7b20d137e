import { expect, test } from 'vitest';
import { useAccount } from '../support/account.ts';
import { HARSH_SEEDS, harshestDay } from '../support/harsh-days.ts';
import { invalidParameter } from '../support/memory-aws/secrets-errors.ts';
import {
  attempt,
  expectIntact,
  givenUp,
  keyInService,
  known,
  settled,
  soon,
  takenBack,
  updated,
} from './journey.ts';

const account = useAccount();

test.each(HARSH_SEEDS)(
  'a rotation that moves AWSCURRENT and never learns of it is taken back though reads show it where it was (seed %i)',
  async (seed) => {
    const made = await settled(account);
    const key = keyInService(account);
    harshestDay(account.aws, seed);
    account.fail('UpdateSecretVersionStage', 'lostAnswer500', Number.POSITIVE_INFINITY);
    expect((await account.update({ AccessKeySerial: 2 })).answer.Status).toBe('FAILED');
    account.aws.faults.length = 0;
    soon();
    await takenBack(account, made, { ...made, properties: { ...made.properties, AccessKeySerial: 2 } });
    expectIntact(account, made);
    expect(keyInService(account)).toBe(key);
    await updated(account, { AccessKeySerial: 2 });
    expect(account.content()?.previousAccessKeyId).toBe(key);
  },
);

/** The documents ask for `RemoveFromVersionId` where a label is on another version, and do not say what AWS makes of the same one. */
const refuseToStay = () =>
  account.aws.failCall(
    ({ action, input }) =>
      action === 'UpdateSecretVersionStage' && !('RemoveFromVersionId' in input && input.RemoveFromVersionId),
    invalidParameter("The parameter RemoveFromVersionId can't be empty."),
    Number.POSITIVE_INFINITY,
  );

test.each([undefined, ...HARSH_SEEDS])(
  'a label that a run which died has moved may be where it shall be, also where AWS refuses to move it there again (%j)',
  async (seed) => {
    const before = await settled(account);
    refuseToStay();
    if (seed !== undefined) harshestDay(account.aws, seed);
    account.fail('UpdateSecretVersionStage', 'crashAfter');
    await attempt(account, { AccessKeySerial: 2 });
    givenUp();
    const after = await updated(account, { AccessKeySerial: 2 });
    expectIntact(account, known(account));
    await takenBack(account, before, after);
    expectIntact(account, before);
  },
);
