import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { LedgerState } from '../../../src/ledger/state.ts';
import { namesOwnedBy } from '../../faults/ledger.ts';
import { USER, useAccount } from '../../support/account.ts';
import { createEvent, deleteEvent, INVENTED_ID } from '../../support/memory-aws/events.ts';
import { ledgerTable } from '../../support/memory-aws/world.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const actions = () => account.aws.calls.map(({ action }) => action);

/** What the ledger says. */
function known(): LedgerState {
  const [item] = Object.values(account.aws.ledger[ledgerTable()] ?? {});
  return JSON.parse(item?.state?.S ?? '{}');
}

beforeEach(async () => {
  await account.create(OFF);
  account.aws.forgetCalls();
});

describe('which generation a Delete is about', () => {
  test('is that of its id, whatever its properties say', async () => {
    const { answer } = await account.send(deleteEvent(account.id, { ...OFF, UserName: 'other' }));
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: account.id });
    expect(account.entities()).toEqual([]);
  });

  test('is that of its properties if CloudFormation has invented the id', async () => {
    const { answer } = await account.send(deleteEvent(INVENTED_ID, OFF));
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: INVENTED_ID });
    expect([account.entities(), namesOwnedBy(account.aws, account.id)]).toEqual([[], []]);
  });

  test('is none if the ledger gives it nothing: it is answered, and nothing is read', async () => {
    const other = account.id.replace(/[0-9a-f]{16}$/, '0123456789abcdef');
    const { answer } = await account.send(deleteEvent(other, OFF));
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: other });
    expect(actions().every((action) => action.endsWith('Item'))).toBe(true);
    expect(account.entities()).toHaveLength(7);
  });

  test('is none of another stack that gives its id', async () => {
    const theirs = {
      ...deleteEvent(account.id, OFF),
      StackId: deleteEvent('').StackId.replace('redis', 'team'),
    };
    expect((await account.send(theirs)).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toHaveLength(7);
  });
});

test('a Delete that comes after a later request was carried out deletes nothing, and never says that the bundle is gone', async () => {
  const late = deleteEvent(account.id, OFF);
  vi.advanceTimersByTime(1000);
  await account.update({ Tags: 'Team=Data' });
  const { answer, writes } = await account.send(late);
  expect([answer.Status, writes]).toEqual(['FAILED', []]);
  expect(answer.Reason).toContain(
    'This Delete came after a later request for the same bundle had been carried out',
  );
  expect(answer.Reason).toContain('delete the stack again');
  expect(account.entities()).toHaveLength(7);
});

test('where the bundle is gone it is answered, and the log says why', async () => {
  const late = deleteEvent(account.id, OFF);
  vi.advanceTimersByTime(1000);
  await account.delete();
  const { answer, writes, log } = await account.send(late);
  expect([answer.Status, writes]).toEqual(['SUCCESS', []]);
  expect(log).toContain('This Delete came after a later request for the same bundle had been carried out');
});

test('a Delete that fails is not taken for carried out: the next one goes on', async () => {
  account.fail('DeleteUser', 'explicitDeny');
  const event = deleteEvent(account.id, OFF);
  expect((await account.send(event)).answer.Status).toBe('FAILED');
  expect(namesOwnedBy(account.aws, account.id)).toEqual(['user redislabs-user']);
  expect((await account.send(event)).answer.Status).toBe('SUCCESS');
  expect(account.entities()).toEqual([]);
});

test('what was in force is so no more after a Delete: the next Create begins anew', async () => {
  await account.delete();
  vi.advanceTimersByTime(1000);
  const { answer } = await account.create(OFF);
  expect(answer.Status).toBe('SUCCESS');
  expect(account.user().accessKeys).toHaveLength(1);
});

test('a Create that CloudFormation had cancelled before it came makes nothing, also after others in the history', async () => {
  const late = createEvent(OFF);
  vi.advanceTimersByTime(1000);
  await account.send(deleteEvent(INVENTED_ID, OFF));
  const { answer, writes } = await account.send(late);
  expect([answer.Status, writes, account.entities()]).toEqual(['FAILED', [], []]);
});

test('what another generation has in force stays so', async () => {
  const old = account.id;
  await account.update({ UserName: 'other', Access: 'Suspended' });
  await account.update({ UserName: 'other' });
  const { inForce } = known();
  expect(inForce?.id).not.toBe(old);
  expect((await account.send(deleteEvent(old, OFF))).answer.Status).toBe('SUCCESS');
  expect(known().inForce).toEqual(inForce);
});

test('nothing is in force, under way or suspended after the Delete of the generation that was', async () => {
  await account.update({ Access: 'Suspended' });
  account.fail('TagUser', 'explicitDeny', 1000);
  await account.update({ Tags: 'Team=Data' });
  account.aws.faults.length = 0;
  await account.delete();
  expect(known()).toMatchObject({ owners: {}, underWay: [] });
  expect(known()).not.toHaveProperty('inForce');
  expect(known()).not.toHaveProperty('suspension');
});

describe('a Delete whose ledger was lost', () => {
  beforeEach(() => {
    account.aws.ledger = { [ledgerTable()]: {} };
  });

  test('deletes nothing, and says what carries the tag and how to say that it shall go', async () => {
    const { answer, writes } = await account.delete();
    expect([answer.Status, writes]).toEqual(['FAILED', []]);
    expect(answer.Reason).toContain(
      "The ledger of this bundle was lost: it knows nothing, but these carry the bundle's tag: policy ",
    );
    expect(answer.Reason).toContain(`, user ${USER}, `);
    expect(answer.Reason).toContain(
      'Nothing was deleted. To delete all the same, put the tag rv-access:delete=anyway on the user (aws iam tag-user',
    );
  });

  test('deletes all of it once a person has said so', async () => {
    account.user().tags['rv-access:delete'] = 'anyway';
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });

  test('is done if nothing carries the tag', async () => {
    Object.assign(account.aws, { users: {}, roles: {}, policies: {}, instanceProfiles: {}, secrets: {} });
    const { answer, writes } = await account.delete();
    expect([answer.Status, writes]).toEqual(['SUCCESS', []]);
  });
});

test('a Delete of what Redis works with is refused in words, and nothing is touched', async () => {
  account.aws.useAccessKey(account.content()?.accessKeyId ?? '', 'ec2');
  const { answer, writes } = await account.send(deleteEvent(account.id));
  expect([answer.Status, writes]).toEqual(['FAILED', []]);
  expect(answer.Reason).toContain('Redis has used this access in the last 24 hours: access key');
});
