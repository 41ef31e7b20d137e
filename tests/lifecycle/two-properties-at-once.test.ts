import { describe, expect, test } from 'vitest';
import { PAIRS_OF_CHANGES } from '../faults/changes.ts';
import { useAccount } from '../support/account.ts';
import type { Fault } from '../support/memory-aws/faults.ts';
import { oneIn } from '../support/sample.ts';
import {
  attempt,
  bookmark,
  expectSuccess,
  givenUp,
  type Known,
  keyInService,
  known,
  removed,
  settled,
  soon,
  takenBack,
  writesOf,
  wrongWith,
} from './journey.ts';

const account = useAccount();

const FAULTS: [Fault & string, number][] = [
  ['explicitDeny', Number.POSITIVE_INFINITY],
  ['crashAfter', 1],
  ['crashBefore', 1],
  ['hangAfter', Number.POSITIVE_INFINITY],
];

const secretOf = ({ properties }: Known): string =>
  String(properties.SecretName ?? 'rv-access/redislabs-user');
const activeKeys = (user = 'redislabs-user') =>
  account.aws.users[user]?.accessKeys.filter(({ active }) => active).map(({ id }) => id);

/** A rotation works: nothing that the changes before left is in its way, and no key works that nobody knows of. */
async function expectRotation(serial: number): Promise<void> {
  soon();
  expectSuccess((await account.update({ AccessKeySerial: serial })).answer);
  expect(wrongWith(account, known(account))).toEqual([]);
}

describe.each(PAIRS_OF_CHANGES)('%s', (_pair, changes) => {
  test('change: what comes of it is whole, can be rotated twice, and goes', async () => {
    const old = await settled(account);
    expectSuccess((await account.update(changes)).answer);
    const changed = known(account);
    soon();
    if (changed.id !== old.id) await removed(account, old);
    expect(wrongWith(account, changed)).toEqual([]);
    await expectRotation(3);
    await expectRotation(4);
    soon();
    await removed(account, known(account));
    expect(account.entities()).toEqual([]);
  });

  test('change and are rolled back after their success: the old key is in service, the new one of the same user lives on', async () => {
    const old = await settled(account);
    const key = keyInService(account);
    expectSuccess((await account.update(changes)).answer);
    const changed = known(account);
    const handedOut = keyInService(account, secretOf(changed));
    soon();
    await takenBack(account, old, changed);
    expect(wrongWith(account, old)).toEqual([]);
    expect(keyInService(account)).toBe(key);
    const rotatedInPlace = handedOut !== key && changes.UserName === undefined;
    expect(activeKeys()).toEqual(rotatedInPlace ? [key, handedOut] : [key]);
    // Whoever looks at the secret finds every key that works.
    const { previousAccessKeyId, ...current } = account.content() ?? {};
    const named = [current.accessKeyId, previousAccessKeyId, account.content('AWSPREVIOUS')?.accessKeyId];
    expect(named).toEqual(expect.arrayContaining(activeKeys() ?? []));
    await expectRotation(3);
    await expectRotation(4);
  });

  test('change and meet a fault at any of their writes: the way back leads to what was there before', {
    timeout: 300_000,
  }, async () => {
    const old = await settled(account);
    const key = keyInService(account);
    const reopen = bookmark(account);
    const wrong: string[] = [];
    const numbers = oneIn(3, writesOf(await attempt(account, changes)));
    for (const [index, number] of numbers.entries()) {
      const [fault, times] = FAULTS[index % FAULTS.length] ?? ['explicitDeny', 1];
      reopen();
      let struck = '';
      account.aws.failCall(
        (call) => {
          if (call.number === number) struck = `${call.action} ${call.target?.name}`;
          return times === 1
            ? call.number === number
            : call.number >= number && `${call.action} ${call.target?.name}` === struck;
        },
        fault,
        times,
      );
      const { answers } = await attempt(account, changes);
      account.aws.faults.length = 0;
      if (answers.length > 0) soon();
      else givenUp();
      const after = answers[0]?.Status === 'SUCCESS' ? answers[0].PhysicalResourceId : old.id;
      try {
        await takenBack(account, old, { id: after, properties: { ...old.properties, ...changes } });
        const problems = wrongWith(account, old);
        if (keyInService(account) !== key) problems.push('another key is in service');
        soon();
        const { answer } = await account.update({ AccessKeySerial: 3 });
        if (answer.Status !== 'SUCCESS') problems.push(`the next rotation fails: ${answer.Reason}`);
        wrong.push(...problems.map((problem) => `${fault} at ${number} ${struck}: ${problem}`));
      } catch (error) {
        wrong.push(`${fault} at ${number} ${struck}: ${(error as Error).message.slice(0, 300)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

test('the secret gets another name with a rotation: nobody’s key works on, and what was handed out is kept', async () => {
  const old = await settled(account);
  const key = keyInService(account);
  expectSuccess((await account.update({ SecretName: 'another/secret', AccessKeySerial: 2 })).answer);
  const changed = known(account);
  const next = keyInService(account, 'another/secret');
  expect(activeKeys()).toEqual([key, next]);
  soon();
  await removed(account, old);
  expect(activeKeys()).toEqual([key, next]);
  expect(wrongWith(account, changed)).toEqual([]);
});

test('the secret gets another name with a new password, there and back: the password in it is always the user’s', async () => {
  const old = await settled(account);
  expectSuccess((await account.update({ SecretName: 'another/secret', PasswordSerial: 2 })).answer);
  const changed = known(account);
  expect(wrongWith(account, changed).filter((problem) => !/left of another/.test(problem))).toEqual([]);
  soon();
  await takenBack(account, old, changed);
  expect(wrongWith(account, old)).toEqual([]);
});
