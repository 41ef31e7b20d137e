import { describe, expect, test } from 'vitest';
import {
  CONSOLE_ROLE,
  INSTANCE_POLICY,
  NODE_ROLE,
  SECRET,
  USER,
  USER_POLICY,
  useAccount,
} from '../support/account.ts';
import { harshestDay } from '../support/harsh-days.ts';
import { said, sendCheck } from './checking.ts';
import { expectIntact, keyInService, known, settled, soon, updated } from './journey.ts';

const account = useAccount();
const REPAIR = { mode: 'Repair' as const };
const DAY = 86_400_000;

describe('a check that repairs', () => {
  const BROKEN: [string, () => void][] = [
    ['a policy that is gone', () => delete account.aws.policies[INSTANCE_POLICY]],
    [
      'a policy that says something else',
      () => {
        for (const version of account.aws.policies[USER_POLICY]?.versions ?? [])
          version.document = '{"Version":"2012-10-17","Statement":[]}';
      },
    ],
    ['a policy that was detached', () => account.user().attached.splice(0)],
    ['a console role that is gone', () => delete account.aws.roles[CONSOLE_ROLE]],
    [
      'a trust policy that lets others in',
      () => Object.assign(account.aws.roles[CONSOLE_ROLE] ?? {}, { trust: '{"Statement":[]}' }),
    ],
    ['an instance profile that is gone', () => delete account.aws.instanceProfiles[NODE_ROLE]],
    ['a console password that is gone', () => delete account.user().loginProfile],
    [
      'a secret that is to be deleted',
      () =>
        Object.assign(account.secret(), {
          deletion: { requestedAt: Date.now(), dueAt: Date.now() + 30 * DAY },
        }),
    ],
    ['a tag that is gone', () => delete account.user().tags.UsedBy],
  ];

  test.each(BROKEN)(
    'sets %s right, keeps the access key, and finds nothing the next time',
    async (_what, doIt) => {
      const before = await settled(account);
      const key = keyInService(account);
      doIt();
      soon(20_000);
      harshestDay(account.aws, 7);
      const result = await sendCheck(account, REPAIR);
      expect(result.drift.length).toBeGreaterThan(0);
      expect(result.repair).toBe('Repaired.');
      expect(result.writes).not.toContain('CreateAccessKey');
      soon(60_000);
      expect(keyInService(account)).toBe(key);
      expectIntact(account, before);
      expect(await sendCheck(account, REPAIR)).toMatchObject({ drift: [], writes: [] });
      await updated(account, { Tags: 'Team=data' });
      expectIntact(account, known(account));
    },
  );

  test('does so when the property says it, and only reports for once when a person asks for that', async () => {
    await settled(account, { DailyCheck: 'Repair' });
    account.user().attached.splice(0);
    expect((await sendCheck(account, { mode: 'Report' })).writes).toEqual([]);
    expect((await sendCheck(account)).writes).toEqual(['AttachUserPolicy']);
  });

  test.each(['Report', 'Off'])(
    'writes nothing, not even the ledger, with DailyCheck %s',
    async (DailyCheck) => {
      await settled(account, { DailyCheck });
      account.user().attached.splice(0);
      const { calls, drift } = await sendCheck(account);
      expect(drift).toHaveLength(1);
      expect(calls.filter(({ mutating }) => mutating)).toEqual([]);
    },
  );

  test('leaves policies, access keys and logins of others, and goes on reporting them', async () => {
    await settled(account);
    account.aws.hangEverythingOn(USER);
    account.aws.addAccessKeyByHand(USER);
    const before = account.aws.snapshot();
    const first = await sendCheck(account, REPAIR);
    expect(account.aws.snapshot()).toEqual(before);
    expect(said(await sendCheck(account, REPAIR))).toEqual(said(first));
    expect(first.drift.length).toBeGreaterThan(8);
  });

  test('makes no access key where one works: a secret that was emptied waits for a person', async () => {
    await settled(account);
    delete account.aws.secrets[SECRET];
    const { repair, writes } = await sendCheck(account, REPAIR);
    expect(repair).toContain('Raise AccessKeySerial');
    expect(writes).toEqual([]);
  });

  test('makes an access key where none is left', async () => {
    await settled(account);
    account.user().accessKeys.splice(0);
    expect((await sendCheck(account, REPAIR)).repair).toBe('Repaired.');
    soon(60_000);
    expectIntact(account, known(account));
  });

  test('tells what stands in its way, and throws nothing', async () => {
    await settled(account);
    for (const tag of ['rv-access:bundle', 'rv-access:stack']) delete account.user().tags[tag];
    const { repair, drift } = await sendCheck(account, REPAIR);
    expect(drift.length).toBeGreaterThan(0);
    expect(repair).toContain('Not done: The user "redislabs-user" exists already');
  });

  test('leaves what a roll-back goes back to, so that a late Update is taken back as ever', async () => {
    const before = await settled(account);
    const after = await updated(account, { Tags: 'Team=data' });
    account.user().attached.splice(0);
    await sendCheck(account, REPAIR);
    soon();
    expectIntact(account, after);
    await updated(account, { Tags: null });
    expectIntact(account, before);
  });
});

