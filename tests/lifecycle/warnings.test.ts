import { describe, expect, test } from 'vitest';
import { CONSOLE_ROLE, USER, useAccount } from '../support/account.ts';

const account = useAccount();
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';

describe('a serial that is lowered', () => {
  test.each(['AccessKeySerial', 'PasswordSerial'])(
    'keeps what is in force, and the attribute Warnings says so: %s',
    async (property) => {
      await account.create({ [property]: 5 });
      const before = account.content();
      const { answer, log } = await account.update({ [property]: 2 });
      const warning = `${property} was lowered, and nothing of that number is left: what is in force stays. Raise it for a new one.`;
      expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { Warnings: warning } });
      expect(answer).not.toHaveProperty('Reason');
      expect(log).toContain(warning);
      expect(account.content()).toEqual(before);
      expect(account.user().accessKeys).toHaveLength(1);
      expect(account.user().loginProfile?.password).toBe(before?.consolePassword);
    },
  );

  test('and raised again to what it was says nothing, and makes nothing', async () => {
    await account.create({ AccessKeySerial: 5 });
    await account.update({ AccessKeySerial: 2 });
    const { answer, writes } = await account.update({ AccessKeySerial: 5 });
    expect([answer.Data?.Warnings, writes]).toEqual(['', []]);
  });

  test('of a rotation that is rolled back is no reason to warn: the key before is there', async () => {
    await account.create();
    const first = account.content()?.accessKeyId;
    await account.update({ AccessKeySerial: 2 });
    const { answer } = await account.update({ AccessKeySerial: 1 });
    expect(answer.Data).toMatchObject({ Warnings: '', AccessKeyId: first });
  });
});

test('policies that the bundle did not attach are left, and told', async () => {
  await account.create();
  account.user().attached.push(READ_ONLY);
  account.aws.roles[CONSOLE_ROLE]?.attached.push(READ_ONLY);
  const { answer, writes } = await account.update({});
  expect(answer.Data?.Warnings).toContain(
    `The user "${USER}" has policies that this bundle did not attach: ${READ_ONLY}. They were left.`,
  );
  expect(answer.Data?.Warnings).toContain(`The role "${CONSOLE_ROLE}" has policies`);
  expect([writes, account.user().attached.includes(READ_ONLY)]).toEqual([[], true]);
});

test('a lock-out by hand is told, as Redis stays locked out; that of a suspension goes with it and is not', async () => {
  await account.create();
  await account.update({ Access: 'Suspended' });
  expect((await account.update({ Access: 'Active' })).answer.Data?.Warnings).toBe('');
  account.user().attached.push(DENY_ALL);
  expect((await account.update({})).answer.Data?.Warnings).toBe(
    `The user "${USER}" has policies that this bundle did not attach: ${DENY_ALL}. They were left.`,
  );
  expect(account.user().attached).toContain(DENY_ALL);
});

test('warnings are cut to 500 characters, and a second delivery repeats them', async () => {
  await account.create();
  for (let i = 0; i < 9; i += 1)
    account.user().attached.push(`arn:aws:iam::aws:policy/${'x'.repeat(90)}${i}`);
  const { answer, invocation } = await account.update({});
  expect(answer.Data?.Warnings).toHaveLength(500);
  expect(answer.Data?.Warnings).toMatch(/…$/);
  expect((await account.send(invocation.event)).answer).toEqual(answer);
});

test('with every name at its longest the answer has less than 4,096 bytes: warnings give way, and attributes do not', async () => {
  const { answer, invocation } = await account.create({
    InstanceRoleName: 'i'.repeat(64),
    InstancePolicyName: 'j'.repeat(128),
    UserName: 'u'.repeat(64),
    UserPolicyName: 'v'.repeat(128),
    ConsoleRoleName: 'c'.repeat(64),
    SecretName: `s/${'s'.repeat(510)}`,
    CloudAccountName: 'n'.repeat(40),
  });
  expect(answer.Status).toBe('SUCCESS');
  account.user('u'.repeat(64)).attached.push(READ_ONLY);
  const full = await account.update({ AccessKeySerial: 1 });
  for (const { puts } of [invocation, full.invocation])
    expect(Buffer.byteLength(puts[0]?.body ?? '')).toBeLessThanOrEqual(4096);
  expect(Object.keys(full.answer.Data ?? {})).toEqual(Object.keys(answer.Data ?? {}));
  expect(full.answer.Data).toMatchObject({ SecretName: `s/${'s'.repeat(510)}`, UserName: 'u'.repeat(64) });
});
