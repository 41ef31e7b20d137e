import { describe, expect, test } from 'vitest';
import { USER, useAccount } from '../../support/account.ts';
import { updateEvent } from '../../support/memory-aws/events.ts';
import { iamError } from '../../support/memory-aws/iam-errors.ts';
import { invoke } from '../../support/memory-aws/invoke.ts';

const account = useAccount();
const keys = () => account.user().accessKeys.map(({ id }) => id);
const probes = () => account.aws.calls.filter(({ action }) => action === 'GetCallerIdentity').length;
const says = (name: string) => iamError(name, 'no', 403);
const labelled = (label: string) =>
  Object.values(account.secret().versions).filter(({ stages }) => stages.includes(label)).length;

/** What STS says of a key that it does not know yet. */
const NOT_KNOWN = [
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'AuthFailure',
  'UnrecognizedClientException',
];

describe('the probe of a new key', () => {
  test('believes it after three answers in a row', async () => {
    await account.create();
    expect(probes()).toBe(3);
  });

  test.each([...NOT_KNOWN, 'TimeoutError'])('takes %s for "not yet"', async (name) => {
    account.fail('GetCallerIdentity', says(name), 2);
    expect((await account.create()).answer.Status).toBe('SUCCESS');
    expect(probes()).toBe(5);
  });

  test.each(['AccessDenied', 'AccessDeniedException'])('takes %s for known', async (name) => {
    account.fail('GetCallerIdentity', says(name), 3);
    const { answer, invocation } = await account.create();
    expect([answer.Status, probes()]).toEqual(['SUCCESS', 3]);
    expect(invocation.endedAt).toBe(invocation.startedAt);
  });

  test('counts from the start again after a "not yet" in between', async () => {
    let probe = 0;
    account.aws.failCall((call) => call.action === 'GetCallerIdentity' && ++probe === 3, says('AuthFailure'));
    expect((await account.create()).answer.Status).toBe('SUCCESS');
    expect(probes()).toBe(6);
  });

  test('waits for a key that IAM is slow with', async () => {
    account.aws.lag.keyActivation = 45_000;
    expect((await account.create()).answer.Status).toBe('SUCCESS');
  });
});

describe('a key that is not known after a minute', () => {
  test('is not put in force either when the run that had stored it has died', async () => {
    await account.create();
    const [first] = keys();
    account.aws.lag.keyActivation = 900_000;
    account.fail('PutSecretValue', 'crashAfter');
    const event = updateEvent(account.id, { AccessKeySerial: 2 }, {});
    await account.wait(invoke(account.place, event));
    const { answer } = await account.send(event);
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('AWS does not know the new access key yet');
    expect(account.content()?.accessKeyId).toBe(first);
    expect(keys()).toEqual([first]);
  });

  test('fails a Create, which says so and leaves no key', async () => {
    account.aws.lag.keyActivation = 300_000;
    const { answer, invocation } = await account.create();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toMatch(
      /^GetCallerIdentity for "AKIA\w+" failed: InvalidClientTokenId: .* AWS does not know the new access key yet: try again\.$/,
    );
    expect(invocation.endedAt - invocation.startedAt).toBeLessThan(90_000);
    expect(keys()).toEqual([]);
  });

  test('fails a rotation, and the key before stays current', async () => {
    await account.create();
    const before = account.content();
    const [first] = keys();
    account.aws.lag.keyActivation = 300_000;
    expect((await account.update({ AccessKeySerial: 2 })).answer.Status).toBe('FAILED');
    expect(keys()).toEqual([first]);
    expect(account.content()).toEqual(before);
    expect(labelled('AWSPENDING')).toBe(0);
  });

  test('is forgotten: the next request does not look for it', async () => {
    await account.create();
    const [first] = keys();
    account.aws.lag.keyActivation = 300_000;
    await account.update({ AccessKeySerial: 2 });
    account.aws.lag.keyActivation = 0;
    const { answer, invocation } = await account.update({ AccessKeySerial: 1 });
    expect([answer.Status, keys()]).toEqual(['SUCCESS', [first]]);
    expect(invocation.endedAt - invocation.startedAt).toBeLessThan(5000);
  });

  test('fails a rotation that leaves the password alone: accounts may forbid that it is set again', async () => {
    await account.create();
    account.aws.forgetCalls();
    account.aws.lag.keyActivation = 300_000;
    await account.update({ AccessKeySerial: 2 });
    expect(account.aws.calls.map(({ action }) => action)).not.toContain('UpdateLoginProfile');
  });

  test.each(NOT_KNOWN)('(%s) is told so', async (name) => {
    account.fail('GetCallerIdentity', says(name), 1000);
    expect((await account.create()).answer.Reason).toContain('AWS does not know the new access key yet');
  });

  test('for another reason is told with that reason only', async () => {
    account.fail('GetCallerIdentity', says('ServiceUnavailable'), 1000);
    const { answer } = await account.create();
    expect(answer.Reason).toContain('ServiceUnavailable: no');
    expect(answer.Reason).not.toContain('does not know');
  });
});

