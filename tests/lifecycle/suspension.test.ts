import { describe, expect, test } from 'vitest';
import { CONSOLE_ROLE, USER, useAccount } from '../support/account.ts';
import { HARSH_SEEDS, harshestDay } from '../support/harsh-days.ts';
import {
  attempt,
  expectIntact,
  expectSuccess,
  givenUp,
  known,
  settled,
  soon,
  takenBack,
  updated,
} from './journey.ts';

const account = useAccount();
const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const SUSPENDED = { Access: 'Suspended' };

/** What lets Redis in. */
function waysIn(): string[] {
  const user = account.user();
  const role = account.aws.roles[CONSOLE_ROLE];
  return [
    ...user.accessKeys.filter(({ active }) => active).map(({ id }) => `key ${id}`),
    ...(user.loginProfile ? ['password'] : []),
    ...(user.attached.includes(DENY_ALL) ? [] : ['user']),
    ...(!role || role.attached.includes(DENY_ALL) ? [] : ['console role']),
  ];
}

test.each(HARSH_SEEDS)(
  'a suspension locks out at once, and its end undoes exactly that (harshest day, seed %i)',
  async (seed) => {
    const made = await settled(account);
    await updated(account, { AccessKeySerial: 2 });
    const [off = '', on = ''] = account.user().accessKeys.map(({ id }) => id);
    for (const key of account.user().accessKeys) if (key.id === off) key.active = false;
    soon(60_000);
    harshestDay(account.aws, seed);
    await updated(account, SUSPENDED);
    expect(waysIn()).toEqual([]);
    expect(account.aws.roles['redislabs-cluster-node-role']?.attached).not.toContain(DENY_ALL);
    await updated(account, { Access: 'Active' });
    expect(waysIn()).toEqual([`key ${on}`, 'password', 'user', 'console role']);
    expectIntact(account, known(account), { keys: [], inactive: [off] });
    expect(known(account).id).toBe(made.id);
  },
);

describe('a suspension', () => {
  test.each([{ UserName: 'another-user' }, { AccessKeySerial: 2 }, { PasswordSerial: 2 }])(
    'together with %o is refused, and nothing is touched',
    async (more) => {
      await settled(account);
      const before = account.aws.snapshot();
      const { answer, writes } = await account.update({ ...SUSPENDED, ...more });
      expect([answer.Status, writes]).toEqual(['FAILED', []]);
      expect(answer.Reason).toContain('Access Suspended changes nothing else');
      expect(account.aws.snapshot()).toEqual(before);
    },
  );

  test('together with the end of the console role locks that role, and the role goes with the suspension', async () => {
    await settled(account);
    await updated(account, { ...SUSPENDED, ConsoleAccess: 'None' });
    expect(waysIn()).toEqual([]);
    await updated(account, { Access: 'Active' });
    expect(account.aws.roles[CONSOLE_ROLE]).toBeUndefined();
    expectIntact(account, known(account));
  });

  test('together with a new console role makes none, and locks out all the same', async () => {
    await settled(account, { ConsoleAccess: 'None' });
    await updated(account, { ...SUSPENDED, ConsoleAccess: 'UserAndRole' });
    expect([waysIn(), account.aws.roles[CONSOLE_ROLE]]).toEqual([[], undefined]);
    await updated(account, { Access: 'Active' });
    expectIntact(account, known(account));
  });

  test('succeeds where somebody has deleted the console role by hand', async () => {
    await settled(account);
    delete account.aws.roles[CONSOLE_ROLE];
    await updated(account, SUSPENDED);
    expect(waysIn()).toEqual([]);
  });

  test('is refused at Create', async () => {
    const { answer, writes } = await account.create(SUSPENDED);
    expect([answer.Status, writes]).toEqual(['FAILED', []]);
    expect(answer.Reason).toContain('there is nothing yet');
  });

  test('that is rolled back after its success lets Redis in again, and its end rolled back suspends again', async () => {
    const active = await settled(account);
    const suspended = await updated(account, SUSPENDED);
    await takenBack(account, active, suspended);
    expectIntact(account, active);
    Object.assign(account, active);
    const again = await updated(account, SUSPENDED);
    const resumed = await updated(account, { Access: 'Active', UserName: 'another-user' });
    await takenBack(account, again, resumed);
    expect(waysIn()).toEqual([]);
  });

  test('as the way back of a rename that died leaves nothing of the new names', async () => {
    await settled(account);
    const suspended = await updated(account, SUSPENDED);
    account.fail('CreateAccessKey', 'crashAfter');
    const renamed = { Access: 'Active', UserName: 'another-user' };
    expect((await attempt(account, renamed)).end).toBe('crashed');
    expect(account.aws.users['another-user']?.accessKeys).toHaveLength(1);
    givenUp();
    await takenBack(account, suspended, {
      ...suspended,
      properties: { ...suspended.properties, ...renamed },
    });
    expect(account.aws.users['another-user']).toBeUndefined();
    expect(waysIn()).toEqual([]);
  });

  test('with a call that fails is taken back as a whole', async () => {
    const active = await settled(account);
    account.fail('AttachRolePolicy', 'explicitDeny', Number.POSITIVE_INFINITY);
    const { answer } = await account.update(SUSPENDED);
    expect(answer.Status).toBe('FAILED');
    account.aws.faults.length = 0;
    soon();
    await takenBack(account, active, { ...active, properties: { ...active.properties, ...SUSPENDED } });
    expectIntact(account, active);
  });

  test('changes nothing else, and what else was asked for comes with its end', async () => {
    await settled(account);
    await updated(account, { ...SUSPENDED, Tags: 'Team=data' });
    expect(account.user().tags.Team).toBeUndefined();
    await updated(account, { Access: 'Active' });
    expect(account.user().tags.Team).toBe('data');
  });

  test('done again changes nothing', async () => {
    await settled(account);
    await updated(account, SUSPENDED);
    const before = account.aws.snapshot();
    expectSuccess((await account.update({ ...SUSPENDED, Tags: 'Team=data' })).answer);
    expect(account.aws.snapshot()).toEqual(before);
    expect(waysIn()).toEqual([]);
    await updated(account, { Access: 'Active' });
    expect(waysIn()).toEqual([`key ${account.content()?.accessKeyId}`, 'password', 'user', 'console role']);
  });

  test('does not keep a Delete from anything: its keys count as unused', async () => {
    await settled(account, { DeletionProtection: 'WhenInUse' });
    account.aws.useAccessKey(account.user().accessKeys[0]?.id ?? '', 'ec2');
    await updated(account, SUSPENDED);
    expectSuccess((await account.delete()).answer);
    expect(account.entities()).toEqual([]);
    expect(account.aws.users[USER]).toBeUndefined();
  });

  test('is when a key that leaked can be deleted by hand: its end makes another key, and another password where asked', async () => {
    await settled(account);
    await updated(account, SUSPENDED);
    const leaked = account.content();
    account.user().accessKeys.length = 0;
    soon(60_000);
    await updated(account, { Access: 'Active', PasswordSerial: 2 });
    expect(account.user().accessKeys.map(({ id }) => id)).toEqual([account.content()?.accessKeyId]);
    expect(account.content()?.accessKeyId).not.toBe(leaked?.accessKeyId);
    expect(account.content()?.consolePassword).not.toBe(leaked?.consolePassword);
    expectIntact(account, known(account));
  });
});
