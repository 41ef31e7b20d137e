import { describe, expect, test, vi } from 'vitest';
import { resourceOf } from '../../faults/ours.ts';
import { SECRET, USER, useAccount } from '../../support/account.ts';
import { createEvent } from '../../support/memory-aws/events.ts';
import { invoke } from '../../support/memory-aws/invoke.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const BUNDLE = 'rv-access/gone/Bundle/0123456789abcdef';
const later = () => vi.advanceTimersByTime(5000);

function scheduleForDeletion(tags: Record<string, string>): void {
  const past = {
    accessKeyId: 'AKIADEAD',
    accessSecretKey: 'dead',
    accessKeySerial: 1,
    consoleUsername: USER,
    consolePassword: 'dead',
    passwordSerial: 1,
  };
  const secret = account.aws.addForeignSecret(SECRET, JSON.stringify(past), tags);
  secret.deletion = { requestedAt: Date.now() - 1000, dueAt: Date.now() + 86_400_000 };
}

describe('a secret that is scheduled for deletion', () => {
  test('and was this stack’s is restored, with a new key and a new password in force', async () => {
    await account.create(OFF);
    const old = account.content();
    await account.delete();
    later();
    let meanwhile: unknown;
    account.before('CreateAccessKey', () => {
      meanwhile = account.content();
    });
    expect((await account.create(OFF)).answer.Status).toBe('SUCCESS');
    expect(meanwhile).not.toHaveProperty('accessKeyId');
    expect(meanwhile).not.toHaveProperty('consolePassword');
    expect(account.secret().deletion).toBeUndefined();
    expect(account.content()?.accessKeyId).toBe(account.user().accessKeys[0]?.id);
    expect(account.content()?.accessKeyId).not.toBe(old?.accessKeyId);
    expect(account.content()?.consolePassword).toBe(account.user().loginProfile?.password);
    expect(account.content()?.consolePassword).not.toBe(old?.consolePassword);
  });

  test.each(['RestoreSecret', 'TagResource', 'PutSecretValue'])(
    'and was this stack’s gets a new password also if the first run dies after %s',
    async (action) => {
      await account.create(OFF);
      const old = account.content();
      await account.delete();
      later();
      const event = createEvent(OFF);
      account.fail(action, 'crashAfter', 1);
      await expect(account.send(event)).rejects.toThrow();
      expect((await account.send(event)).answer.Status).toBe('SUCCESS');
      expect(account.content()?.consolePassword).not.toBe(old?.consolePassword);
      expect(account.user().loginProfile?.password).toBe(account.content()?.consolePassword);
    },
  );

  test('though its bundle lives is restored with the credentials that it holds', async () => {
    await account.create(OFF);
    await account.update({ AccessKeySerial: 2 });
    const keys = structuredClone(account.user().accessKeys);
    const old = account.content();
    account.secret().deletion = { requestedAt: Date.now(), dueAt: Date.now() + 86_400_000 };
    expect((await account.update({ Tags: 'Team=Data' })).answer.Status).toBe('SUCCESS');
    expect(account.secret().deletion).toBeUndefined();
    expect(account.content()).toEqual(old);
    expect(account.user().accessKeys).toEqual(keys);
    expect(account.content('AWSPREVIOUS')?.accessKeyId).toBe(keys[0]?.id);
    expect(account.user().loginProfile?.password).toBe(old?.consolePassword);
  });

  test('and was another bundle’s is taken over without asking', async () => {
    scheduleForDeletion({ 'rv-access:bundle': BUNDLE });
    expect((await account.create()).answer.Status).toBe('SUCCESS');
    expect(account.secret().tags['rv-access:bundle']).toBe(resourceOf(account.id));
    expect(account.content()?.accessKeyId).toBe(account.user().accessKeys[0]?.id);
    expect(JSON.stringify(account.content())).not.toContain('dead');
    expect(account.user().loginProfile?.password).toBe(account.content()?.consolePassword);
  });

  test('and was another bundle’s has nothing to say to a user who is adopted', async () => {
    account.aws.addForeignUser(USER).loginProfile = {
      password: 'His-own-1',
      createdAt: 0,
      resetRequired: false,
    };
    scheduleForDeletion({ 'rv-access:bundle': BUNDLE });
    let current = account.content();
    account.before('CreateAccessKey', () => {
      current = account.content();
    });
    expect((await account.create({ ExistingEntities: 'Adopt' })).answer.Status).toBe('SUCCESS');
    expect(JSON.stringify([current, account.content()])).not.toContain('dead');
    expect(account.user().loginProfile?.password).toBe(account.content()?.consolePassword);
  });

  test.each(['Fail', 'Adopt'])(
    'and is a stranger’s fails at once with %s, names the date and stays',
    async (ExistingEntities) => {
      scheduleForDeletion({ Team: 'theirs' });
      const before = account.aws.snapshot();
      const { answer, writes, invocation } = await account.create({ ExistingEntities });
      expect(answer.Status).toBe('FAILED');
      expect(answer.Reason).toMatch(
        /was scheduled for deletion on 2026-01-15T11:59:59\.000Z and is not a bundle's/,
      );
      expect(answer.Reason).not.toContain('exists already');
      expect([writes, account.aws.snapshot()]).toEqual([[], before]);
      expect(invocation.endedAt - invocation.startedAt).toBeLessThan(1000);
      expect((await account.delete()).writes).toEqual([]);
    },
  );

  test('that a run restored before it died is taken up by the next one', async () => {
    scheduleForDeletion({ 'rv-access:bundle': BUNDLE });
    account.fail('TagResource', 'explicitDeny');
    const { answer, invocation } = await account.create();
    expect(answer.Status).toBe('FAILED');
    expect(account.secret().deletion).toBeUndefined();
    expect((await account.send(invocation.event)).answer.Status).toBe('SUCCESS');
    expect(account.secret().tags['rv-access:bundle']).toBe(resourceOf(account.id));
  });
});

