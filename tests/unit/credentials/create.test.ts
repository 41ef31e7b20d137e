import { describe, expect, test } from 'vitest';
import type { Keys } from '../../../src/ledger/state.ts';
import { USER, useAccount } from '../../support/account.ts';
import { settle } from '../../support/memory-aws/clock.ts';
import { createEvent, updateEvent } from '../../support/memory-aws/events.ts';
import { startFunction } from '../../support/memory-aws/invoke.ts';
import { ledgerTable } from '../../support/memory-aws/world.ts';

const account = useAccount();
const keys = () => account.user().accessKeys.map(({ id }) => id);
const made = () => account.aws.calls.filter(({ action }) => action === 'CreateAccessKey');

/** What the ledger knows of keys. */
const known = (): Keys => {
  const [item] = Object.values(account.aws.ledger[ledgerTable()] ?? {});
  return JSON.parse(item?.state?.S ?? '{}').keys;
};
const knownIds = () => known().made.map(({ id }) => id);

function expectOneUsableKey(): void {
  const [key, ...others] = account.user().accessKeys;
  expect(others).toEqual([]);
  expect(account.content()).toMatchObject({ accessKeyId: key?.id, accessSecretKey: key?.secret });
}

describe('when the answer to a new key is lost', () => {
  test.each(['lostAnswerReset', 'lostAnswer500', 'hangAfter'] as const)(
    '(%s), that key is deleted and another is made',
    async (fault) => {
      account.fail('CreateAccessKey', fault);
      expect((await account.create()).answer.Status).toBe('SUCCESS');
      expectOneUsableKey();
      expect(made().map(({ applied }) => applied)).toEqual([1, 1]);
    },
  );

  test('and none was made, one is made', async () => {
    account.fail('CreateAccessKey', 'error500');
    expect((await account.create()).answer.Status).toBe('SUCCESS');
    expectOneUsableKey();
  });

  test('in a rotation, the lost key is deleted and the current one is not', async () => {
    await account.create();
    const [first] = keys();
    account.fail('CreateAccessKey', 'lostAnswerReset', 2);
    expect((await account.update({ AccessKeySerial: 2 })).answer.Status).toBe('SUCCESS');
    expect(keys()).toEqual([first, account.content()?.accessKeyId]);
  });

  test('again and again, the request fails, and the next one clears the lost key away', async () => {
    await account.create();
    const [first] = keys();
    account.fail('CreateAccessKey', 'lostAnswerReset', 3);
    const { answer } = await account.update({ AccessKeySerial: 2 });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('CreateAccessKey for "redislabs-user" failed');
    expect(account.content()?.accessKeyId).toBe(first);
    const reverse = { AccessKeySerial: 1 };
    expect((await account.send(updateEvent(account.id, reverse, { AccessKeySerial: 2 }))).answer.Status).toBe(
      'SUCCESS',
    );
    expect(keys()).toEqual([first]);
  });

  test('a key that was there before and that nobody has used yet is not taken for the lost one', async () => {
    account.aws.addForeignUser(USER);
    const theirs = account.aws.addAccessKeyByHand(USER).id;
    account.fail('CreateAccessKey', 'lostAnswerReset');
    expect((await account.create({ ExistingEntities: 'Adopt' })).answer.Status).toBe('SUCCESS');
    expect(keys()).toEqual([theirs, account.content()?.accessKeyId]);
  });

  test('and somebody uses a key that came up at the same time, that key stays', async () => {
    await account.create();
    const [first] = keys();
    account.fail('CreateAccessKey', 'error500');
    account.before('CreateAccessKey', () => {
      const key = account.aws.addAccessKeyByHand(USER);
      key.createdAt = Date.now();
      account.aws.useAccessKey(key.id, 's3');
    });
    const { answer } = await account.update({ AccessKeySerial: 2 });
    expect(answer.Status).toBe('FAILED');
    expect(keys()).toHaveLength(2);
    expect(keys()[0]).toBe(first);
  });
});

describe('when a new key cannot be stored', () => {
  test.each(['explicitDeny', 'error500'] as const)(
    '(%s), it is deleted and the one before stays',
    async (fault) => {
      await account.create();
      const before = account.content();
      const [first] = keys();
      account.fail('PutSecretValue', fault, 100);
      const { answer } = await account.update({ AccessKeySerial: 2 });
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: account.id });
      expect(answer.Reason).toContain('PutSecretValue for "rv-access/redislabs-user" failed');
      expect(keys()).toEqual([first]);
      expect(account.content()).toEqual(before);
      expect([knownIds(), known().intent]).toEqual([[first], undefined]);
    },
  );

  test('a Create leaves none behind', async () => {
    account.fail('PutSecretValue', 'explicitDeny');
    expect((await account.create()).answer.Status).toBe('FAILED');
    expect(keys()).toEqual([]);
  });

  test('and cannot be deleted either, the failure that is told is the first one', async () => {
    account.fail('PutSecretValue', 'explicitDeny');
    account.fail('DeleteAccessKey', 'explicitDeny');
    const { answer, log } = await account.create();
    expect(answer.Reason).toContain('PutSecretValue');
    expect([knownIds(), known().intent]).toEqual([keys(), undefined]);
    expect(log).toContain('"compensation":"DeleteAccessKey for \\"redislabs-user\\" failed: AccessDenied');
    expect((await account.update({})).answer.Status).toBe('SUCCESS');
  });
});

