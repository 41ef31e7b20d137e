import { describe, expect, test } from 'vitest';
import { namesOwnedBy } from '../faults/ledger.ts';
import { resourceOf } from '../faults/ours.ts';
import { NODE_ROLE, type Result, SECRET, USER, useAccount } from '../support/account.ts';
import { createEvent, updateEvent } from '../support/memory-aws/events.ts';
import { secretsError } from '../support/memory-aws/secrets-errors.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };
const took = ({ invocation }: Result) => invocation.endedAt - invocation.startedAt;

describe('a Create that fails', () => {
  test('answers at once with the id that its Delete will carry, and the ledger knows what that has to delete', async () => {
    account.fail('CreateSecret', 'explicitDeny');
    const result = await account.create(OFF);
    expect(result.answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: account.id });
    expect(took(result)).toBe(0);
    expect(namesOwnedBy(account.aws, account.id)).toHaveLength(7);
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect([account.entities(), namesOwnedBy(account.aws, account.id)]).toEqual([[], []]);
  });

  test('leaves nothing after its Delete, though IAM does not show it at once', async () => {
    account.aws.lag.reads = 6000;
    account.fail('CreateAccessKey', 'explicitDeny');
    expect((await account.create(OFF)).answer.Status).toBe('FAILED');
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toEqual([]);
  });

  test('when it comes a second time is answered as at first, and takes nothing of what that has made', async () => {
    const event = createEvent(OFF);
    const first = await account.send(event);
    const before = account.aws.snapshot();
    account.fail('GetUser', 'explicitDeny');
    expect((await account.send(event)).answer).toEqual(first.answer);
    expect(account.aws.snapshot()).toEqual(before);
  });
});

test('an Update in place that fails keeps what it has made again for the next one', async () => {
  await account.create(OFF);
  Object.assign(account.aws, { users: {}, roles: {}, policies: {}, instanceProfiles: {}, secrets: {} });
  account.fail('AttachUserPolicy', 'explicitDeny');
  expect((await account.update({ Tags: 'Team=Data' })).answer.Status).toBe('FAILED');
  expect(account.entities()).toHaveLength(7);
  expect((await account.update({ Tags: 'Team=Data' })).answer.Status).toBe('SUCCESS');
  expect(account.aws.roles[NODE_ROLE]?.tags.Team).toBe('Data');
});

describe('a replacement that fails', () => {
  test('when its credentials may be in force, in the secret that both states share, keeps them alive', async () => {
    await account.create({ SecretName: SECRET });
    account.failLong('UpdateSecretVersionStage', 'lostAnswerReset');
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
    expect(account.secret().tags['rv-access:bundle']).toBe(resourceOf(account.id));
    expect(namesOwnedBy(account.aws, account.id)).toContain(`secret ${SECRET}`);
  });
});

test('a roll-back that fails takes nothing of the bundle that it goes back to', async () => {
  await account.create(OFF);
  const old = { id: account.id, properties: account.properties, user: structuredClone(account.user()) };
  await account.update({ UserName: 'other' });
  const replaced = { id: account.id, properties: account.properties };
  account.fail('GetRole', 'explicitDeny');
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
  const ledger = JSON.stringify(account.aws.ledger);
  for (const secret of account.aws.minted)
    for (const written of [secret, JSON.stringify(secret).slice(1, -1)])
      expect(`${answer.Reason}${log}${ledger}`).not.toContain(written);
});