describe('the access key that the last rotation replaced', () => {
  const rotated = async (properties = {}) => {
    await settled(account, { PreviousAccessKey: 'DeleteWhenUnused', ...properties });
    const old = keyInService(account) ?? '';
    await updated(account, { AccessKeySerial: 2 });
    return { old, current: keyInService(account) ?? '' };
  };
  const ids = () => account.user().accessKeys.map(({ id }) => id);

  test('goes when nobody has used it for a day, and the secret does not name it any more', async () => {
    const { old, current } = await rotated();
    soon(DAY);
    const result = await sendCheck(account);
    expect(result).toMatchObject({ state: 'checked', drift: [] });
    expect(ids()).toEqual([current]);
    expect(account.content()).toMatchObject({ accessKeyId: current });
    expect(account.content()).not.toHaveProperty('previousAccessKeyId');
    expect(result.log.join()).toContain(`{"retired":"${old}"}`);
    // Who waits for it meanwhile is told of a check.
    const puts = result.calls.filter(({ action }) => action === 'PutItem').map(({ input }) => input);
    expect(JSON.stringify(puts)).toContain('\\"kind\\":\\"Check\\"');
    soon(60_000);
    expect((await sendCheck(account)).writes).toEqual([]);
    expectIntact(account, known(account));
    expect((await account.update({})).writes).toEqual([]);
  });

  test('goes in the same way on the harsh AWS, which shows it for a while', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { current } = await rotated();
      soon(DAY);
      harshestDay(account.aws, seed);
      expect((await sendCheck(account)).drift).toEqual([]);
      soon();
      expect((await sendCheck(account)).drift).toEqual([]);
      expect([seed, ids()]).toEqual([seed, [current]]);
      delete account.aws.staleReads;
      soon(60_000);
      await account.delete();
      soon(60 * DAY);
    }
  });

  test.each([
    ['a day has not passed since the replacement', () => soon(DAY - 60_000)],
    [
      'somebody has used it within a day',
      (old: string) => {
        soon(3 * DAY);
        account.aws.useAccessKey(old);
        soon(DAY - 60_000);
      },
    ],
  ])('stays while %s', async (_why, wait) => {
    const { old, current } = await rotated();
    wait(old);
    expect((await sendCheck(account)).writes).toEqual([]);
    expect(ids().sort()).toEqual([old, current].sort());
  });

  test('goes although its probe at STS is of today', async () => {
    const { old, current } = await rotated();
    soon(2 * DAY);
    account.aws.useAccessKey(old, 'sts');
    await sendCheck(account);
    expect(ids()).toEqual([current]);
  });

  test('stays by default, and while anything is wrong with the credentials', async () => {
    await rotated({ PreviousAccessKey: 'KeepUntilNextRotation' });
    soon(3 * DAY);
    expect((await sendCheck(account)).writes).toEqual([]);
    await updated(account, { PreviousAccessKey: 'DeleteWhenUnused' });
    for (const key of account.user().accessKeys) if (key.id === keyInService(account)) key.active = false;
    expect((await sendCheck(account)).writes).toEqual([]);
    expect(ids()).toHaveLength(2);
  });

  test.each(['crashBefore', 'crashAfter'] as const)(
    'is gone from the secret as well the next day when a run dies: %s any of its calls',
    async (fault) => {
      const { current } = await rotated();
      soon(DAY);
      const whole = account.aws.save();
      const { calls } = await sendCheck(account);
      const writes = calls.filter(({ mutating }) => mutating).length;
      expect(writes).toBeGreaterThan(4);
      for (let number = 0; number < writes; number += 1) {
        account.aws.load(whole);
        let left = number;
        account.aws.failCall(({ mutating }) => mutating && left-- === 0, fault);
        await Promise.race([
          sendCheck(account),
          account.wait(new Promise((end) => setTimeout(end, 60_000))),
        ]).catch(() => {});
        account.aws.faults.length = 0;
        // Of a key that is gone AWS may say nothing but that one may not ask.
        account.aws.failCall(
          ({ action, input }) =>
            action === 'GetAccessKeyLastUsed' && !ids().includes(String(input.AccessKeyId)),
          'accessDenied',
          1000,
        );
        soon(DAY);
        const { drift } = await sendCheck(account);
        account.aws.faults.length = 0;
        expect([number, drift]).toEqual([number, []]);
        expect(ids()).toEqual([current]);
        expect(account.content()).not.toHaveProperty('previousAccessKeyId');
      }
    },
  );
});
