import { describe, expect, test } from 'vitest';
import { USER, useAccount } from '../support/account.ts';
import { LATENESS } from '../support/harsh-days.ts';
import type { Fault } from '../support/memory-aws/faults.ts';
import type { AccessKey } from '../support/memory-aws/iam-state.ts';
import { attempt, expectIntact, keyInService, known, settled, soon, takenBack } from './journey.ts';

const account = useAccount();

/** A person makes a key in the console, now. */
function madeByHand(): AccessKey {
  const key = account.aws.addAccessKeyByHand(USER);
  key.createdAt = Date.now();
  return key;
}

const keys = () => account.user().accessKeys.map(({ id }) => id);

/** Ways in which a rotation ends with FAILED, having cleaned up. */
const FAILURES: [string, Fault, number][] = [
  ['CreateAccessKey', 'explicitDeny', Number.POSITIVE_INFINITY],
  ['PutSecretValue', 'explicitDeny', Number.POSITIVE_INFINITY],
  ['GetCallerIdentity', 'explicitDeny', Number.POSITIVE_INFINITY],
  ['UpdateSecretVersionStage', 'explicitDeny', Number.POSITIVE_INFINITY],
  ['CreateAccessKey', 'throttled', Number.POSITIVE_INFINITY],
];

describe.each([['nothing reads late', undefined] as const, ...LATENESS.slice(-2)])(
  'while %s',
  (_how, late) => {
    test.each(FAILURES)(
      'a key that a person makes after a rotation that failed at %s (%s) outlives every Update',
      async (action, fault, times) => {
        const before = await settled(account);
        const inService = keyInService(account);
        Object.assign(account.aws, { staleReads: late, latency: 30 });
        account.fail(action, fault, times);
        const { answers } = await attempt(account, { AccessKeySerial: 2 });
        account.aws.faults.length = 0;
        if (answers[0]?.Status === 'SUCCESS') return;
        soon();
        await takenBack(account, before, {
          ...before,
          properties: { ...before.properties, AccessKeySerial: 2 },
        });
        expect(keys()).toEqual([inService]);
        soon(120_000);
        const theirs = madeByHand();
        soon();
        for (const changes of [{ Tags: 'Team=data' }, { AccessKeySerial: 2 }, { PasswordSerial: 2 }, {}]) {
          const { answer } = await account.update(changes);
          expect(keys()).toEqual([inService, theirs.id]);
          if (answer.Status === 'FAILED') expect(answer.Reason).toContain(theirs.id);
          soon();
        }
        expectIntact(account, known(account), { keys: [theirs.id], inactive: [] });
      },
    );

    test('a key that a person makes while a rotation is at work outlives it and the next one', async () => {
      await settled(account);
      Object.assign(account.aws, { staleReads: late, latency: 30 });
      let theirs: AccessKey | undefined;
      account.before('PutSecretValue', () => {
        theirs = madeByHand();
      });
      await account.update({ AccessKeySerial: 2 });
      soon();
      await account.update({ AccessKeySerial: 3 });
      soon();
      await account.update({ Tags: 'Team=data' });
      expect(keys()).toContain(theirs?.id);
    });

    test('a key that a person makes after an Update had to restore the secret outlives every Update', async () => {
      await settled(account);
      account.secret().deletion = { requestedAt: Date.now(), dueAt: Date.now() + 86_400_000 };
      soon(60_000);
      Object.assign(account.aws, { staleReads: late, latency: 30 });
      await account.update({ Tags: 'Team=data' });
      soon(120_000);
      const theirs = madeByHand();
      soon();
      for (const changes of [{ Tags: 'Team=cache' }, {}, { PasswordSerial: 2 }]) {
        await account.update(changes);
        expect(keys()).toContain(theirs.id);
        soon();
      }
    });

    test.each([
      ['deletes the key in service', () => Object.assign(account.user(), { accessKeys: [] })],
      ['deletes the secret', () => delete account.aws.secrets['rv-access/redislabs-user']],
    ])(
      'a person %s, an Update heals that, and the key that the person makes then outlives every Update',
      async (_what, breaks) => {
        await settled(account);
        breaks();
        Object.assign(account.aws, { staleReads: late, latency: 30 });
        await account.update({ Tags: 'Team=data' });
        soon(120_000);
        if (keys().length > 1) return;
        const theirs = madeByHand();
        soon();
        for (const changes of [{ Tags: 'Team=cache' }, {}]) {
          await account.update(changes);
          expect(keys()).toContain(theirs.id);
          soon();
        }
      },
    );
  },
);

test('a key of ours that a person deletes is forgotten: the next request does not look for it again', async () => {
  await settled(account);
  await account.update({ AccessKeySerial: 2 });
  soon(60_000);
  account.user().accessKeys.shift();
  await account.update({ Tags: 'Team=data' });
  soon(60_000);
  const { answer, invocation } = await account.update({ Tags: 'Team=ops' });
  expect(answer.Status).toBe('SUCCESS');
  expect(invocation.endedAt - invocation.startedAt).toBeLessThan(10_000);
});
