import { describe, expect, test, vi } from 'vitest';
import { physicalIdOnFailure } from '../../src/cloudformation/lifecycle.ts';
import { SECRET, USER, useAccount } from '../support/account.ts';
import { createEvent, deleteEvent, INVENTED_ID } from '../support/memory-aws/events.ts';
import { invoke } from '../support/memory-aws/invoke.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };

describe('a Create that was cancelled', () => {
  test('and comes late finds that and makes nothing', async () => {
    const event = createEvent();
    expect((await account.send(deleteEvent(INVENTED_ID))).answer.Status).toBe('SUCCESS');
    expect(account.secret().deletion).toBeDefined();
    const { answer, writes } = await account.send(event);
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('was deleted while this request was under way');
    expect([writes, account.entities()]).toEqual([[], []]);
  });

  test('does not stop one that is sent later', async () => {
    await account.send(deleteEvent(INVENTED_ID));
    vi.advanceTimersByTime(2000);
    expect((await account.create()).answer.Status).toBe('SUCCESS');
    expect(account.content()?.accessKeyId).toBe(account.user().accessKeys[0]?.id);
  });

  test('but has made something since the Delete looked is removed with that', async () => {
    const event = createEvent(OFF);
    account.before('CreateSecret', () => {
      account.aws.addForeignUser(USER, { 'rv-access:bundle': physicalIdOnFailure(event) });
      account.aws.addAccessKeyByHand(USER);
    });
    expect((await account.send(deleteEvent(INVENTED_ID, OFF))).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });

  test('but has made its secret since the Delete looked loses that, too', async () => {
    const event = createEvent(OFF);
    account.before('CreateSecret', () => {
      account.aws.addForeignSecret(SECRET, '{}', { 'rv-access:bundle': physicalIdOnFailure(event) });
    });
    expect((await account.send(deleteEvent(INVENTED_ID, OFF))).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });

  test('and died before it had a secret is removed, though what it made is not visible yet', async () => {
    account.aws.gate = async ({ action }) => {
      if (action === 'CreateSecret') await new Promise((resolve) => setTimeout(resolve, 100));
    };
    account.fail('CreateSecret', 'crashBefore');
    await invoke(account.place, createEvent(OFF));
    delete account.aws.gate;
    expect(account.entities()).toHaveLength(6);
    account.aws.lag.reads = 2500;
    expect((await account.send(deleteEvent(INVENTED_ID, OFF))).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });

  test('and can be left no word of that is told as left', async () => {
    account.fail('CreateSecret', 'explicitDeny');
    const { answer } = await account.send(deleteEvent(INVENTED_ID, OFF));
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`Left: secret "${SECRET}" (CreateSecret`);
  });

  test('meets the word of that at once, however little is there yet', async () => {
    account.aws.addForeignUser(USER, { 'rv-access:bundle': physicalIdOnFailure(createEvent(OFF)) });
    const { calls } = await account.send(deleteEvent(INVENTED_ID, OFF));
    const word = calls.find(({ action }) => action === 'CreateSecret');
    expect(word?.time).toBe(calls[0]?.time);
  });

  test('but is done already is removed as a whole, under the id that CloudFormation invented', async () => {
    await account.create(OFF);
    const { answer } = await account.send(deleteEvent(INVENTED_ID, OFF));
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: INVENTED_ID });
    expect(account.entities()).toEqual([]);
  });
});

describe('a Create that was cancelled over the secret of an earlier life', () => {
  /** A bundle that was deleted; its secret can be restored. */
  const past = async () => {
    await account.create(OFF);
    await account.delete();
    vi.advanceTimersByTime(60_000);
  };
  const cancel = () => account.send(deleteEvent(INVENTED_ID, OFF));

  test.each([
    ['', () => {}],
    [' of a bundle that noted nothing', () => delete account.secret().tags['rv-access:requests']],
  ])('and comes late finds word of that in the secret%s', async (_whose, change) => {
    await past();
    change();
    const event = createEvent(OFF);
    expect((await cancel()).answer.Status).toBe('SUCCESS');
    const { answer, writes } = await account.send(event);
    expect(answer.Reason).toContain('was deleted while this request was under way');
    expect([writes, account.entities()]).toEqual([[], []]);
  });

  test('leaves that word once, however often the Delete comes', async () => {
    await past();
    const event = deleteEvent(INVENTED_ID, OFF);
    await account.send(event);
    expect((await account.send(event)).writes).toEqual([]);
  });

  test('and takes it over at the same moment does not keep it', async () => {
    await past();
    account.before('RestoreSecret', () => {
      delete account.secret().deletion;
      account.secret().tags['rv-access:requests'] = 'fedcba9876543210@';
    });
    expect((await cancel()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });

  test('and has read it before that word was left does not keep it either', async () => {
    await past();
    const event = createEvent(OFF);
    const word = `cancelled-${Math.floor(Date.now() / 1000)}`;
    account.before('RestoreSecret', () => {
      account.secret().tags['rv-access:requests'] = word;
    });
    const { answer } = await account.send(event);
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('was deleted');
    expect(account.entities()).toEqual([]);
    expect(account.secret().tags['rv-access:requests']).toBe(word);
  });

  test('and another Delete is faster, ends well', async () => {
    await past();
    account.before('TagResource', () => {
      account.secret().deletion = { requestedAt: Date.now(), dueAt: Date.now() + 86_400_000 };
    });
    expect((await cancel()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });

  test('leaves the secret of a stranger as it is', async () => {
    const secret = account.aws.addForeignSecret(SECRET);
    secret.deletion = { requestedAt: Date.now(), dueAt: Date.now() + 86_400_000 };
    const { answer, writes } = await cancel();
    expect([answer.Status, writes]).toEqual(['SUCCESS', []]);
  });
});
