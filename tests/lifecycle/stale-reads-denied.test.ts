import { describe, expect, test } from 'vitest';
import { useAccount } from '../support/account.ts';
import { LATENESS } from '../support/harsh-days.ts';
import type { Properties } from '../support/memory-aws/events.ts';
import { expectIntact, keyInService, removed, settled, soon, takenBack } from './journey.ts';
import { RENAMES } from './renames.ts';

const account = useAccount();

/** Replacements that make a user, a key and an attachment. */
const DENIED: [string, string, Properties][] = ['CreateAccessKey', 'CreateUser', 'AttachUserPolicy'].flatMap(
  (action) =>
    RENAMES.filter(([, names]) => names.UserName).map(([what, names]): [string, string, Properties] => [
      action,
      what,
      names,
    ]),
);

describe.each(LATENESS)('while %s', (_how, late) => {
  test.each(DENIED)(
    'a replacement that is denied %s (%s) leaves the old bundle whole',
    async (action, _what, names) => {
      const old = await settled(account);
      const key = keyInService(account);
      Object.assign(account.aws, { staleReads: late, latency: 30 });
      account.fail(action, 'explicitDeny', Number.POSITIVE_INFINITY);
      const { answer } = await account.update(names);
      expect([answer.Status, answer.PhysicalResourceId]).toEqual(['FAILED', old.id]);
      account.aws.faults.length = 0;
      soon();
      await takenBack(account, old, { ...old, properties: { ...old.properties, ...names } });
      expectIntact(account, old);
      expect(keyInService(account)).toBe(key);
      expect(account.user().accessKeys.map(({ id }) => id)).toEqual([key]);
      await removed(account, old);
      expect(account.entities()).toEqual([]);
    },
  );
});
