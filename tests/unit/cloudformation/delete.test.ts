import { beforeEach, describe, expect, test, vi } from 'vitest';
import { namesOwnedBy } from '../../faults/ledger.ts';
import { useAccount } from '../../support/account.ts';
import { deleteEvent, INVENTED_ID } from '../../support/memory-aws/events.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const actions = () => account.aws.calls.map(({ action }) => action);

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
