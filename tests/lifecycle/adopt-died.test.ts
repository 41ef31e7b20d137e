import { beforeEach, describe, expect, test } from 'vitest';
import { SECRET, USER, useAccount } from '../support/account.ts';
import { createEvent, deleteEvent, INVENTED_ID } from '../support/memory-aws/events.ts';
import type { AccessKey } from '../support/memory-aws/iam-state.ts';
import { invoke } from '../support/memory-aws/invoke.ts';

/** An adoption that dies leaves a user who is half the bundle's: what a Delete takes from him, and what not. */

const account = useAccount();
const ADOPT = { ExistingEntities: 'Adopt', DeletionProtection: 'Off' };
let theirs: AccessKey;

beforeEach(() => {
  account.aws.addForeignUser(USER, { Theirs: 'yes' });
  theirs = account.aws.addAccessKeyByHand(USER);
});

async function dieAfter(action: string): Promise<void> {
  account.fail(action, 'crashAfter');
  expect((await invoke(account.place, createEvent(ADOPT))).end).toBe('crashed');
}

async function expectDeleted(): Promise<void> {
  expect((await account.send(deleteEvent(INVENTED_ID, ADOPT))).answer.Status).toBe('SUCCESS');
}

describe('after an adoption that died', () => {
  test('one that is tried again and fails as well owns nothing of it yet', async () => {
    await dieAfter('CreateAccessKey');
    account.fail('CreateAccessKey', 'explicitDeny');
    expect((await account.create(ADOPT)).answer.Status).toBe('FAILED');
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.user().accessKeys).toEqual([theirs]);
    expect(account.user().tags).toEqual({ Theirs: 'yes' });
  });

  test.each(['TagUser', 'CreateAccessKey', 'PutSecretValue', 'UpdateSecretVersionStage'])(
    'at %s, the second delivery completes it',
    async (action) => {
      account.fail(action, 'crashAfter');
      const { event, end } = await invoke(account.place, createEvent(ADOPT));
      expect(end).toBe('crashed');
      const { answer } = await account.send(event);
      expect(answer.Status).toBe('SUCCESS');
      expect(account.user().accessKeys.map(({ id }) => id)).toEqual([
        theirs.id,
        account.content()?.accessKeyId,
      ]);
    },
  );
});

describe('after an adoption that died, a Delete', () => {
  test('leaves what was not tagged yet as it is, since the function may not touch it', async () => {
    account.fail('TagUser', 'crashBefore');
    expect((await invoke(account.place, createEvent(ADOPT))).end).toBe('crashed');
    account.fail('UntagUser', 'explicitDeny', 1000);
    await expectDeleted();
    expect([account.user().tags, account.user().accessKeys]).toEqual([{ Theirs: 'yes' }, [theirs]]);
  });

  test.each(['CreateAccessKey', 'PutSecretValue', 'CreateLoginProfile'])(
    'deletes, after %s, the key and the password that were made, and leaves the key that was there',
    async (action) => {
      await dieAfter(action);
      expect(account.user().accessKeys).toHaveLength(2);
      await expectDeleted();
      expect(account.user().accessKeys).toEqual([theirs]);
      expect(account.user()).not.toHaveProperty('loginProfile');
      expect(account.user().tags).toEqual({ Theirs: 'yes' });
    },
  );

  test('does so, too, where the secret was there before', async () => {
    account.aws.addForeignSecret(SECRET);
    await dieAfter('CreateAccessKey');
    await expectDeleted();
    expect(account.user().accessKeys).toEqual([theirs]);
    expect(account.secret()).toMatchObject({ tags: {} });
    expect(account.secret().deletion).toBeUndefined();
  });

  test('leaves a password to a user who had one', async () => {
    account.user().loginProfile = { password: 'His-own-1', createdAt: 0, resetRequired: false };
    await dieAfter('UpdateLoginProfile');
    await expectDeleted();
    expect(account.user()).toHaveProperty('loginProfile');
  });

  test('deletes nothing where the secret was taken over and nothing was made yet', async () => {
    account.aws.addForeignSecret(SECRET);
    await dieAfter('TagResource');
    await expectDeleted();
    expect(account.user().accessKeys).toEqual([theirs]);
    expect(Object.keys(account.secret().tags)).toEqual(['rv-access:stack']);
  });
});
