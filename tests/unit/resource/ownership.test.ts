import { describe, expect, test } from 'vitest';
import { NODE_ROLE, USER, useAccount } from '../../support/account.ts';

const account = useAccount();
const creates = ['CreateUser', 'CreateRole', 'CreatePolicy', 'CreateInstanceProfile'];

describe('a create call that says that the entity is there', () => {
  test.each(creates)('since the answer to %s was lost, goes on with it', async (action) => {
    account.fail(action, 'lostAnswer500');
    expect((await account.create()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toHaveLength(7);
  });

  test('although reads do not see it yet, waits until they do', async () => {
    account.fail('CreateRole', 'lostAnswerReset');
    account.aws.lag.reads = 8000;
    expect((await account.create()).answer.Status).toBe('SUCCESS');
    expect(Object.keys(account.aws.roles)).toHaveLength(2);
  });

  test('of one that was deleted a moment ago, whose name IAM has not let go of yet, is tried again', async () => {
    account.aws.freedAt[`User/${USER.toLowerCase()}`] = Date.now() + 8000;
    expect((await account.create()).answer.Status).toBe('SUCCESS');
    expect(account.user().tags['rv-access:bundle']).toBe(account.id);
  });

  test('although nothing of the name ever shows, gives up', async () => {
    account.aws.freedAt[`User/${USER.toLowerCase()}`] = Date.now() + 3_600_000;
    const { answer } = await account.create();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`CreateUser for "${USER}" failed: EntityAlreadyExists`);
  });

  test('that somebody else has made in between, fails and leaves it alone', async () => {
    account.before('CreateUser', () => account.aws.addForeignUser(USER, { Theirs: 'yes' }));
    const { answer } = await account.create();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`The user "${USER}" exists already and was not made by this bundle`);
    expect(account.user().tags).toEqual({ Theirs: 'yes' });
    expect(account.user().attached).toEqual([]);
  });

  test('that somebody else has made in between, takes it over if it may', async () => {
    account.before('CreateUser', () => account.aws.addForeignUser(USER, { Theirs: 'yes' }));
    expect((await account.create({ ExistingEntities: 'Adopt' })).answer.Status).toBe('SUCCESS');
    expect(account.user().tags).toMatchObject({ Theirs: 'yes', 'rv-access:bundle': account.id });
    expect(account.user().attached).toHaveLength(1);
  });
});

test('any other refusal of a create call fails at once', async () => {
  account.aws.quotas.roles = 0;
  const { answer, invocation } = await account.create();
  expect(answer.Reason).toContain(`CreateRole for "${NODE_ROLE}" failed: LimitExceeded`);
  expect(answer.Reason).toContain('A quota is reached: delete what is not needed, or have the quota raised.');
  expect(invocation.endedAt - invocation.startedAt).toBeLessThan(1000);
});

test('what is new is waited for until everybody knows it', async () => {
  Object.assign(account.aws.lag, {
    reads: 9000,
    references: 9000,
    keyActivation: 9000,
    uniqueIdForArn: 9000,
  });
  expect((await account.create()).answer.Status).toBe('SUCCESS');
  expect(account.user().accessKeys.map(({ id }) => id)).toEqual([account.content()?.accessKeyId]);
});