test('a key that was stored although AWS said no, and that could not be deleted, serves and is kept like any other', async () => {
  await account.create();
  const [first] = keys();
  account.fail('PutSecretValue', 'lostAnswer500', 100);
  account.fail('DeleteAccessKey', 'explicitDeny', 100);
  expect((await account.update({ AccessKeySerial: 2 })).answer.Status).toBe('FAILED');
  const [, second] = keys();
  account.aws.faults.length = 0;
  expect((await account.update({ AccessKeySerial: 2 })).answer.Status).toBe('SUCCESS');
  expect([account.content()?.accessKeyId, keys()]).toEqual([second, [first, second]]);
  expect((await account.update({ AccessKeySerial: 3 })).answer.Status).toBe('SUCCESS');
  expect(keys()).toEqual([second, account.content()?.accessKeyId]);
});

describe('two runs of the same request at once', () => {
  test.each([
    ['side by side', 0],
    ['a while apart', 300],
  ])('(%s) make one key and say the same', async (_when, gap) => {
    account.aws.latency = 50;
    const event = createEvent();
    const first = startFunction(account.place, event);
    const second = new Promise((resolve) => setTimeout(resolve, gap)).then(() =>
      startFunction(account.place, event),
    );
    const [one, other] = await settle(Promise.all([first, second]));
    expect(one.answers[0]).toMatchObject({ Status: 'SUCCESS' });
    expect(other.answers[0]).toEqual(one.answers[0]);
    expectOneUsableKey();
    expect(account.content()?.accessKeyId).toBe(one.answers[0]?.Data?.AccessKeyId);
  });

  test('rotate once', async () => {
    await account.create();
    const [first] = keys();
    account.aws.latency = 50;
    const event = updateEvent(account.id, { AccessKeySerial: 2 }, {});
    const runs = [startFunction(account.place, event), startFunction(account.place, event)];
    const [one, other] = await settle(Promise.all(runs));
    expect([one?.answers[0]?.Status, other?.answers[0]?.Status]).toContain('SUCCESS');
    expect(keys()).toContain(first);
    expect(keys()).toContain(account.content()?.accessKeyId);
    expect(account.content()?.accessKeyId).not.toBe(first);
    expect(keys()).toHaveLength(2);
  });
});

test('a run that is taken for dead stores its key no more, and says what the other has done', async () => {
  await account.create();
  const [first] = keys();
  const event = updateEvent(account.id, { AccessKeySerial: 2 }, {});
  let stored = 0;
  account.aws.failCall(({ action }) => action === 'PutSecretValue' && stored++ < 3, 'hang', 3);
  const slow = startFunction(account.place, event);
  const next = new Promise((resolve) => setTimeout(resolve, 8000)).then(() =>
    startFunction(account.place, event),
  );
  const [one, other] = await settle(Promise.all([slow, next]));
  const { accessKeyId } = account.content() ?? {};
  expect([one, other].map((run) => run.answers[0]?.Data?.AccessKeyId)).toEqual([accessKeyId, accessKeyId]);
  expect(keys()).toEqual([first, accessKeyId]);
  expect(account.content('AWSPENDING')?.accessKeyId).toBe(accessKeyId);
  const puts = account.aws.calls.filter(({ action, error }) => action === 'PutSecretValue' && !error);
  expect(puts.map(({ input }) => JSON.parse(String(input.SecretString)).accessKeyId)).toEqual([
    first,
    accessKeyId,
  ]);
});

test('a serial that was used in an earlier life of the key gets a new key all the same', async () => {
  await account.create();
  const [first] = keys();
  account.user().accessKeys = [];
  expect((await account.update({ Tags: 'Team=Data' })).answer.Status).toBe('SUCCESS');
  expectOneUsableKey();
  expect(keys()).not.toContain(first);
});

test('a secret that was overwritten by hand costs no key: ours is known by the ledger, the other one is told', async () => {
  await account.create();
  const byHand = account.aws.addAccessKeyByHand(USER).id;
  account.secret().versions = {
    edited: { value: '{"accessKeyId": oops', stages: ['AWSCURRENT'], createdAt: 0 },
  };
  const before = keys();
  const { answer, writes, log } = await account.update({ AccessKeySerial: 2 });
  expect(answer.Status).toBe('FAILED');
  expect(answer.Reason).toContain(`not made by this bundle: ${byHand}. None was deleted.`);
  expect(`${answer.Reason}${log}`).not.toContain('oops');
  expect([writes, keys()]).toEqual([[], before]);
});

test('a secret that somebody deleted is made again, with a new key', async () => {
  await account.create();
  const [first] = keys();
  delete account.aws.secrets['rv-access/redislabs-user'];
  const { answer } = await account.update({ Tags: 'Team=Data' });
  expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { AccessKeyId: account.content()?.accessKeyId } });
  expect(account.content()?.accessKeyId).not.toBe(first);
  expect(keys()).toContain(account.content()?.accessKeyId);
});
