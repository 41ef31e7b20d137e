import { describe, expect, test } from 'vitest';
import { USER, useAccount } from '../../support/account.ts';
import { createEvent, updateEvent } from '../../support/memory-aws/events.ts';
import { invoke } from '../../support/memory-aws/invoke.ts';
import { secretsError } from '../../support/memory-aws/secrets-errors.ts';

/** Every key is stored in a place of its own, by which runs of one request find out about one another. */

const account = useAccount();
const keys = () => account.user().accessKeys.map(({ id }) => id);

function expectOneUsableKey(): void {
  const [key, ...others] = account.user().accessKeys;
  expect(others).toEqual([]);
  expect(key?.active).toBe(true);
  expect(account.content()).toMatchObject({ accessKeyId: key?.id, accessSecretKey: key?.secret });
}

describe('when the place of a new key is taken', () => {
  /** Lets the next version be there already, as another run would have made it. */
  const taken = (contentOf: () => object) =>
    account.aws.failCall(
      ({ action }) => action === 'PutSecretValue',
      ({ input }) => {
        account.secret().versions[String(input.ClientRequestToken)] = {
          value: JSON.stringify(contentOf()),
          stages: ['AWSPENDING'],
          createdAt: Date.now(),
        };
        return secretsError('ResourceExistsException', 'Another version has this token.');
      },
    );

  test('by one that lives, that one is put in force, and the own one goes', async () => {
    await account.create();
    const [first = ''] = keys();
    let theirs = '';
    taken(() => {
      const { id, secret } = account.aws.addAccessKeyByHand(USER);
      theirs = id;
      return { ...account.content(), accessKeyId: id, accessSecretKey: secret, accessKeySerial: 2 };
    });
    const { answer, invocation } = await account.update({ AccessKeySerial: 2 });
    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { AccessKeyId: theirs } });
    expect(invocation.endedAt).toBe(invocation.startedAt);
    expect(account.content()?.accessKeyId).toBe(theirs);
    expect(keys()).toEqual([first, theirs]);
  });

  test.each([
    ['by one that is dead', () => ({ accessKeyId: 'AKIADEAD', accessSecretKey: 'gone' })],
    ['by something that is no key', () => ({})],
  ])('%s, the next place is taken', async (_by, content) => {
    await account.create();
    const [first] = keys();
    taken(content);
    expect((await account.update({ AccessKeySerial: 2 })).answer.Status).toBe('SUCCESS');
    expect(keys()).toEqual([first, account.content()?.accessKeyId]);
    expect(account.content()?.accessKeySerial).toBe(2);
  });

  test('by one that IAM does not list yet, that one is waited for and put in force', async () => {
    account.fail('PutSecretValue', 'crashAfter');
    const { event } = await invoke(account.place, createEvent());
    const [first] = keys();
    const { users, roles, policies, instanceProfiles } = account.aws;
    for (const all of [users, roles, policies, instanceProfiles])
      for (const entity of Object.values<{ createdAt: number }>(all)) entity.createdAt = 0;
    account.aws.lag.reads = 3000;
    expect((await account.send(event)).answer.Status).toBe('SUCCESS');
    expect(keys()).toEqual([first]);
    expectOneUsableKey();
  });

  test('by one that somebody has set inactive, another is made and that one stays', async () => {
    await account.create();
    await account.update({ AccessKeySerial: 2 });
    const [, second = ''] = keys();
    await account.update({ AccessKeySerial: 1 });
    for (const key of account.user().accessKeys) key.active = key.id !== second;
    account.user().accessKeys.shift();
    expect((await account.update({ AccessKeySerial: 2 })).answer.Status).toBe('SUCCESS');
    expect(keys()).toEqual([second, account.content()?.accessKeyId]);
    expect(account.content('AWSPREVIOUS')?.accessKeyId).toBe(second);
  });
});

describe('the place of a key that a run left behind is closed before the key goes', () => {
  const leaveBehind = async () => {
    await account.create();
    account.user().accessKeys = [];
    account.fail('CreateAccessKey', 'crashAfter');
    const { event } = await invoke(account.place, updateEvent(account.id, { Tags: 'Team=Data' }, {}));
    expect(keys()).toHaveLength(1);
    return { event, lost: keys()[0] };
  };

  test('also if the first places hold the keys of earlier lives', async () => {
    const { event, lost } = await leaveBehind();
    expect((await account.send(event)).answer.Status).toBe('SUCCESS');
    expectOneUsableKey();
    expect(keys()).not.toContain(lost);
  });

  test('also if they hold no keys at all', async () => {
    const { event, lost } = await leaveBehind();
    for (const version of Object.values(account.secret().versions)) version.value = '{}';
    expect((await account.send(event)).answer.Status).toBe('SUCCESS');
    expectOneUsableKey();
    expect(keys()).not.toContain(lost);
  });

  test('and if that run was only slow and has stored it, it is put in force', async () => {
    const { event, lost } = await leaveBehind();
    const [key] = account.user().accessKeys;
    account.aws.failCall(
      ({ action }) => action === 'PutSecretValue',
      ({ input }) => {
        const content = { ...account.content(), accessKeyId: key?.id, accessSecretKey: key?.secret };
        account.secret().versions[String(input.ClientRequestToken)] = {
          value: JSON.stringify(content),
          stages: ['AWSPENDING'],
          createdAt: Date.now(),
        };
        return secretsError('ResourceExistsException', 'Another version has this token.');
      },
    );
    expect((await account.send(event)).answer.Status).toBe('SUCCESS');
    expectOneUsableKey();
    expect(keys()).toEqual([lost]);
  });

  test('and if it cannot be, the key stays', async () => {
    const { event, lost } = await leaveBehind();
    account.fail('PutSecretValue', 'explicitDeny', 1000);
    const { answer, calls } = await account.send(event);
    expect(answer.Reason).toContain('PutSecretValue');
    expect(calls.filter(({ action }) => action === 'PutSecretValue')).toHaveLength(1);
    expect(keys()).toEqual([lost]);
  });
});
