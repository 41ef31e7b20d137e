import { describe, expect, test } from 'vitest';
import { mustSetRotation } from '../../../src/secret/settings.ts';
import { expectIntact, settled, soon, updated } from '../../lifecycle/journey.ts';
import { SECRET, useAccount } from '../../support/account.ts';
import { desired } from '../credentials/situations.ts';

const account = useAccount();
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234';
const OTHER_KEY = 'arn:aws:kms:us-east-1:123456789012:key/5678';

describe('the KMS key of the secret', () => {
  test('is set, changed, and given back to AWS by the empty text, which is the only way to ask for it', async () => {
    await account.create({ KmsKeyArn: KEY });
    expect(account.secret().kmsKeyId).toBe(KEY);
    await account.update({ KmsKeyArn: OTHER_KEY });
    expect(account.secret().kmsKeyId).toBe(OTHER_KEY);
    const { calls } = await account.update({ KmsKeyArn: null });
    expect(calls.find(({ action }) => action === 'UpdateSecret')?.input.KmsKeyId).toBe('');
    expect([undefined, 'alias/aws/secretsmanager']).toContain(account.secret().kmsKeyId);
    expect((await account.update({})).writes).toEqual([]);
  });

  test('that Secrets Manager tells by its id only is the same key', async () => {
    await account.create({ KmsKeyArn: KEY });
    account.secret().kmsKeyId = '1234';
    expect((await account.update({})).writes).toEqual([]);
  });

  test('that somebody else set stays', async () => {
    await account.create();
    account.secret().kmsKeyId = OTHER_KEY;
    expect((await account.update({})).writes).toEqual([]);
    await account.update({ Tags: 'Team=Data' });
    expect(account.secret().kmsKeyId).toBe(OTHER_KEY);
  });

  test.each(['disabled', 'pendingDeletion', 'denied'] as const)(
    'that is %s fails a Create at once, with advice, and before any credential is made',
    async (state) => {
      account.aws.kmsKeys[KEY] = state;
      const { answer, writes, invocation } = await account.create({ KmsKeyArn: KEY });
      expect(answer.Status).toBe('FAILED');
      expect(answer.Reason).toContain(
        'Check that the key of the secret (KmsKeyArn) exists, is enabled, and that its policy lets this account use it.',
      );
      expect(writes).not.toContain('CreateAccessKey');
      expect(invocation.endedAt - invocation.startedAt).toBeLessThan(5000);
    },
  );

  test('that is out of reach for a version without any label fails no request', async () => {
    await account.create();
    await account.update({ AccessKeySerial: 2 });
    for (const version of Object.values(account.secret().versions))
      if (version.stages.includes('AWSPREVIOUS')) Object.assign(version, { stages: [], formerKmsKeyId: KEY });
    account.aws.kmsKeys[KEY] = 'denied';
    const { answer, log, invocation } = await account.update({ Tags: 'Team=Data' });
    expect(answer.Status).toBe('SUCCESS');
    expect(log).toContain('cannot be read: its KMS key is out of reach.');
    expect(invocation.endedAt - invocation.startedAt).toBeLessThan(5000);
    expect((await account.update({ AccessKeySerial: 3 })).answer.Status).toBe('SUCCESS');
  });

  test('that is out of reach for the current version fails the request, with advice', async () => {
    await account.create({ KmsKeyArn: KEY });
    account.aws.kmsKeys[KEY] = 'disabled';
    const { answer } = await account.update({ Tags: 'Team=Data' });
    expect(answer.Reason).toContain('Check that the key of the secret (KmsKeyArn) exists');
    expect(account.user().accessKeys).toHaveLength(1);
  });

  test('that is gone for good is left behind with the secret, which a person deletes: another one takes its place', async () => {
    await settled(account, { KmsKeyArn: KEY });
    account.aws.kmsKeys[KEY] = 'denied';
    expect((await account.update({ KmsKeyArn: OTHER_KEY })).answer.Status).toBe('FAILED');
    delete account.aws.secrets[SECRET];
    soon();
    expectIntact(account, await updated(account, { KmsKeyArn: OTHER_KEY }));
    expect(account.secret().kmsKeyId).toBe(OTHER_KEY);
  });
});

describe('rotation by Secrets Manager', () => {
  const mustSet = (rotationDays: number, observed: number, mayBe: (number | undefined)[]) =>
    mustSetRotation(
      { ...desired, rotationDays },
      observed,
      mayBe.map((days) => (days === undefined ? undefined : { ...desired, rotationDays: days })),
    );

  test.each([
    ['is switched on', 30, 0, [0], true],
    ['is changed', 30, 60, [60], true],
    ['is left as it is', 30, 30, [30], false],
    ['is written again where anything may be in force', 30, 30, [undefined], true],
    ['is switched off if it was ours', 0, 30, [30], true],
    ['is switched off if it may be ours, though a read does not show it', 0, 0, [0, 30], true],
    ['is switched off where anything may be in force', 0, 30, [undefined], true],
    ['is not switched off where nothing shows of it', 0, 0, [undefined], false],
    ['that somebody else has switched on stays', 0, 30, [0], false],
  ])('%s', (_what, days, observed, mayBe, must) => {
    expect(mustSet(days, observed, mayBe)).toBe(must);
  });
});
