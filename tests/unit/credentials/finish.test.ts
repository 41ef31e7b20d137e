import { beforeEach, describe, expect, test } from 'vitest';
import { finish, noteInForce, tidyLabels } from '../../../src/credentials/finish.ts';
import { planCredentials } from '../../../src/credentials/plan.ts';
import type { CredentialsRun } from '../../../src/credentials/run.ts';
import { openLedger } from '../../../src/ledger/ledger.ts';
import type { Keys } from '../../../src/ledger/state.ts';
import { putVersion, type SecretVersion } from '../../../src/secret/versions.ts';
import { useAccount } from '../../support/account.ts';
import { desired, made, observed, SECRET, user } from './situations.ts';

const account = useAccount();
let run: CredentialsRun;
let old: SecretVersion;
let next: SecretVersion;
const labels = () =>
  Object.fromEntries(
    Object.entries(account.secret(SECRET).versions)
      .filter(([id]) => [old.id, next.id].includes(id))
      .map(([id, { stages }]) => [id.slice(0, 1), stages.toSorted()]),
  );

beforeEach(async () => {
  account.aws.addForeignSecret(SECRET, '{}');
  const put = (id: string, accessKeyId: string, stage: string) =>
    account.wait(
      putVersion(account.connection, SECRET, id.repeat(64), { accessKeyId, consolePassword: id }, stage),
    );
  old = await put('a', 'K1', 'AWSCURRENT');
  next = await put('b', 'K2', 'AWSPENDING');
  const ledger = await account.wait(openLedger(account.connection, 'key'));
  ledger.note((state) => {
    state.keys.made = [made('K1', { served: true }), made('K2')];
  });
  run = { aws: account.connection, ledger, user: { ...user, consolePassword: true }, secret: desired };
});

describe('a proven version', () => {
  test('becomes the current one, and AWS makes the one before the previous one', async () => {
    await account.wait(finish(run, next, old.id));
    expect(labels()).toEqual({ a: ['AWSPREVIOUS'], b: ['AWSCURRENT', 'AWSPENDING'] });
  });

  test('is in force by the ledger, with key and password', async () => {
    await account.wait(finish(run, next, old.id));
    const stored = { secret: SECRET, version: next.id };
    expect(run.ledger.state.keys).toMatchObject({ current: stored, password: { user: 'redis', stored } });
    expect(run.ledger.state.keys.made.find(({ id }) => id === 'K2')).toMatchObject({ served: true, stored });
  });

  test('of a user without console password leaves none in the ledger', async () => {
    await account.wait(finish({ ...run, user }, next, old.id));
    expect(run.ledger.state.keys.password).toBeUndefined();
  });

  const stored = () => ({ secret: SECRET, version: next.id });
  const passwordAfter = async (before: Keys['password'], isRotation = false) => {
    run.ledger.note(({ keys }) => {
      keys.password = before;
    });
    await account.wait(finish(run, next, old.id, ...(isRotation ? [{ isRotation }] : [])));
    return run.ledger.state.keys.password;
  };

  test('of a user who had a password before leaves that known', async () => {
    expect(await passwordAfter({ user: 'redis', hadOne: true })).toEqual({
      ...{ user: 'redis', hadOne: true },
      stored: stored(),
    });
  });

  test('says nothing of what another user had', async () => {
    expect(await passwordAfter({ user: 'other', hadOne: true })).toEqual({ user: 'redis', stored: stored() });
  });

  test('says which password is in force, unless a rotation has made it: that sets none', async () => {
    expect(await passwordAfter({ user: 'redis' })).toEqual({ user: 'redis', stored: stored() });
    expect(await passwordAfter({ user: 'redis' }, true)).toEqual({ user: 'redis' });
    expect(await passwordAfter(undefined, true)).toBeUndefined();
    const before = { secret: SECRET, version: old.id };
    expect(await passwordAfter({ user: 'redis', stored: before }, true)).toEqual({
      user: 'redis',
      stored: stored(),
    });
  });

  test('says which password is in force where nothing is moved, too', () => {
    run.ledger.note(({ keys }) => {
      keys.password = { user: 'redis' };
    });
    noteInForce(run, next);
    expect(run.ledger.state.keys.password).toEqual({ user: 'redis', stored: stored() });
  });

  test('that is current already is not moved', async () => {
    const before = account.aws.calls.length;
    await account.wait(finish(run, old, old.id));
    expect(account.aws.calls).toHaveLength(before);
  });
});

describe('labels are tidied', () => {
  const plan = (rest: object) => ({ ...planCredentials(desired, user, observed({})), ...rest });

  test('of a version that was given up: AWSPENDING goes', async () => {
    await account.wait(tidyLabels(run, observed({ versions: [old, next] }), plan({ abandoned: next }), old));
    expect(labels()).toEqual({ a: ['AWSCURRENT'], b: [] });
  });

  test('so that AWSPREVIOUS is on the version that holds the other key', async () => {
    const versions = [old, { ...next, stages: [] }];
    await account.wait(tidyLabels(run, observed({ versions }), plan({ previousVersion: next }), old));
    expect(labels().b).toContain('AWSPREVIOUS');
  });

  test('also where AWSPREVIOUS is on a third one', async () => {
    const third = await account.wait(
      putVersion(account.connection, SECRET, 'c'.repeat(64), { accessKeyId: 'K0' }, 'AWSPREVIOUS'),
    );
    const versions = [old, { ...next, stages: [] }, third];
    await account.wait(tidyLabels(run, observed({ versions }), plan({ previousVersion: next }), old));
    expect(labels().b).toContain('AWSPREVIOUS');
    expect(account.secret(SECRET).versions[third.id]?.stages).toEqual([]);
  });

  test('also after the version that was current has got AWSPREVIOUS from AWS', async () => {
    const third = await account.wait(
      putVersion(account.connection, SECRET, 'c'.repeat(64), { accessKeyId: 'K0' }, 'THIRD'),
    );
    await account.wait(finish(run, next, old.id));
    expect(labels().a).toEqual(['AWSPREVIOUS']);
    const versions = [old, next, third];
    await account.wait(tidyLabels(run, observed({ versions }), plan({ previousVersion: third }), next));
    expect(labels().a).toEqual([]);
    expect(account.secret(SECRET).versions[third.id]?.stages).toContain('AWSPREVIOUS');
  });

  test('by no call where AWS has put AWSPREVIOUS where it belongs', async () => {
    await account.wait(finish(run, next, old.id));
    const before = account.aws.calls.length;
    await account.wait(
      tidyLabels(run, observed({ versions: [old, next] }), plan({ previousVersion: old }), next),
    );
    expect(account.aws.calls).toHaveLength(before);
  });

  test('by no call where all are right', async () => {
    const before = account.aws.calls.length;
    await account.wait(tidyLabels(run, observed({ versions: [old, next] }), plan({}), old));
    expect(account.aws.calls).toHaveLength(before);
  });
});
