import { describe, expect, test } from 'vitest';
import { useAccount } from '../support/account.ts';
import { LATENESS } from '../support/harsh-days.ts';
import { expectIntact, keyInService, removed, settled, takenBack, updated } from './journey.ts';
import { RENAMES } from './renames.ts';

const account = useAccount();

describe.each(LATENESS)('while %s', (_how, late) => {
  test.each(RENAMES)('a rename of %s and its clean-up leave the new bundle whole', async (_what, names) => {
    const old = await settled(account);
    const key = keyInService(account);
    Object.assign(account.aws, { staleReads: late, latency: 30 });
    const renamed = await updated(account, names);
    expect(renamed.id).not.toBe(old.id);
    await removed(account, old);
    expectIntact(account, renamed);
    if (!names.UserName)
      expect(keyInService(account, String(names.SecretName ?? 'rv-access/redislabs-user'))).toBe(key);
    await removed(account, renamed);
    expect(account.entities()).toEqual([]);
  });

  test.each(RENAMES)(
    'a rename of %s that is rolled back leaves the old bundle whole',
    async (_what, names) => {
      const old = await settled(account);
      const key = keyInService(account);
      Object.assign(account.aws, { staleReads: late, latency: 30 });
      const renamed = await updated(account, names);
      await takenBack(account, old, renamed);
      expectIntact(account, old);
      expect(keyInService(account)).toBe(key);
      await removed(account, old);
      expect(account.entities()).toEqual([]);
    },
  );
});