describe('a run that died before it had a secret', () => {
  const die = async () => {
    account.aws.gate = async ({ action }) => {
      if (action === 'CreateSecret') await new Promise((resolve) => setTimeout(resolve, 100));
    };
    account.fail('CreateSecret', 'crashBefore');
    const { event, end } = await invoke(account.place, createEvent());
    expect([end, account.entities().length]).toEqual(['crashed', 6]);
    delete account.aws.gate;
    return event;
  };

  test.each([
    ['another bundle has made since', { 'rv-access:bundle': BUNDLE }, 1000],
    ['a stranger had before', {}, -86_400_000],
  ])('gives no right to a secret that %s', async (_whose, tags, age) => {
    const event = await die();
    account.aws.addForeignSecret(SECRET, '{}', tags).createdAt = Date.now() + age;
    later();
    const before = account.aws.snapshot();
    const { answer, writes } = await account.send(event);
    expect(answer.Reason).toContain(`The secret "${SECRET}" exists already`);
    expect([writes, account.aws.snapshot()]).toEqual([[], before]);
  });
});

describe('the name of a secret that was deleted at once', () => {
  const taken = (ms: number) => {
    account.aws.freedAt[`Secret/${SECRET}`] = Date.now() + ms;
  };

  test('is waited for', async () => {
    taken(20_000);
    expect((await account.create()).answer.Status).toBe('SUCCESS');
    expect(account.content()?.accessKeyId).toBe(account.user().accessKeys[0]?.id);
  });

  test('is given up after a minute', async () => {
    taken(200_000);
    const { answer, invocation } = await account.create();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`CreateSecret for "${SECRET}" failed`);
    expect(invocation.endedAt - invocation.startedAt).toBeLessThan(90_000);
    expect(account.aws.users[USER]?.accessKeys ?? []).toEqual([]);
  });
});

test('the first secret of an account, for which AWS makes its managed key and lets every call time out, is made all the same', async () => {
  account.aws.lag.managedKey = 20_000;
  const { answer, calls } = await account.create();
  expect(answer.Status).toBe('SUCCESS');
  expect(calls.find(({ action }) => action === 'CreateSecret')?.tries).toBeGreaterThan(1);
  expect(account.entities().filter((entity) => entity.startsWith('secret'))).toEqual([`secret ${SECRET}`]);
  expect(account.content()?.accessKeyId).toBe(account.user().accessKeys[0]?.id);
});

test('a secret whose creation lost its answer is taken as it is', async () => {
  account.fail('CreateSecret', 'lostAnswerReset');
  expect((await account.create()).answer.Status).toBe('SUCCESS');
  expect(account.content()?.accessKeyId).toBe(account.user().accessKeys[0]?.id);
});
