import { describe, expect, test } from 'vitest';
import { useAccount } from '../support/account.ts';
import { updateEvent } from '../support/memory-aws/events.ts';

const account = useAccount();
const CHANGE = { Tags: 'Team=Ops' };
/** The tag of another run, of a request that was sent some seconds ago. */
const runTag = () => `rv-access:run-feedfeedfeedfeed@${Math.floor(Date.now() / 1000) - 5}`;

describe('what an Update has read is not believed any more', () => {
  /** What another request does to the bundle. */
  const spoil = () => delete account.user().loginProfile;
  const expectHealed = () =>
    expect(account.user().loginProfile?.password).toBe(account.content()?.consolePassword);

  test('if another run was at work then, which has ended since', async () => {
    await account.create();
    const other = runTag();
    account.secret().tags[other] = String(Date.now());
    account.before('TagResource', () => {
      spoil();
      delete account.secret().tags[other];
    });
    await account.update(CHANGE);
    expectHealed();
  });

  test.each([
    ['was at work on one of the two', true],
    ['has begun and ended on one of the two since', false],
  ])('if another run %s secrets of a rename and its way back', async (_what, atWork) => {
    await account.create();
    const properties = { ...account.properties };
    await account.update({ SecretName: 'elsewhere' });
    const { tags } = account.secret('elsewhere');
    const other = runTag();
    if (atWork) tags[other] = String(Date.now());
    account.before('TagResource', () => {
      spoil();
      if (!atWork) tags['rv-access:requests'] += ' 0123456789abcdef@';
      delete tags[other];
    });
    await account.send(updateEvent(account.id, properties, account.properties));
    expectHealed();
  });

  test('if another run has begun and ended since', async () => {
    await account.create();
    account.before('TagResource', () => {
      spoil();
      account.secret().tags['rv-access:requests'] += ' 0123456789abcdef@';
    });
    await account.update(CHANGE);
    expectHealed();
  });

  test('if another run has begun since, and dies before it has noted what it did', async () => {
    await account.create();
    account.before('TagResource', () => {
      spoil();
      account.secret().tags[runTag()] = String(Date.now());
    });
    await account.update(CHANGE);
    expectHealed();
  });
});
