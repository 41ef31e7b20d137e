import { describe, expect, test } from 'vitest';
import { useAccount } from '../support/account.ts';
import { HARSH_SEEDS, harshestDay } from '../support/harsh-days.ts';
import type { StaleKind, StaleReads } from '../support/memory-aws/stale-reads.ts';
import { expectIntact, expectSuccess, known, removed, settled, soon, takenBack, updated } from './journey.ts';

const account = useAccount();
const late = (...kinds: StaleKind[]): StaleReads => ({ seed: 1, from: 9000, to: 9000, kinds });
const REPLICATED = { ReplicaRegions: 'eu-west-1,eu-central-1' };

describe('a secret with replicas, of which reads show nothing yet', () => {
  test.each([
    ['not even that it is there', late('existence')],
    ['none of its replicas', late('secretSettings')],
  ])('(%s) goes with the Delete of its Create', async (_what, staleReads) => {
    account.aws.staleReads = staleReads;
    expectSuccess((await account.create({ ...REPLICATED, DeletionProtection: 'Off' })).answer);
    soon();
    await removed(account, known(account));
    expect(account.entities()).toEqual([]);
  });

  test.each([
    ['not even that it is there', late('existence')],
    ['none of its replicas', late('secretSettings')],
  ])('(%s) goes with the roll-back of the rename that made it', async (_what, staleReads) => {
    const old = await settled(account, REPLICATED);
    Object.assign(account.aws, { staleReads, latency: 30 });
    const renamed = await updated(account, { SecretName: 'another/secret' });
    await takenBack(account, old, renamed);
    expectIntact(account, old);
  });
});

describe.each(['lostAnswerReset', 'lostAnswer500', 'hangAfter'] as const)(
  'when an answer is lost (%s)',
  (fault) => {
    test('replicas that were made are not taken for a mistake', async () => {
      await settled(account);
      account.aws.staleReads = late('secretSettings');
      account.fail('ReplicateSecretToRegions', fault);
      await updated(account, REPLICATED);
      expect(account.secret().replicas.map(({ region }) => region)).toEqual(['eu-west-1', 'eu-central-1']);
    });

    test('replicas that were removed are not taken for a mistake', async () => {
      const made = await settled(account, REPLICATED);
      account.aws.staleReads = late('secretSettings');
      account.fail('RemoveRegionsFromReplication', fault);
      await removed(account, made);
      expect(account.entities()).toEqual([]);
    });
  },
);

test.each(HARSH_SEEDS)('replicas come and go on the harshest day (seed %i)', async (seed) => {
  const made = await settled(account);
  harshestDay(account.aws, seed);
  await updated(account, REPLICATED);
  await updated(account, { ReplicaRegions: 'eu-west-1' });
  expect(account.secret().replicas.map(({ region }) => region)).toEqual(['eu-west-1']);
  await takenBack(account, made, { id: made.id, properties: account.properties });
  expect(account.secret().replicas).toEqual([]);
  expectIntact(account, made);
});

describe('rotation that is asked for no more', () => {
  test('is switched off by the roll-back of the update that has switched it on, which no read shows yet', async () => {
    const before = await settled(account);
    account.aws.staleReads = late('secretSettings');
    await takenBack(account, before, await updated(account, { RotationDays: 30 }));
    expectIntact(account, before);
  });

  test('and never was on, as the update failed before, fails no roll-back', async () => {
    const before = await settled(account);
    const change = { RotationDays: 30, AccessKeySerial: 2 };
    account.fail('CreateAccessKey', 'explicitDeny');
    expect((await account.update(change)).answer.Status).toBe('FAILED');
    await takenBack(account, before, { id: before.id, properties: { ...before.properties, ...change } });
    expectIntact(account, before);
  });
});

describe('a password that reads show after it was taken away', () => {
  const withoutPassword = () => {
    delete account.user().loginProfile;
  };

  test('by a failed Update, is made by the way back', async () => {
    const made = await settled(account);
    withoutPassword();
    account.aws.staleReads = late('loginProfile');
    // A denial that names nobody is waited out: by then the new password can be read.
    account.fail('UpdateSecretVersionStage', 'accessDenied', Number.POSITIVE_INFINITY);
    const { answer } = await account.update({ PasswordSerial: 2 });
    expect(answer.Status).toBe('FAILED');
    account.aws.faults.length = 0;
    soon();
    await takenBack(account, made, { ...made, properties: { ...made.properties, PasswordSerial: 2 } });
    expectIntact(account, made);
  });

  test('by switching console access off, is made when it is switched on again', async () => {
    const made = await settled(account);
    account.aws.staleReads = late('loginProfile');
    const off = await updated(account, { ConsoleAccess: 'None' });
    await takenBack(account, made, off);
    expectIntact(account, made);
  });
});

test.each([
  ['defaultVersion', late('defaultVersion')],
  ['policyVersions', late('policyVersions')],
] as const)(
  'a policy whose %s read late goes with the Delete that comes right after it was changed',
  async (_kind, staleReads) => {
    await settled(account);
    account.aws.staleReads = staleReads;
    const UserPolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' }],
    });
    const changed = await updated(account, { UserPolicyDocument });
    await removed(account, changed);
    expect(account.entities()).toEqual([]);
  },
);