test('a key that belongs to somebody else fails at once and is deleted', async () => {
  account.before('GetCallerIdentity', () => {
    account.user().arn = 'arn:aws:iam::999999999999:user/stranger';
  });
  const { answer } = await account.create();
  expect(answer.Status).toBe('FAILED');
  expect(answer.Reason).toMatch(
    /^The new access key AKIA\w+ belongs to arn:aws:iam::999999999999:user\/stranger and not to arn:aws:iam::123456789012:user\/redislabs-user\. Try again\.$/,
  );
  expect(probes()).toBe(1);
  expect(keys()).toEqual([]);
});

describe('when the promotion fails', () => {
  const promotion = 'UpdateSecretVersionStage';

  test('surely, the new key is deleted, and key and password before stay in force', async () => {
    await account.create();
    const before = account.content();
    const [first] = keys();
    account.fail(promotion, 'explicitDeny');
    const { answer } = await account.update({ AccessKeySerial: 2, PasswordSerial: 2 });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`${promotion} for "rv-access/redislabs-user" failed`);
    expect(keys()).toEqual([first]);
    expect(account.content()).toEqual(before);
    expect(account.user().loginProfile?.password).toBe(before?.consolePassword);
    expect(labelled('AWSPENDING')).toBe(0);
  });

  test.each(['error500', 'lostAnswer500'] as const)(
    'perhaps (%s for good), no key is deleted, since it may be current, and the next run finds out',
    async (fault) => {
      await account.create();
      account.failLong(promotion, fault);
      expect((await account.update({ AccessKeySerial: 2 })).answer.Status).toBe('FAILED');
      expect(keys()).toHaveLength(2);
      expect((await account.update({ AccessKeySerial: 2 })).answer.Status).toBe('SUCCESS');
      expect(account.content()?.accessKeyId).toBe(keys()[1]);
      expect(account.content()?.accessKeySerial).toBe(2);
    },
  );

  test('only for the answer was lost, all is well', async () => {
    await account.create();
    account.fail(promotion, 'lostAnswerReset');
    expect((await account.update({ AccessKeySerial: 2 })).answer.Status).toBe('SUCCESS');
    expect(account.content()?.accessKeyId).toBe(keys()[1]);
  });
});

test('a password whose setting fails is taken back together with the key', async () => {
  await account.create();
  const before = account.content();
  account.fail('UpdateLoginProfile', 'explicitDeny');
  const { answer } = await account.update({ AccessKeySerial: 2, PasswordSerial: 2 });
  expect(answer.Status).toBe('FAILED');
  expect(keys()).toEqual([before?.accessKeyId]);
  expect(account.content()).toEqual(before);
  expect(account.user().loginProfile?.password).toBe(before?.consolePassword);
});

test('a password that may have been set though the answer was lost is set back', async () => {
  await account.create();
  const before = account.content();
  account.failLong('UpdateLoginProfile', 'lostAnswer500');
  const { answer } = await account.update({ PasswordSerial: 2 });
  expect(answer.Status).toBe('FAILED');
  expect(account.user().loginProfile?.password).toBe(before?.consolePassword);
  expect(account.content()).toEqual(before);
});

test('a password that may have been set stays in the secret where the one before cannot be known', async () => {
  await account.create();
  account.fail('UpdateLoginProfile', 'crashAfter');
  await account.wait(invoke(account.place, updateEvent(account.id, { PasswordSerial: 2 }, {})));
  account.aws.faults.length = 0;
  account.failLong('UpdateLoginProfile', 'lostAnswer500');
  expect((await account.update({ PasswordSerial: 3 })).answer.Status).toBe('FAILED');
  expect(account.user().loginProfile?.password).toBe(account.content('AWSPENDING')?.consolePassword);
  expect(account.content('AWSPENDING')?.passwordSerial).toBe(3);
});

test('a login profile that somebody made in between is set to the stored password', async () => {
  account.before('CreateLoginProfile', () => {
    account.user().loginProfile = { password: 'somebody', createdAt: 0, resetRequired: true };
  });
  expect((await account.create()).answer.Status).toBe('SUCCESS');
  expect(account.aws.users[USER]?.loginProfile).toMatchObject({
    password: account.content()?.consolePassword,
    resetRequired: false,
  });
});
