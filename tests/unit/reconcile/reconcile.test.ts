import { describe, expect, test } from 'vitest';
import type { LedgerState } from '../../../src/ledger/state.ts';
import { NODE_ROLE, USER, useAccount } from '../../support/account.ts';
import { secondsOf } from '../../support/memory-aws/invoke.ts';
import { ledgerTable } from '../../support/memory-aws/world.ts';

const account = useAccount();

describe('what a fresh look may clear', () => {
  const taken = (seconds: number) => {
    account.aws.freedAt[`User/${USER.toLowerCase()}`] = Date.now() + seconds * 1000;
  };

  test('is looked at again until it is cleared', async () => {
    taken(50);
    expect((await account.create()).answer.Status).toBe('SUCCESS');
  });

  test('is told after a minute, with what to do', async () => {
    taken(3600);
    const { answer, invocation } = await account.create();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(
      'It may be taken by one under another path, or by one that was deleted a moment ago. Choose another name, or try again later.',
    );
    expect(secondsOf(invocation)).toBeGreaterThanOrEqual(60);
    expect(secondsOf(invocation)).toBeLessThan(100);
  });
});

/** What the ledger says. */
function known(): LedgerState {
  const [item] = Object.values(account.aws.ledger[ledgerTable()] ?? {});
  return JSON.parse(item?.state?.S ?? '{}');
}

test('the answer tells of the key in force', async () => {
  const { answer } = await account.create();
  expect(answer.Data?.AccessKeyId).toBe(account.user().accessKeys[0]?.id);
  expect(answer.Data?.SecretArn).toBe(account.secret().arn);
});

test('what a request that failed had asked for may be in force, by the ledger', async () => {
  await account.create();
  account.fail('TagUser', 'explicitDeny', 1000);
  expect((await account.update({ Tags: 'Team=Data' })).answer.Status).toBe('FAILED');
  expect(known().underWay).toMatchObject([{ Tags: 'Team=Data' }]);
});

test('after more requests that have failed than the ledger tells apart the next one succeeds', async () => {
  await account.create();
  account.fail('TagUser', 'explicitDeny', 1000);
  for (let team = 1; team <= 9; team += 1)
    expect((await account.update({ Tags: `Team=${team}` })).answer.Status).toBe('FAILED');
  expect(known().underWay).toEqual([null]);
  account.aws.faults.length = 0;
  expect((await account.update({ Tags: 'Team=Data' })).answer.Status).toBe('SUCCESS');
  expect(account.user().tags).toMatchObject({ Team: 'Data' });
  expect(known().underWay).toEqual([]);
});

test('a password that nobody waits for any more and that cannot be made does not end the process', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  account.fail('GetRandomPassword', 'explicitDeny', 1000);
  account.fail('CreateRole', 'explicitDeny', 1000);
  const { answer } = await account.create();
  process.off('unhandledRejection', note);
  expect(answer.Status).toBe('FAILED');
  expect(unhandled).toEqual([]);
});

test('a key of ours that a person has deleted is looked for once', async () => {
  await account.create();
  account.user().accessKeys = [];
  expect(secondsOf((await account.update({ Tags: 'Team=Data' })).invocation)).toBeGreaterThanOrEqual(15);
  expect(secondsOf((await account.update({ Tags: 'Team=Ops' })).invocation)).toBeLessThan(5);
});

test('a secret that is renamed holds the key and the password from before', async () => {
  await account.create();
  const { accessKeyId, consolePassword } = account.content() ?? {};
  expect((await account.update({ SecretName: 'other' })).answer.Data?.AccessKeyId).toBe(accessKeyId);
  const values = Object.values(account.secret('other').versions).filter(({ stages }) =>
    stages.includes('AWSCURRENT'),
  );
  expect(values.map(({ value }) => JSON.parse(value))).toMatchObject([{ accessKeyId, consolePassword }]);
});

test('rotation is switched on, and off, when that is asked for, and not touched otherwise', async () => {
  await account.create();
  const rotates = async (changes: object) => {
    const { answer, writes } = await account.update({ ...changes });
    expect(answer.Status).toBe('SUCCESS');
    return [account.secret().rotationEnabled, writes.filter((action) => /Rotat/.test(action)).length];
  };
  expect(await rotates({ Tags: 'Team=Data' })).toEqual([false, 0]);
  expect(await rotates({ RotationDays: 30 })).toEqual([true, 1]);
  expect(await rotates({ Tags: 'Team=Ops' })).toEqual([true, 0]);
  expect(await rotates({ RotationDays: 0 })).toEqual([false, 1]);
});

describe('the tag by which a person has released a bundle', () => {
  const theirs = { 'rv-access:bundle': 'rv-access/other/Bundle/0123456789abcdef' };

  test('is taken off once the bundle is taken over', async () => {
    account.aws.addForeignUser(USER, { ...theirs, 'rv-access:release': 'yes' });
    expect((await account.create({ ExistingEntities: 'Adopt' })).answer.Status).toBe('SUCCESS');
    expect(account.user().tags).not.toHaveProperty('rv-access:release');
  });

  test('is taken off the user also where other things are taken over with it', async () => {
    account.aws.addForeignPolicy('RedisLabsInstanceRolePolicy');
    account.aws.addForeignRole(NODE_ROLE);
    account.aws.addForeignUser(USER, { ...theirs, 'rv-access:release': 'yes' });
    expect((await account.create({ ExistingEntities: 'Adopt' })).answer.Status).toBe('SUCCESS');
    expect(account.user().tags).not.toHaveProperty('rv-access:release');
  });

  test('stays on the user of a bundle that is updated before another stack takes it over', async () => {
    await account.create();
    account.user().tags['rv-access:release'] = 'yes';
    expect((await account.update({ Tags: 'Team=Data' })).answer.Status).toBe('SUCCESS');
    expect(account.user().tags).toMatchObject({ 'rv-access:release': 'yes', Team: 'Data' });
  });

  test('is not asked for where there is none', async () => {
    account.aws.addForeignUser(USER, {});
    const { answer, writes } = await account.create({ ExistingEntities: 'Adopt' });
    expect([answer.Status, writes.includes('UntagUser')]).toEqual(['SUCCESS', false]);
  });
});
