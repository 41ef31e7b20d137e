import { beforeEach, describe, expect, test } from 'vitest';
import type { Aws } from '../../../src/aws/clients.ts';
import type { Bundle } from '../../../src/bundle/bundle.ts';
import { CallError } from '../../../src/errors.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { emptyState } from '../../../src/ledger/state.ts';
import type { Target } from '../../../src/reconcile/delete.ts';
import { release } from '../../../src/reconcile/release.ts';
import { rowOf } from '../../../src/reconcile/resources.ts';
import { expectIntact, settled, soon, takenBack } from '../../lifecycle/journey.ts';
import { SECRET, USER, useAccount } from '../../support/account.ts';
import {
  createEvent,
  deleteEvent,
  INVENTED_ID,
  STACK_ID,
  updateEvent,
} from '../../support/memory-aws/events.ts';
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

  test.each<[string, Fault]>([
    ['RestoreSecret', 'crashAfter'],
    ['TagResource', 'crashAfter'],
  ])(
    'is made ours when the Create that died at %s (%s) comes again, and shows no key of that bundle',
    async (action, fault) => {
      const dead = account.content()?.accessKeyId;
      account.aws.failCall((call) => call.action === action && call.service === 'secretsmanager', fault);
      const event = createEvent(OFF);
      await account.wait(invoke(account.place, event));
      const { answer } = await account.send(event);
      expect(answer.Status === 'SUCCESS' ? '' : answer.Reason).toBe('');
      expect(account.content()?.accessKeyId).toBe(account.user().accessKeys[0]?.id);
      expect(dead).toBeDefined();
      expect(account.content('AWSPREVIOUS')?.accessKeyId).not.toBe(dead);
    },
  );

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

/** What the ledger knows of keys. */
const keysKnown = () => {
  const [item] = Object.values(account.aws.ledger[ledgerTable()] ?? {});
  return JSON.parse(item?.state?.S ?? '{}').keys;
};

describe('a user that was adopted by a request that came to nothing', () => {
  test('has no other tags than before, where the request had not added to them', async () => {
    account.aws.addForeignUser(USER, { UsedBy: 'them' });
    account.fail('CreateAccessKey', 'explicitDeny');
    await account.create({ ...OFF, ExistingEntities: 'Adopt' });
    await account.delete();
    expect(Object.keys(account.user().tags)).toEqual(['UsedBy']);
    expect(keysKnown()).toMatchObject({ made: [] });
  });

  test('is asked to lose no tag, where the request had added none', async () => {
    const theirs = { 'rv-access:stack': 'theirs', 'rv-access:bundle': OTHER, 'rv-access:release': 'yes' };
    account.aws.addForeignUser(USER, { UsedBy: 'them', ...theirs });
    account.fail('CreateAccessKey', 'explicitDeny');
    await account.create({ ...OFF, ExistingEntities: 'Adopt' });
    expect((await account.delete()).writes).not.toContain('UntagUser');
  });

  test('is no hindrance to the Delete when somebody has deleted it meanwhile', async () => {
    account.aws.addForeignUser(USER);
    account.fail('CreateAccessKey', 'explicitDeny');
    await account.create({ ...OFF, ExistingEntities: 'Adopt' });
    delete account.aws.users[USER];
    soon(60_000);
    const { answer } = await account.delete();
    expect(answer.Status === 'SUCCESS' ? '' : answer.Reason).toBe('');
    expect(account.entities()).toEqual([]);
  });

  test('has the credentials from before, and the ledger knows of no other ones', async () => {
    const theirs = account.aws.addForeignUser(USER);
    const before = structuredClone(theirs);
    account.fail('UpdateSecretVersionStage', 'crashBefore');
    const event = createEvent({ ...OFF, ExistingEntities: 'Adopt' });
    await account.wait(invoke(account.place, event));
    const ids = account.user().accessKeys.map(({ id }) => id);
    expect(ids).toHaveLength(before.accessKeys.length + 1);
    expect((await account.send(deleteEvent(INVENTED_ID, event.ResourceProperties))).answer.Status).toBe(
      'SUCCESS',
    );
    expect(account.user()).toMatchObject({ accessKeys: before.accessKeys });
    expect(account.user().loginProfile).toEqual(before.loginProfile);
    expect(keysKnown()).toMatchObject({ made: [], gone: [ids.at(-1)] });
    expect(keysKnown().password).toBeUndefined();
  });
});

test('a role that is let go of leaves the keys and the password of the user who is called the same', async () => {
  const before = await settled(account);
  const { accessKeys, loginProfile } = structuredClone(account.user());
  account.aws.addForeignRole(USER);
  const renamed = { ...before.properties, ConsoleRoleName: USER, ExistingEntities: 'Adopt' };
  account.fail('CreateAccessKey', 'explicitDeny');
  const failed = await account.send(
    updateEvent(before.id, { ...renamed, AccessKeySerial: 2 }, before.properties),
  );
  expect(failed.answer.Status).toBe('FAILED');
  const { PhysicalResourceId: id } = failed.answer;
  soon();
  await takenBack(account, before, { id: String(id), properties: renamed });
  expect(account.user()).toMatchObject({ accessKeys, loginProfile });
  expect(account.aws.roles[USER]?.tags).toEqual({});
  expectIntact(account, before);
});

describe('tags of ours on what was adopted', () => {
  const TAGS = ['rv-access:stack', 'rv-access:bundle'];
  const refusal = (name: string) =>
    new CallError('UntagResource', 'adopted', '', Object.assign(new Error('No.'), { name }));
  /** Which tags were tried to be taken off, one try after the other; the first is refused. */
  const released = async (key: string, code: string) => {
    const tried: string[][] = [];
    const found = {
      tags: { 'rv-access:bundle': 'ours' },
      async untag(keys: string[]) {
        tried.push(keys);
        if (tried.length === 1) throw refusal(code);
      },
      delete: async () => {},
    };
    const target = {
      key,
      ...rowOf(key),
      owner: { id: 'ours-1', since: 'adopting', added: TAGS },
      found,
    } as Target;
    const ending = await release({} as Aws, { state: emptyState() } as Ledger, target, {
      tag: 'ours',
    } as Bundle).then(
      () => 'released',
      (error: Error) => error.message,
    );
    return { tried, ending };
  };

  test('all go but that by which a secret is ours to touch, if AWS refuses to take that off', async () => {
    expect(await released('secret adopted', 'AccessDeniedException')).toEqual({
      tried: [TAGS, ['rv-access:bundle']],
      ending: 'released',
    });
  });

  test.each([
    ['role adopted', 'AccessDenied'],
    ['secret adopted', 'InternalServiceError'],
  ])('are told of if they stay: on the %s, after %s', async (key, code) => {
    expect(await released(key, code)).toEqual({
      tried: [TAGS],
      ending: `UntagResource for "adopted" failed: ${code}: No.`,
    });
  });
});
