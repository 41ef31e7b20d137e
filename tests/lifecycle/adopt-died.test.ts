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
  });

  test('one that is tried again without leave to adopt is refused, and changes nothing', async () => {
    await dieAfter('CreateAccessKey');
    const before = account.aws.snapshot();
    const { answer, writes } = await account.create({ ...ADOPT, ExistingEntities: 'Fail' });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`The user "${USER}" exists already`);
    expect([writes, account.aws.snapshot()]).toEqual([[], before]);
  });
});

describe('after an adoption that died, a Delete', () => {
  test.each(['CreateAccessKey', 'PutSecretValue', 'CreateLoginProfile'])(
    '(%s) takes the key and the password that were made, and leaves the key that was there',
    async (action) => {
      await dieAfter(action);
      expect(account.user().accessKeys).toHaveLength(2);
      await expectDeleted();
      expect(account.user().accessKeys).toEqual([theirs]);
      expect(account.user()).not.toHaveProperty('loginProfile');
    },
  );

  test('does so, too, where the secret was there before', async () => {
    account.aws.addForeignSecret(SECRET);
    await dieAfter('CreateAccessKey');
    await expectDeleted();
    expect(account.user().accessKeys).toEqual([theirs]);
  });

  test('leaves a password to a user who had one', async () => {
    account.user().loginProfile = { password: 'His-own-1', createdAt: 0, resetRequired: false };
    await dieAfter('UpdateLoginProfile');
    await expectDeleted();
    expect(account.user()).toHaveProperty('loginProfile');
  });

  test('takes nothing where the secret was taken over and nothing was made yet', async () => {
    account.aws.addForeignSecret(SECRET);
    await dieAfter('TagResource');
    await expectDeleted();
    expect(account.user().accessKeys).toEqual([theirs]);
  });
});
