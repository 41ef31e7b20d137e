import { describe, expect, test } from 'vitest';
import { CONSOLE_ROLE, NODE_ROLE, type Result, SECRET, USER, useAccount } from '../../support/account.ts';
import { createEvent, updateEvent } from '../../support/memory-aws/events.ts';
import { secretsError } from '../../support/memory-aws/secrets-errors.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const took = ({ invocation }: Result) => invocation.endedAt - invocation.startedAt;

describe('a Create that fails', () => {
  test('before there is a secret by which a Delete would know of it leaves nothing', async () => {
    account.fail('CreateSecret', 'explicitDeny');
    const result = await account.create();
    expect(result.answer.Status).toBe('FAILED');
    expect(account.entities()).toEqual([]);
    expect(took(result)).toBe(0);
  });

  test.each([
    ['nothing of it', () => {}],
    [
      'all but the user',
      () => {
        for (const role of Object.values(account.aws.roles)) role.createdAt = 0;
        for (const policy of Object.values(account.aws.policies)) policy.createdAt = 0;
        for (const profile of Object.values(account.aws.instanceProfiles)) profile.createdAt = 0;
      },
    ],
  ])('finds what it has made, though IAM does not show it at once (%s)', async (_what, show) => {
    account.aws.lag.reads = 6000;
    account.aws.gate = async ({ action }) => {
      if (action !== 'CreateSecret') return;
      await new Promise((resolve) => setTimeout(resolve, 100));
      show();
    };
    account.fail('CreateSecret', 'explicitDeny');
    expect((await account.create()).answer.Status).toBe('FAILED');
    expect(account.entities()).toEqual([]);
  });

  test('does not look for ever for what somebody else has removed', async () => {
    account.aws.gate = async ({ action }) => {
      if (action !== 'CreateSecret') return;
      await new Promise((resolve) => setTimeout(resolve, 100));
      account.aws.users = {};
    };
    account.fail('CreateSecret', 'explicitDeny');
    const result = await account.create();
    expect(account.entities()).toEqual([]);
    expect(took(result)).toBeLessThan(60_000);
  });

  test('and cannot be taken back says why it failed', async () => {
    account.fail('CreateSecret', 'explicitDeny');
    account.fail('DeleteUser', 'explicitDeny');
    const { answer } = await account.create();
    expect(answer.Reason).toContain(`CreateSecret for "${SECRET}" failed`);
  });

  test('when it comes a second time takes nothing of what the first one has made', async () => {
    const event = createEvent(OFF);
    await account.send(event);
    const before = account.aws.snapshot();
    account.fail('GetUser', 'explicitDeny');
    expect((await account.send(event)).answer.Status).toBe('FAILED');
    expect(account.aws.snapshot()).toEqual(before);
  });
});

describe('an Update in place that fails', () => {
  const others = () => [NODE_ROLE, CONSOLE_ROLE].filter((name) => name in account.aws.roles);

  test('for a Delete that has overtaken it leaves the Delete to that', async () => {
    await account.create(OFF);
    account.aws.users = {};
    account.before('AttachUserPolicy', () => {
      account.secret().deletion = { requestedAt: Date.now(), dueAt: Date.now() + 86_400_000 };
    });
    const { answer } = await account.update({ Tags: 'Team=Data' });
    expect(answer.Reason).toContain('was deleted while this request was under way');
    expect(others()).toHaveLength(2);
    expect(account.aws.users).toHaveProperty(USER);
  });

  test('keeps what it has made again for the next one', async () => {
    await account.create(OFF);
    account.aws.users = {};
    account.aws.roles = {};
    account.aws.policies = {};
    account.aws.instanceProfiles = {};
    account.aws.secrets = {};
    account.fail('AttachUserPolicy', 'explicitDeny');
    expect((await account.update({ Tags: 'Team=Data' })).answer.Status).toBe('FAILED');
    expect(account.entities()).toHaveLength(7);
  });
});

describe('a replacement that fails', () => {
  test('when its credentials may be in force, in the secret that both states share, keeps them alive', async () => {
    await account.create({ SecretName: SECRET });
    account.fail('UpdateSecretVersionStage', 'lostAnswerReset', 5);
    const { answer } = await account.update({ UserName: 'other' });
    expect(answer.Status).toBe('FAILED');
    const current = account.content();
    expect(current?.consoleUsername).toBe('other');
    expect(account.user('other').accessKeys).toMatchObject([
      { id: current?.accessKeyId, secret: current?.accessSecretKey },
    ]);
  });

  test('before that leaves nothing of its user, and the secret as it was', async () => {
    await account.create({ SecretName: SECRET });
    const before = account.content();
    account.fail('AttachUserPolicy', 'explicitDeny');
    expect((await account.update({ UserName: 'other' })).answer.Status).toBe('FAILED');
    expect(Object.keys(account.aws.users)).toEqual([USER]);
    expect(account.content()).toEqual(before);
    expect(account.secret().tags['rv-access:bundle']).toBe(account.id);
  });
});

test('a roll-back that fails takes nothing of the bundle that it goes back to', async () => {
  await account.create(OFF);
  const old = { id: account.id, properties: account.properties, user: structuredClone(account.user()) };
  await account.update({ UserName: 'other' });
  const replaced = { id: account.id, properties: account.properties };
  account.fail('TagPolicy', 'explicitDeny');
  const { answer } = await account.send(updateEvent(replaced.id, old.properties, replaced.properties));
  expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: replaced.id });
  expect(account.user().accessKeys).toEqual(old.user.accessKeys);
  expect(account.secret().deletion).toBeUndefined();
});

test('an Update under an id that the bundle never had removes nothing of it', async () => {
  await account.create(OFF);
  const before = account.aws.snapshot();
  const { answer } = await account.send(updateEvent('somebody-s-id', OFF, OFF));
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: account.id });
  expect(account.aws.snapshot()).toEqual(before);
});

test('an error of AWS that repeats what it was sent shows no new key and no new password', async () => {
  account.fail('PutSecretValue', ({ input }) =>
    secretsError('InvalidRequestException', `You sent ${input.SecretString}`),
  );
  const { answer, log } = await account.create();
  expect(answer.Reason).toContain('You sent {"name":');
  expect(account.aws.minted.length).toBeGreaterThan(1);
  for (const secret of account.aws.minted)
    for (const written of [secret, JSON.stringify(secret).slice(1, -1)])
      expect(`${answer.Reason}${log}`).not.toContain(written);
});
