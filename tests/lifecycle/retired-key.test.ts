import { describe, expect, test } from 'vitest';
import { useAccount } from '../support/account.ts';
import { beginRotation, STEPS, sendStep } from '../support/rotation.ts';
import { sendCheck } from './checking.ts';
import { keyInService, settled, soon, updated } from './journey.ts';

const account = useAccount();
const DELETES = { PreviousAccessKey: 'DeleteWhenUnused' };
const DAY = 86_400_000;
const ids = () => account.user().accessKeys.map(({ id }) => id);
const versions = () => Object.values(account.secret().versions);

describe('a check that may delete the access key before changes nothing', () => {
  test('where the console password is gone: it sets none', async () => {
    await settled(account, DELETES);
    await updated(account, { AccessKeySerial: 2 });
    delete account.user().loginProfile;
    soon(2 * DAY);
    expect((await sendCheck(account)).writes).toEqual([]);
    expect(ids()).toHaveLength(2);
  });

  test('where somebody has gone back to the key before and deleted the other one', async () => {
    await settled(account, { ...DELETES, RotationDays: 30 });
    const old = keyInService(account);
    const token = 'rotation'.padEnd(64, '0');
    beginRotation(account.secret(), token);
    for (const step of STEPS)
      expect((await sendStep(account.place, step, account.secret().arn, token)).end).toBe('returned');
    account.user().accessKeys = account.user().accessKeys.filter(({ id }) => id === old);
    for (const version of versions())
      version.stages = version.stages.map((label) =>
        label === 'AWSPREVIOUS' ? 'AWSCURRENT' : 'AWSPREVIOUS',
      );
    expect(keyInService(account)).toBe(old);
    soon(2 * DAY);
    expect((await sendCheck(account)).writes).toEqual([]);
    expect(ids()).toEqual([old]);
  });

  test('where the key besides the current one was never given to anybody', async () => {
    await settled(account, DELETES);
    account.fail('PutSecretValue', 'explicitDeny', 1000);
    account.fail('DeleteAccessKey', 'explicitDeny', 1000);
    expect((await account.update({ AccessKeySerial: 2 })).answer.Status).toBe('FAILED');
    account.aws.faults.length = 0;
    soon(2 * DAY);
    expect((await sendCheck(account)).writes).toEqual([]);
    expect(ids()).toHaveLength(2);
  });
});
