import { describe, expect, test } from 'vitest';
import { SECRET, useAccount } from '../support/account.ts';
import { HARSH_SEEDS, harshestDay, LATENESS } from '../support/harsh-days.ts';
import { createEvent, deleteEvent, INVENTED_ID, type Properties } from '../support/memory-aws/events.ts';
import { invoke } from '../support/memory-aws/invoke.ts';
import { expectIntact, givenUp, known, removed, settled, soon } from './journey.ts';

const account = useAccount();
const OFF = { DeletionProtection: 'Off' };

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234';
const OTHER_KEY = 'arn:aws:kms:us-east-1:123456789012:key/5678';
const READER = 'arn:aws:iam::310987654321:role/redis';

/** A bundle that was deleted: its secret waits for its deletion. */
async function past(properties: Properties = {}): Promise<void> {
  await removed(account, await settled(account, properties));
  soon(60_000);
}

describe('a secret that is restored brings nothing along of the bundle that is gone', () => {
  test.each(['disabled', 'pendingDeletion', 'denied', 'enabled'] as const)(
    'not its KMS key, which is %s: another one takes its place',
    async (state) => {
      for (const KmsKeyArn of [OTHER_KEY, undefined]) {
        await past({ KmsKeyArn: KEY });
        account.aws.kmsKeys[KEY] = state;
        const next = await settled(account, KmsKeyArn ? { KmsKeyArn } : {});
        expect(account.secret().kmsKeyId).toBe(KmsKeyArn);
        expectIntact(account, next);
        await removed(account, next);
        delete account.aws.kmsKeys[KEY];
        delete account.aws.secrets[SECRET];
      }
    },
  );

  test.each([{ KmsKeyArn: KEY }, {}])('nor its readers in other accounts (%j)', async (properties) => {
    await past({ KmsKeyArn: KEY, SecretReaderArns: READER });
    expect(account.secret().resourcePolicy).toContain(READER);
    expectIntact(account, await settled(account, properties));
    expect(account.secret().resourcePolicy).toBeUndefined();
  });

  test.each(HARSH_SEEDS)('nor one of all that on the harshest day (seed %i)', async (seed) => {
    await past({ KmsKeyArn: KEY, SecretReaderArns: READER, RotationDays: 30 });
    account.aws.kmsKeys[KEY] = 'disabled';
    harshestDay(account.aws, seed);
    expectIntact(account, await settled(account, { KmsKeyArn: OTHER_KEY }));
    expect(account.secret().resourcePolicy).toBeUndefined();
    expect(account.secret().kmsKeyId).toBe(OTHER_KEY);
  });

  test('while a statement that a person has put into its resource policy stays', async () => {
    const theirs = {
      Sid: 'Theirs',
      Effect: 'Deny',
      Principal: { AWS: '123456789012' },
      Action: 'secretsmanager:DeleteSecret',
    };
    await past({ KmsKeyArn: KEY, SecretReaderArns: READER });
    const policy = JSON.parse(account.secret().resourcePolicy ?? '');
    const withTheirs = { ...policy, Statement: [theirs, ...policy.Statement] };
    account.secret().resourcePolicy = JSON.stringify(withTheirs);
    await settled(account, { KmsKeyArn: KEY });
    expect(JSON.parse(account.secret().resourcePolicy ?? '').Statement).toMatchObject([{ Sid: 'Theirs' }]);
  });

  test.each([0, 30, 60])('nor the function that rotates it (RotationDays %i)', async (RotationDays) => {
    await past({ RotationDays: 30 });
    account.secret().rotationFunction = `${account.secret().rotationFunction}-of-the-past`;
    expectIntact(account, await settled(account, { RotationDays }));
    if (RotationDays > 0) expect(account.secret().rotationFunction).not.toMatch(/-of-the-past$/);
  });
});

describe.each([['nothing reads late', undefined] as const, ...LATENESS])('while %s', (_how, late) => {
  test.each(['explicitDeny', 'crashBefore', 'crashAfter'] as const)(
    'a secret that was restored and then not tagged (%s) goes with the Delete',
    async (fault) => {
      await past();
      Object.assign(account.aws, { staleReads: late, latency: 30 });
      account.fail('TagResource', fault, fault === 'explicitDeny' ? Number.POSITIVE_INFINITY : 1);
      const { answers } = await invoke(account.place, createEvent(OFF));
      account.aws.faults.length = 0;
      if (answers.length > 0) soon();
      else givenUp();
      const id = answers[0]?.PhysicalResourceId ?? INVENTED_ID;
      expect((await account.send(deleteEvent(id, OFF))).answer.Status).toBe('SUCCESS');
      expect(account.entities()).toEqual([]);
    },
  );

  test.each(['RestoreSecret', 'TagResource', 'PutSecretValue'])(
    'a Create that dies after %s is carried out when Lambda repeats it',
    async (action) => {
      await past();
      Object.assign(account.aws, { staleReads: late, latency: 30 });
      account.fail(action, 'crashAfter');
      const { event, end } = await invoke(account.place, createEvent(OFF));
      if (end === 'crashed') soon(60_000);
      const { answer } = await account.send(event);
      expect(answer.Status).toBe('SUCCESS');
      expectIntact(account, { id: answer.PhysicalResourceId, properties: OFF });
    },
  );

  test('a late Delete with an invented id leaves the bundle that was made since', async () => {
    const cancelled = createEvent(OFF);
    soon();
    const lateDelete = deleteEvent(INVENTED_ID, OFF);
    soon(30_000);
    const made = await settled(account);
    Object.assign(account.aws, { staleReads: late, latency: 30 });
    const before = account.aws.snapshot();
    for (const event of [lateDelete, lateDelete, cancelled]) {
      await invoke(account.place, event);
      soon();
      expectIntact(account, made);
    }
    expect(account.aws.snapshot()).toEqual(before);
  });

  test('a Delete with an invented id that was carried out leaves the bundle that was made since', async () => {
    const event = deleteEvent(INVENTED_ID, OFF);
    expect((await account.send(event)).answer.Status).toBe('SUCCESS');
    soon();
    await settled(account);
    Object.assign(account.aws, { staleReads: late, latency: 30 });
    expect((await account.send(event)).answer.Status).toBe('SUCCESS');
    expectIntact(account, known(account));
  });
});
