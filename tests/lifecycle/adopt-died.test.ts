import { beforeEach, describe, expect, test } from 'vitest';
import { physicalIdOnFailure } from '../../src/cloudformation/lifecycle.ts';
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
  const everything = () => JSON.stringify(account.aws.snapshot());

  test('one that is tried again and fails as well owns nothing of it yet', async () => {
    await dieAfter('CreateAccessKey');
    account.fail('CreateAccessKey', 'explicitDeny');
    expect((await account.create(ADOPT)).answer.Status).toBe('FAILED');
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.user().accessKeys).toEqual([theirs]);
  });

  test('one that is tried again without leave to adopt is refused, and changes nothing', async () => {
    await dieAfter('CreateAccessKey');
    const before = everything();
    const { answer, writes } = await account.create({ ...ADOPT, ExistingEntities: 'Fail' });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`The user "${USER}" exists already`);
    expect([writes, everything()]).toEqual([[], before]);
  });

  test('with only the last tag to set, the next run sets it, and tells that it is at work', async () => {
    let runs = 0;
    account.aws.failCall(({ action }) => action === 'TagUser' && ++runs === 2, 'crashBefore');
    const { event, end } = await invoke(account.place, createEvent(ADOPT));
    expect(end).toBe('crashed');
    let told: string[] = [];
    account.before('TagUser', () => {
      told = Object.keys(account.secret().tags).filter((tag) => tag.startsWith('rv-access:run-'));
    });
    const { answer } = await account.send(event);
    expect(told).toHaveLength(1);
    expect(account.user().tags['rv-access:bundle']).toBe(answer.PhysicalResourceId);
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

  test('takes nothing by the word of a secret that is another bundle’s', async () => {
    const id = physicalIdOnFailure(createEvent(ADOPT));
    account.user().tags['rv-access:bundle'] = `${id}/adopting`;
    account.aws.addForeignSecret(SECRET, '{}', {
      'rv-access:bundle': 'rv-access/other/Bundle/0123456789abcdef-0123456789abcdef',
      'rv-access:minting': `- ${theirs.createdAt / 1000} 1`,
    });
    expect((await account.send(deleteEvent(id, ADOPT))).answer.Status).toBe('SUCCESS');
    expect(account.user().accessKeys).toEqual([theirs]);
  });
});
