import { expect, test } from 'vitest';
import { useAccount } from '../support/account.ts';
import { HARSH_SEEDS, harshestDay } from '../support/harsh-days.ts';
import { expectIntact, keyInService, settled, soon, takenBack, updated } from './journey.ts';

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
