import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { templateText } from '../package/template/template.ts';
import { type Served, serve } from './organization/server.ts';
import { idOf, makeOrganization } from './organization/state.ts';
import { runFleet } from './run-fleet.ts';

let served: Served;
beforeEach(async () => {
  served = await serve(makeOrganization(30, templateText));
});
afterEach(() => served.close());

const account = (number: number) =>
  served.organization.accounts.get(idOf(number)) ?? expect.fail('no such account');
const all = () => [...served.organization.accounts.values()];
const fleet = (command: string, ...args: string[]) =>
  runFleet([command, '--stack-set', 'rv-access-bundle', '--poll', '10', ...args], served.env);
/** The accounts that each operation reached, in order. */
const reached = () =>
  served.organization.operations.map(({ results }) => results.map(({ Account }) => Account));
const inForce = (key: string) => all().map((each) => each.inForce[key]);
const parametersBefore = {
  AccessKeySerial: '1',
  Access: 'Active',
  Tags: 'Team=data,Cost=42',
  UserName: 'redis',
};

describe('a change of a stack set', () => {
  test('goes to one account first, then to a tenth, then to the rest', async () => {
    const { code, stdout } = await fleet('update', 'RotationDays=45');
    expect(code).toBe(0);
    const [first, second, third] = reached();
    expect(first).toEqual([idOf(1)]);
    expect(second).toEqual([idOf(2), idOf(3), idOf(4)]);
    expect(third).toHaveLength(30);
    expect(inForce('RotationDays')).toEqual(Array(30).fill('45'));
    expect(stdout).toContain('RotationDays: 0 -> 45');
    expect(stdout).toContain('Wave 3 of 3, 26 accounts: done.');
  });

  test('says of each wave that it has begun, and by which operation of StackSets', async () => {
    const { stderr } = await fleet('update', 'RotationDays=45');
    expect(stderr).toBe(
      [
        'Wave 1 of 3, 1 account: operation operation-1 …',
        'Wave 2 of 3, 3 accounts: operation operation-2 …',
        'Wave 3 of 3, 26 accounts: operation operation-3 …',
        '',
      ].join('\n'),
    );
  });

  test('touches no parameter that it was not told to change', async () => {
    await fleet('update', 'RotationDays=45');
    expect(served.organization.parameters).toEqual({ ...parametersBefore, RotationDays: '45' });
  });

  test('leaves every instance up to date with the stack set', async () => {
    await fleet('update', 'RotationDays=45');
    expect(all().map(({ status }) => status)).toEqual(Array(30).fill('CURRENT'));
    expect(all().map(({ overrides }) => overrides)).toEqual(Array(30).fill({}));
  });

  test('stops after the wave in which an account fails, and says why', async () => {
    account(3).failing = 'ResourceLogicalId:Bundle, ResourceStatusReason:The key cannot be made.';
    const { code, stdout } = await fleet('update', 'RotationDays=45');
    expect(code).toBe(1);
    expect(inForce('RotationDays').filter(Boolean)).toHaveLength(2);
    expect(stdout).toContain('Wave 2 of 3, 3 accounts: stopped.');
    expect(stdout).toContain(`${idOf(3)} FAILED ResourceLogicalId:Bundle`);
    expect(stdout).toContain('  1 account of this wave CANCELLED: not reached.\n');
    expect(stdout).toContain(
      '26 accounts of later waves were not touched.\nThe stack set has the new values',
    );
  });

  test('goes on past as many failures as it is told to tolerate', async () => {
    account(20).failing = 'The key cannot be made.';
    const { code, stdout } = await fleet('update', 'RotationDays=45', '--tolerate', '10');
    expect(inForce('RotationDays').filter(Boolean)).toHaveLength(29);
    // Whom a suspension did not reach must not go by unseen.
    expect(stdout).toContain(
      `Wave 3 of 3, 26 accounts: done, but for 1 account.\n  ${idOf(20)} FAILED The key cannot be made.`,
    );
    expect(code).toBe(1);
  });

  test('tells StackSets how many accounts of a wave may fail, and how many to work on at a time', async () => {
    const preferences = () =>
      served.organization.calls
        .filter(({ action }) => action.startsWith('Update'))
        .map(({ input }) => (input as { OperationPreferences: object }).OperationPreferences);
    await fleet('update', 'RotationDays=45', '--waves', 'rest');
    await fleet('suspend', '--only', idOf(1), '--tolerate', '100', '--concurrent', '50');
    // In the mode that lets the failures of a wave be, as many as are tolerated, without slowing down.
    const ConcurrencyMode = 'SOFT_FAILURE_TOLERANCE';
    expect(preferences()).toEqual([
      { ConcurrencyMode, FailureTolerancePercentage: '0', MaxConcurrentPercentage: '25' },
      { ConcurrencyMode, FailureTolerancePercentage: '100', MaxConcurrentPercentage: '50' },
    ]);
  });

  test('waits between two waves as long as it is told', async () => {
    const args = ['--stack-set', 'rv-access-bundle', '--poll', '10', '--pause', '60'];
    const { code, stderr } = await runFleet(
      ['update', 'RotationDays=45', ...args],
      served.env,
      (told, kill) => {
        if (told.includes('Wave 2 comes in 60 minutes')) kill();
      },
    );
    expect(code).toBe(null);
    expect(stderr).toContain('Wave 2 comes in 60 minutes. Ctrl-C leaves the others as they are.');
    expect(reached()).toEqual([[idOf(1)]]);
  });

  test('changes nothing with --dry-run, and says what it would', async () => {
    const before = structuredClone(all());
    const { code, stdout } = await fleet('update', 'RotationDays=45', 'Tags=Team=data,Cost=43', '--dry-run');
    expect(code).toBe(0);
    expect(all()).toEqual(before);
    expect(served.organization.calls.filter(({ action }) => action.startsWith('Update'))).toEqual([]);
    expect(stdout).toBe(
      [
        'Stack set rv-access-bundle:',
        '  RotationDays: 0 -> 45',
        '  Tags: Team=data,Cost=42 -> Team=data,Cost=43',
        '  3 other parameters keep their values.',
        `  wave 1: 1 account (${idOf(1)})`,
        `  wave 2: 3 accounts (${idOf(2)}, ${idOf(3)}, ${idOf(4)})`,
        `  wave 3: 26 accounts (${idOf(5)}, ${idOf(6)}, ${idOf(7)}, and 23 more)`,
        'Nothing was changed (--dry-run).',
        '',
      ].join('\n'),
    );
  });

  test('counts what it leaves alone', async () => {
    served.organization.parameters = { Access: 'Active', UserName: 'redis' };
    expect((await fleet('suspend', '--dry-run')).stdout).toContain(
      '\n  1 other parameter keeps its value.\n',
    );
  });

  test.each([
    ['RotationDayz=45', "The stack set's template has no parameter RotationDayz."],
    ['RotationDays=3', 'RotationDays "3" must be a whole number from 7 to 365, or 0.'],
    ['Access=Off', 'Access "Off" must be Active or Suspended.'],
    ['RotationDays', '"RotationDays" is not Name=value.'],
  ])('refuses %s before anything is touched', async (pair, message) => {
    expect(await fleet('update', pair)).toMatchObject({ code: 2, stderr: `${message}\n` });
    expect(served.organization.operations).toEqual([]);
  });

  test('begins with the account that it is told, and tells of accounts that StackSets leaves out', async () => {
    Object.assign(account(8), { status: 'INOPERABLE', detailed: 'INOPERABLE' });
    const { code, stdout } = await fleet('update', 'RotationDays=45', '--first', idOf(9));
    expect(code).toBe(0);
    expect(reached()[0]).toEqual([idOf(9)]);
    expect(stdout).toContain(`${idOf(8)} is INOPERABLE: StackSets leaves it out.`);
    expect(account(8).inForce.RotationDays).toBe(undefined);
  });
});

