import { beforeEach, describe, expect, test } from 'vitest';
import { SECRET, useAccount } from '../../support/account.ts';
import { createEvent, deleteEvent, INVENTED_ID, STACK_ID } from '../../support/memory-aws/events.ts';
import type { Fault } from '../../support/memory-aws/faults.ts';
import { invoke } from '../../support/memory-aws/invoke.ts';
import { ledgerTable } from '../../support/memory-aws/world.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const OTHER = 'rv-access/other/Bundle/0123456789abcdef';

describe('a secret of a bundle that is gone, which a Create that died had begun to restore', () => {
  beforeEach(async () => {
    await account.create(OFF);
    await account.delete();
    Object.assign(account.secret().tags, { 'rv-access:bundle': OTHER });
  });

  /** The Create dies at a call, and CloudFormation cancels it. */
  const cancelled = async (action: string, fault: Fault) => {
    account.aws.failCall((call) => call.action === action && call.service === 'secretsmanager', fault);
    await account.wait(invoke(account.place, createEvent(OFF)));
    account.aws.faults.length = 0;
    return account.send(deleteEvent(INVENTED_ID, OFF));
  };

  test.each<[string, Fault]>([
    ['RestoreSecret', 'crashBefore'],
    ['RestoreSecret', 'crashAfter'],
    ['TagResource', 'crashAfter'],
  ])('is scheduled for deletion again after a Create that died at %s (%s)', async (action, fault) => {
    expect((await cancelled(action, fault)).answer.Status).toBe('SUCCESS');
    expect(account.secret(SECRET).deletion).toBeDefined();
    expect(account.entities()).toEqual([]);
  });

  test('carries the tag of the stack before it is deleted: the function may delete nothing else', async () => {
    const { calls } = await cancelled('RestoreSecret', 'crashAfter');
    const tagging = calls.find(({ action }) => action === 'TagResource');
    expect(tagging?.input.Tags).toEqual([
      { Key: 'rv-access:stack', Value: STACK_ID },
      { Key: 'rv-access:bundle', Value: expect.stringContaining('rv-access/redis-access/Bundle/') },
    ]);
  });

  test('is told of if it cannot be tagged, without which the function may not delete it', async () => {
    account.aws.failCall((call) => call.action === 'RestoreSecret', 'crashAfter');
    await account.wait(invoke(account.place, createEvent(OFF)));
    account.aws.faults.length = 0;
    account.aws.failCall(
      ({ action, service }) => action === 'TagResource' && service === 'secretsmanager',
      'explicitDeny',
      1000,
    );
    const { answer } = await account.send(deleteEvent(INVENTED_ID, OFF));
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`secret "${SECRET}" (TagResource for "${SECRET}" failed: AccessDenied`);
  });
});

test('a user that was adopted, and whose tags the request had not added to, has no other ones than before', async () => {
  account.aws.addForeignUser('redislabs-user', { UsedBy: 'them' });
  account.fail('CreateAccessKey', 'explicitDeny');
  await account.create({ ...OFF, ExistingEntities: 'Adopt' });
  await account.delete();
  expect(Object.keys(account.user().tags)).toEqual(['UsedBy']);
  const [item] = Object.values(account.aws.ledger[ledgerTable()] ?? {});
  expect(JSON.parse(item?.state?.S ?? '{}').keys).toMatchObject({ made: [] });
});
