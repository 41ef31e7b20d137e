import { describe, expect, test } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.ts';
import type { Keys } from '../../src/ledger/state.ts';
import { resourceOf } from '../faults/ours.ts';
import { SECRET, USER, useAccount } from '../support/account.ts';
import { HARSH_SEEDS, harshestDay } from '../support/harsh-days.ts';
import { limitExceeded } from '../support/memory-aws/iam-errors.ts';
import { expectIntact, known, settled, soon, takenBack, updated } from './journey.ts';

const account = useAccount();
const FOR_EVER = Number.POSITIVE_INFINITY;

const keys = () => account.user().accessKeys.map(({ id }) => id);
const works = () => account.user().accessKeys.some(({ id }) => id === account.content()?.accessKeyId);
const inLedger = async (): Promise<Keys> =>
  (await account.wait(openLedger(account.connection, resourceOf(account.id)))).state.keys;
/** The version that has AWSCURRENT. */
const current = () =>
  Object.entries(account.secret().versions).find(([, { stages }]) => stages.includes('AWSCURRENT'))?.[0];

async function failed(changes: Record<string, string>): Promise<void> {
  expect((await account.update(changes)).answer.Status).toBe('FAILED');
  account.aws.faults.length = 0;
  soon();
}

describe('a change of credentials that AWS surely refuses', () => {
  test.each([
    ['to make current', { AccessKeySerial: '2', PasswordSerial: '2' }, 'UpdateSecretVersionStage'],
    ['to store', { AccessKeySerial: '2' }, 'PutSecretValue'],
    ['as the password', { PasswordSerial: '2' }, 'UpdateLoginProfile'],
  ])('%s leaves nothing to do for the roll-back', async (_what, changes, action) => {
    const made = await settled(account);
    account.fail(action, 'explicitDeny');
    await failed(changes);
    const { writes, answer } = await account.update({});
    expect([answer.Status, writes]).toEqual(['SUCCESS', []]);
    expect(known(account)).toEqual(made);
    expect((await inLedger()).made.map(({ id }) => id)).toEqual(keys());
  });

  test.each(['PutSecretValue', 'UpdateSecretVersionStage'])(
    'for a new user (%s) leaves nothing of that user',
    async (action) => {
      await settled(account, { SecretName: SECRET });
      account.fail(action, 'explicitDeny');
      await failed({ UserName: 'other' });
      expect(Object.keys(account.aws.users)).toEqual([USER]);
    },
  );
});

describe('where AWSCURRENT may have moved without an answer', () => {
  const movedUnseen = async () => {
    await settled(account);
    account.fail('UpdateSecretVersionStage', 'lostAnswer500', FOR_EVER);
    await failed({ AccessKeySerial: '2' });
  };

  test('no key goes before the label is certainly not on its version', async () => {
    await movedUnseen();
    account.fail('PutSecretValue', 'explicitDeny');
    await failed({ AccessKeySerial: '3' });
    expect(works()).toBe(true);
  });

  test('the ledger says so until it has been moved again', async () => {
    await movedUnseen();
    account.fail('PutSecretValue', 'explicitDeny');
    await failed({ CloudAccountName: 'another-name' });
    expect((await inLedger()).isMoving).toBe(true);
    await updated(account, {});
    expect((await inLedger()).isMoving).toBeUndefined();
  });

  test('the ledger says so also when that is a roll-back, which stores nothing', async () => {
    await settled(account);
    await updated(account, { AccessKeySerial: '2' });
    account.fail('UpdateSecretVersionStage', 'lostAnswer500', FOR_EVER);
    await failed({ AccessKeySerial: '1' });
    expect((await inLedger()).isMoving).toBe(true);
  });

  test('a denial of the look that was to tell deletes no key', async () => {
    await settled(account);
    account.fail('UpdateSecretVersionStage', 'lostAnswerReset');
    account.before('UpdateSecretVersionStage', () =>
      account.fail('DescribeSecret', 'explicitDeny', FOR_EVER),
    );
    await failed({ AccessKeySerial: '2' });
    expect(account.content()?.accessKeySerial).toBe(2);
    expect(works()).toBe(true);
  });
});

describe('a key that could not be deleted', () => {
  test('after its proof failed is proven before it serves', async () => {
    await settled(account);
    const [first] = keys();
    account.aws.lag.keyActivation = 3_600_000;
    account.fail('DeleteAccessKey', 'explicitDeny', FOR_EVER);
    await failed({ AccessKeySerial: '2' });
    expect(keys()).toHaveLength(2);
    await failed({ AccessKeySerial: '2' });
    expect(account.content()?.accessKeyId).toBe(first);
  });

  test('nor stored goes with the next change', async () => {
    await settled(account);
    const before = keys();
    account.fail('PutSecretValue', 'explicitDeny');
    account.fail('DeleteAccessKey', 'explicitDeny');
    await failed({ AccessKeySerial: '2' });
    expect(keys()).toHaveLength(2);
    await updated(account, {});
    expect(keys()).toEqual(before);
  });
});

test('a place that a deleted key still takes for seconds is waited for', async () => {
  await settled(account);
  account.fail('CreateAccessKey', limitExceeded('AccessKeysPerUser', 2), 3);
  await updated(account, { AccessKeySerial: '2' });
  expect(account.content()?.accessKeySerial).toBe(2);
});

test('a key that somebody makes after AWS has refused us one is not taken for ours', async () => {
  await settled(account);
  account.fail('CreateAccessKey', 'explicitDeny');
  await failed({ AccessKeySerial: '2' });
  const { id } = account.aws.addAccessKeyByHand(USER);
  await updated(account, {});
  expect(keys()).toContain(id);
});

test('the roll-back of a rotation makes the version before current again, and stores no other', async () => {
  const made = await settled(account);
  const before = current();
  const after = await updated(account, { AccessKeySerial: '2' });
  await takenBack(account, made, after);
  expect(current()).toBe(before);
});

test('after a rename of the secret there and back the first one is in force by the ledger', async () => {
  const made = await settled(account);
  const after = await updated(account, { SecretName: 'another/secret' });
  await takenBack(account, made, after);
  expect((await inLedger()).current).toEqual({ secret: SECRET, version: current() });
});

test.each(HARSH_SEEDS)(
  'two answers in a row that tell of a new key may be lost: what is deleted is not asked about (seed %i)',
  async (seed) => {
    await settled(account);
    harshestDay(account.aws, seed);
    account.fail('CreateAccessKey', 'lostAnswerReset', 2);
    await updated(account, { AccessKeySerial: 2 });
    expectIntact(account, known(account));
  },
);