describe('an account with values of its own', () => {
  beforeEach(() => {
    Object.assign(account(2).overrides, { Tags: 'Team=search', Access: 'Active' });
    Object.assign(account(12).overrides, { Access: 'Active' });
    Object.assign(account(20).overrides, { Tags: 'Team=ads' });
  });

  test('is suspended, too, and keeps its other values', async () => {
    const { code, stdout } = await fleet('suspend');
    expect(code).toBe(0);
    expect(inForce('Access')).toEqual(Array(30).fill('Suspended'));
    expect(account(2).overrides).toEqual({ Tags: 'Team=search', Access: 'Suspended' });
    expect(account(20).overrides).toEqual({ Tags: 'Team=ads' });
    expect(account(20).inForce.Tags).toBe('Team=ads');
    expect(stdout).toContain(`${idOf(12)} has a value of its own (Access=Active)`);
  });

  test('is rotated from its own serial', async () => {
    account(5).overrides.AccessKeySerial = '7';
    expect((await fleet('rotate')).code).toBe(0);
    expect(account(5).inForce.AccessKeySerial).toBe('8');
    expect(account(6).inForce.AccessKeySerial).toBe('2');
  });
});

test('a change of a few accounts alone leaves the stack set and all others as they are', async () => {
  account(4).overrides.Tags = 'Team=search';
  const { code, stdout } = await fleet('suspend', '--only', `${idOf(3)},${idOf(4)}`);
  expect(code).toBe(0);
  expect(all().filter(({ inForce: { Access } }) => Access === 'Suspended')).toEqual([account(3), account(4)]);
  expect(account(3).overrides).toEqual({ Access: 'Suspended' });
  expect(account(4).overrides).toEqual({ Access: 'Suspended', Tags: 'Team=search' });
  expect(served.organization.parameters).toEqual(parametersBefore);
  expect(stdout).toContain('Access: Suspended, for these accounts alone');
  await fleet('resume');
  expect(inForce('Access')).toEqual(Array(30).fill('Active'));
});

test('a rotation that was stopped goes on to the same serial, and rotates no account twice', async () => {
  account(3).failing = 'denied';
  account(30).overrides.AccessKeySerial = '7';
  await fleet('rotate');
  account(3).failing = '';
  expect((await fleet('rotate', '--serial', '2')).code).toBe(0);
  expect(inForce('AccessKeySerial')).toEqual([...Array(29).fill('2'), '7']);
});

test('a self-managed stack set is changed with the roles that it was made with', async () => {
  served.organization.serviceManaged = false;
  expect((await fleet('rotate', '--password')).code).toBe(0);
  expect(inForce('PasswordSerial')).toEqual(Array(30).fill('2'));
});

test('a stack set without any stack in reach is not changed', async () => {
  for (const each of all()) Object.assign(each, { status: 'INOPERABLE', detailed: 'INOPERABLE' });
  const ended = await fleet('suspend');
  expect(ended).toMatchObject({ code: 2, stderr: 'The stack set has no stack that could be changed.\n' });
  expect(served.organization.operations).toEqual([]);
});

test.each([
  [['--waves', '10%'], '"10%" is not sizes such as 1,10%,rest: the last wave is the rest.'],
  [['--tolerate', '101'], '"101" is not a whole number from 0 to 100.'],
  [['--only', '123'], '"123" is not an account id of 12 digits.'],
])('the options %s are refused with words that say why', async (options, message) => {
  expect(await fleet('suspend', ...options)).toMatchObject({ code: 2, stderr: `${message}\n` });
});

test('an account that the stack set does not have is refused', async () => {
  expect(await fleet('suspend', '--only', '999999999999')).toMatchObject({
    code: 2,
    stderr: 'The stack set has no stack in 999999999999.\n',
  });
});
