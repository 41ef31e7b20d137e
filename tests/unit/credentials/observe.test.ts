import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { CustomResourceEvent } from '../../../src/cloudformation/event.ts';
import { observeCredentials, readVersions } from '../../../src/credentials/observe.ts';
import type { Keys, MadeKey } from '../../../src/ledger/state.ts';
import { putVersion } from '../../../src/secret/versions.ts';
import { CONSOLE_ROLE, USER, useAccount } from '../../support/account.ts';
import { createEvent, updateEvent } from '../../support/memory-aws/events.ts';
import { passwordPolicyViolation } from '../../support/memory-aws/iam-errors.ts';
import { invoke } from '../../support/memory-aws/invoke.ts';

const account = useAccount();
const keys = () => account.user().accessKeys.map(({ id }) => id);
const labels = () =>
  Object.values(account.secret().versions)
    .flatMap(({ stages }) => stages)
    .sort();
const made = () => account.aws.calls.filter(({ action }) => action === 'CreateAccessKey').length;

/** What a user relies on: the current key is one of the user's, with its secret part, and so is the password. */
function expectUsable(): void {
  const current = account.content();
  const key = account.user().accessKeys.find(({ id }) => id === current?.accessKeyId);
  expect(key).toMatchObject({ active: true, secret: current?.accessSecretKey });
  expect(current?.consolePassword).toBe(account.user().loginProfile?.password);
}

test('the secret is what the Redis Cloud API takes, and the book-keeping', async () => {
  await account.create();
  const { password } = account.user().loginProfile ?? {};
  const [key] = account.user().accessKeys;
  expect(account.content()).toEqual({
    name: 'redis-access-123456789012',
    provider: 'AWS',
    accessKeyId: key?.id,
    accessSecretKey: key?.secret,
    consoleUsername: USER,
    consolePassword: password,
    signInLoginUrl: 'https://123456789012.signin.aws.amazon.com/console',
    iamRoleName: CONSOLE_ROLE,
    accessKeySerial: 1,
    passwordSerial: 1,
  });
  expect(account.user().loginProfile?.resetRequired).toBe(false);
});

test('a current key that IAM does not list yet is not taken for gone', async () => {
  await account.create();
  vi.advanceTimersByTime(3_600_000);
  account.user().accessKeys = [];
  await account.update({ Tags: 'Team=Data' });
  const [made] = keys();
  account.aws.lag.reads = 4000;
  const { answer } = await account.update({ Tags: 'Team=Ops' });
  expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { AccessKeyId: made } });
  expect(keys()).toEqual([made]);
  expectUsable();
});

describe('keys by the ledger and by what IAM lists', () => {
  const ours = (id: string): MadeKey => ({ id, serial: 1, user: USER, madeAt: '2026-01-15T12:00:00.000Z' });
  const observe = (made: MadeKey[], gone: string[] = []) =>
    account.wait(
      observeCredentials(
        account.connection,
        { made, gone },
        USER,
        Promise.resolve({ name: 'x', stages: undefined }),
      ),
    );

  test('are ours, a person’s, and lost ones of ours, which somebody has deleted', async () => {
    account.aws.addForeignUser(USER);
    const [first, second] = [account.aws.addAccessKeyByHand(USER), account.aws.addAccessKeyByHand(USER)];
    const { keys: listed, made, lost } = await observe([ours(first.id), ours('AKIALOST')]);
    expect(listed.map(({ id }) => id)).toEqual([first.id, second.id]);
    expect(made).toEqual([ours(first.id)]);
    expect(lost).toEqual(['AKIALOST']);
  });

  test('are read again while a list lacks one of ours: IAM lists new ones late', async () => {
    account.aws.addForeignUser(USER);
    const [first, second] = [account.aws.addAccessKeyByHand(USER), account.aws.addAccessKeyByHand(USER)];
    account.user().accessKeys = [first];
    setTimeout(() => account.user().accessKeys.push(second), 3000);
    const { made, lost } = await observe([ours(first.id), ours(second.id)]);
    expect([made.map(({ id }) => id).sort(), lost]).toEqual([[first.id, second.id].sort(), []]);
  });

  test('do not hold one that was deleted a moment ago, which a list may still show', async () => {
    account.aws.addForeignUser(USER);
    const { id } = account.aws.addAccessKeyByHand(USER);
    expect((await observe([], [id])).keys).toEqual([]);
  });
});

test('what the ledger says of label and password is told, of this user alone', async () => {
  account.aws.addForeignUser(USER);
  const at = (keys: Partial<Keys>) =>
    account.wait(
      observeCredentials(
        account.connection,
        { made: [], gone: [], ...keys },
        USER,
        Promise.resolve({ name: 'x', stages: undefined }),
      ),
    );
  const stored = { secret: 'other', version: 'v' };
  expect(await at({ isMoving: true, password: { user: USER } })).toMatchObject({
    ...{ isMoving: true, password: undefined, knowsPassword: true, hasPassword: false },
  });
  expect(await at({ password: { user: USER, stored } })).toMatchObject({
    ...{ isMoving: false, password: stored, knowsPassword: true },
  });
  expect(await at({ password: { user: 'another', stored } })).toMatchObject({
    ...{ password: undefined, knowsPassword: false },
  });
});

describe('a password that IAM does not show', () => {
  const look = async (password: Keys['password'], appears: boolean) => {
    account.aws.addForeignUser(USER);
    const loginProfile = { password: 'x', createdAt: 0, resetRequired: false };
    if (appears) setTimeout(() => Object.assign(account.user(), { loginProfile }), 3000);
    const started = Date.now();
    const secret = Promise.resolve({ name: 'x', stages: undefined });
    const { hasPassword } = await account.wait(
      observeCredentials(account.connection, { made: [], gone: [], password }, USER, secret),
    );
    return [hasPassword, (Date.now() - started) / 1000];
  };
  const stored = { secret: 'x', version: 'v' };

  test('is waited for if the ledger says that it is there', async () => {
    expect(await look({ user: USER, stored }, true)).toEqual([true, 3]);
  });

  test.each<[string, Keys['password']]>([
    ['nothing', undefined],
    ['nothing certain', { user: USER }],
    ['that of another user', { user: 'another', stored }],
  ])('is not waited for if the ledger knows %s', async (_what, password) => {
    expect(await look(password, false)).toEqual([false, 0]);
  });
});

test('the version in force is read wherever it is, also if somebody has deleted its key', async () => {
  account.aws.addForeignSecret('before', '{}');
  const { id } = await account.wait(putVersion(account.connection, 'before', 'a'.repeat(64), { name: 'x' }));
  const keys: Keys = { made: [], gone: [], current: { secret: 'before', version: id } };
  const read = (name: string) =>
    account.wait(readVersions(account.connection, { name, stages: undefined }, keys));
  expect(await read('after')).toMatchObject([{ secret: 'before', id, content: { name: 'x' } }]);
  expect(await read('before')).toEqual([]);
});

describe('the versions of a secret', () => {
  const put = (id: string, stage?: string) =>
    account.wait(
      putVersion(account.connection, 'rv-access/x', id.repeat(64), { accessKeyId: id }, stage ?? 'ANY'),
    );
  const ours = (version: string): MadeKey => ({
    ...{ id: 'K1', serial: 1, user: USER, madeAt: '2026-01-15T12:00:00.000Z' },
    stored: { secret: 'rv-access/x', version },
  });
  const read = async (stages: Record<string, string[]> | undefined, keys: Partial<Keys>) => {
    const started = Date.now();
    const described = { name: 'rv-access/x', stages };
    const versions = await account.wait(
      readVersions(account.connection, described, { made: [], gone: [], ...keys }),
    );
    const short = versions.map(({ id, stages: labels }) => [id.slice(0, 1), labels.join()]);
    return [Object.fromEntries(short), (Date.now() - started) / 1000];
  };
  beforeEach(() => {
    account.aws.addForeignSecret('rv-access/x', '{}');
  });

  test('that hold a key of ours are read with those that have a label, each once', async () => {
    const [a, b] = [await put('a'), await put('b')];
    expect(await read({ [a.id]: ['AWSPENDING'] }, { made: [ours(a.id), ours(b.id)] })).toEqual([
      { a: 'AWSPENDING', b: '' },
      0,
    ]);
  });

  test('are not read if the secret is not ours', async () => {
    const { id } = await put('a');
    expect(await read(undefined, { made: [ours(id)] })).toEqual([{}, 0]);
  });

  test('are waited for if the ledger knows that they are there, and not if only a label says so', async () => {
    const id = 'c'.repeat(64);
    const late = async () => {
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await putVersion(account.connection, 'rv-access/x', id, { accessKeyId: 'c' }, 'ANY');
    };
    expect(await read({ [id]: ['AWSPREVIOUS'] }, { made: [ours('d'.repeat(64))] })).toEqual([{}, 15]);
    const { id: there } = await put('a');
    expect(await read({ [id]: ['AWSPREVIOUS'] }, { made: [ours(there)] })).toEqual([{ a: '' }, 0]);
    void late();
    expect(await read({ [id]: ['AWSPREVIOUS'] }, {})).toEqual([{}, 0]);
    expect((await read({ [id]: ['AWSPREVIOUS'] }, { made: [ours(id)] }))[0]).toEqual({ c: 'AWSPREVIOUS' });
  });

  test('have AWSCURRENT where the ledger says that it is, though a read was late', async () => {
    const [a, b] = [await put('a', 'AWSCURRENT'), await put('b', 'AWSPENDING')];
    const stages = { [a.id]: ['ANY'], [b.id]: ['AWSCURRENT'] };
    const current = { secret: 'rv-access/x', version: a.id };
    expect((await read(stages, { current }))[0]).toMatchObject({ a: 'AWSCURRENT', b: 'AWSPENDING' });
    expect((await read(stages, {}))[0]).toEqual({ a: 'ANY', b: 'AWSCURRENT' });
  });

  test('are none if the secret is deleted meanwhile', async () => {
    const { id } = await put('a');
    delete account.aws.secrets['rv-access/x'];
    const current = { secret: 'rv-access/x', version: 'c'.repeat(64) };
    expect(await read({ [id]: ['AWSCURRENT'] }, { current })).toEqual([{}, 15]);
  });
});

describe('a rotation', () => {
  test('makes a new key current, and the one before works on under AWSPREVIOUS', async () => {
    await account.create();
    const [first] = keys();
    expect((await account.update({ AccessKeySerial: 2 })).answer.Status).toBe('SUCCESS');
    expectUsable();
    expect(account.content()).toMatchObject({ accessKeySerial: 2, previousAccessKeyId: first });
    expect(account.content('AWSPREVIOUS')?.accessKeyId).toBe(first);
    expect(account.user().accessKeys.map(({ active }) => active)).toEqual([true, true]);
  });

  test('retires the key of the rotation before', async () => {
    await account.create();
    const [first] = keys();
    await account.update({ AccessKeySerial: 2 });
    const [, second] = keys();
    await account.update({ AccessKeySerial: 3 });
    expectUsable();
    expect(keys()).not.toContain(first);
    expect(account.content()?.previousAccessKeyId).toBe(second);
  });

  test('that is rolled back makes the version before current again and makes no key', async () => {
    await account.create();
    const [first, ...none] = keys();
    expect(none).toEqual([]);
    await account.update({ AccessKeySerial: 2 });
    const [, second] = keys();
    account.aws.forgetCalls();
    const { answer } = await account.update({ AccessKeySerial: 1 });
    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { AccessKeyId: first } });
    expectUsable();
    expect([made(), keys()]).toEqual([0, [first, second]]);
    expect(account.content('AWSPREVIOUS')?.accessKeyId).toBe(second);
  });

  test('that is rolled back finds the version of its key also without a label', async () => {
    await account.create();
    const [first] = keys();
    await account.update({ AccessKeySerial: 2 });
    const both = keys();
    for (const version of Object.values(account.secret().versions))
      version.stages = version.stages.filter((label) => label !== 'AWSPREVIOUS');
    await account.update({ AccessKeySerial: 1 });
    expectUsable();
    expect(account.content()?.accessKeyId).toBe(first);
    expect(keys()).toEqual(both);
  });

  test('that dies before it has retired the key of the one before leaves it to the roll-back', async () => {
    await account.create();
    await account.update({ AccessKeySerial: 2 });
    const both = keys();
    const { versions } = account.secret();
    for (const [id, { value }] of Object.entries(versions))
      if (JSON.parse(value).accessKeyId === both[0]) delete versions[id];
    account.fail('DeleteAccessKey', 'crashBefore');
    const change = { AccessKeySerial: 3 };
    await invoke(account.place, updateEvent(account.id, change, account.properties));
    await account.send(updateEvent(account.id, account.properties, change));
    expectUsable();
    expect(keys()).toEqual(both);
  });

  test('with the key made by hand in the way fails, names it and deletes nothing', async () => {
    await account.create();
    const [first] = keys();
    const byHand = account.aws.addAccessKeyByHand(USER).id;
    const { answer, writes } = await account.update({ AccessKeySerial: 2 });
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: account.id });
    expect(answer.Reason).toContain(`not made by this bundle: ${byHand}. None was deleted.`);
    expect([writes, keys()]).toEqual([[], [first, byHand]]);
  });

  test('with two keys made by hand in the way fails, names both and deletes neither', async () => {
    await account.create();
    account.user().accessKeys.length = 0;
    const byHand = [account.aws.addAccessKeyByHand(USER).id, account.aws.addAccessKeyByHand(USER).id];
    const { answer, writes } = await account.update({ AccessKeySerial: 2 });
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: account.id });
    expect(answer.Reason).toContain(`${byHand.join(', ')}. None was deleted.`);
    expect([writes, keys()]).toEqual([[], byHand]);
  });

  test('whose place is taken by hand in between fails, names that key only and keeps the current one', async () => {
    await account.create();
    const [first = ''] = keys();
    account.before('CreateAccessKey', () => account.aws.addAccessKeyByHand(USER));
    const { answer } = await account.update({ AccessKeySerial: 2 });
    const [, byHand = 'missing'] = keys();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(byHand);
    expect(answer.Reason).not.toContain(first);
    expect(keys()).toEqual([first, byHand]);
    expectUsable();
  });
});

describe('the key that a rolled back rotation had made', () => {
  test.each([
    ['a new password', { PasswordSerial: 2 }],
    ['console access switched off', { ConsoleAccess: 'None' }],
  ])('is not lost by %s', async (_what, change) => {
    await account.create();
    await account.update({ AccessKeySerial: 2 });
    await account.update({ AccessKeySerial: 1 });
    const both = keys();
    await account.update(change);
    await account.update({ Tags: 'Team=Data' });
    expectUsable();
    expect(keys()).toEqual(both);
    expect(account.content('AWSPREVIOUS')?.accessKeyId).toBe(both[1]);
  });
});

test('a secret of another name takes the key along that a rolled back rotation had made', async () => {
  await account.create();
  await account.update({ AccessKeySerial: 2 });
  await account.update({ AccessKeySerial: 1 });
  const both = keys();
  await account.update({ SecretName: 'elsewhere' });
  expect(keys()).toEqual(both);
});

test('two runs that die in a row, and what takes them back, cost no key that was in force', async () => {
  await account.create();
  const first = account.properties;
  await account.update({ AccessKeySerial: 2 });
  const second = account.properties;
  const both = keys();
  const third = { ...second, PasswordSerial: 2 };
  const die = async (action: string, event: CustomResourceEvent) => {
    account.fail(action, 'crashAfter');
    await expect(account.send(event)).rejects.toThrow();
    vi.advanceTimersByTime(300_000);
  };
  await die('UpdateSecretVersionStage', updateEvent(account.id, third, second));
  await die('PutSecretValue', updateEvent(account.id, { ...first, PasswordSerial: 2 }, third));
  expect((await account.send(updateEvent(account.id, third, second))).answer.Status).toBe('SUCCESS');
  expect(keys()).toEqual(both);
});

describe('the key before', () => {
  test.each([
    ['a new password', { PasswordSerial: 2 }],
    ['console access switched off', { ConsoleAccess: 'None' }],
    ['a tag', { Tags: 'Team=Data' }],
    [
      'another policy',
      {
        PolicyRevision: 'x',
        UserPolicyDocument:
          '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
      },
    ],
  ])('is not lost by %s', async (_what, change) => {
    await account.create();
    const [first] = keys();
    await account.update({ AccessKeySerial: 2 });
    await account.update(change);
    expectUsable();
    expect(account.content()?.previousAccessKeyId).toBe(first);
    expect(account.content('AWSPREVIOUS')?.accessKeyId).toBe(first);
    expect(keys()).toContain(first);

    await account.update({ AccessKeySerial: 3 });
    expect(keys()).not.toContain(first);
    expect(keys()).toHaveLength(2);
    expectUsable();
  });
});

describe('the console', () => {
  test('switched off has no password, nor its role in the secret; switched on it has a new one', async () => {
    await account.create();
    const old = account.content()?.consolePassword;
    const [first] = keys();
    await account.update({ ConsoleAccess: 'None' });
    expect(account.user().loginProfile).toBeUndefined();
    for (const field of ['consoleUsername', 'consolePassword', 'iamRoleName'])
      expect(account.content()).not.toHaveProperty(field);
    expect(keys()).toEqual([first]);

    await account.update({ ConsoleAccess: 'UserAndRole' });
    expectUsable();
    expect(account.content()).toMatchObject({ consoleUsername: USER, iamRoleName: CONSOLE_ROLE });
    expect(old).toBeTruthy();
    expect(keys()).toEqual([first]);
  });

  test('role alone switched off leaves the secret, and key and password stay', async () => {
    await account.create();
    const { iamRoleName, ...rest } = account.content() ?? {};
    await account.update({ ConsoleAccess: 'User' });
    expect(iamRoleName).toBe(CONSOLE_ROLE);
    expect(account.content()).toEqual(rest);
  });

  test('keeps its password when somebody has deleted the key', async () => {
    await account.create();
    const { consolePassword, accessKeyId } = account.content() ?? {};
    account.user().accessKeys = [];
    await account.update({ Tags: 'Team=Data' });
    expectUsable();
    expect(account.content()?.consolePassword).toBe(consolePassword);
    expect(account.content()?.accessKeyId).not.toBe(accessKeyId);
  });

  test('gets a new password when its serial is raised; the key stays', async () => {
    await account.create();
    const { consolePassword, accessKeyId } = account.content() ?? {};
    await account.update({ PasswordSerial: 2 });
    expectUsable();
    expect(account.content()).toMatchObject({ accessKeyId, passwordSerial: 2 });
    expect(account.content()?.consolePassword).not.toBe(consolePassword);
  });
});

describe('a password that the account refuses', () => {
  const refused = passwordPolicyViolation('Password does not conform.');

  test.each([1, 2])('%i times is replaced by another, which is stored before it is set', async (times) => {
    account.fail('CreateLoginProfile', refused, times);
    expect((await account.create()).answer.Status).toBe('SUCCESS');
    expectUsable();
    expect(labels()).toEqual(['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS']);
  });

  test('three times fails a Create, and leaves no key behind', async () => {
    account.fail('CreateLoginProfile', refused, 3);
    const { answer } = await account.create();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(
      'CreateLoginProfile for "redislabs-user" failed: PasswordPolicyViolation',
    );
    expect(keys()).toEqual([]);
    expect((await account.update({})).answer.Status).toBe('SUCCESS');
    expectUsable();
  });

  test('three times fails an Update, and the password before stays in force', async () => {
    await account.create();
    const before = account.content();
    account.fail('UpdateLoginProfile', refused, 3);
    expect((await account.update({ PasswordSerial: 2 })).answer.Status).toBe('FAILED');
    expect(account.content()).toEqual(before);
    expectUsable();
    expect(labels()).not.toContain('AWSPENDING');
  });

  test('is as long as the account wants it, with all four kinds of characters', async () => {
    account.aws.passwordPolicy = {
      minimumLength: 100,
      requireSymbols: true,
      requireNumbers: true,
      requireUppercase: true,
      requireLowercase: true,
    };
    expect((await account.create()).answer.Status).toBe('SUCCESS');
    expect(account.content()?.consolePassword).toHaveLength(100);
    const made = account.aws.calls.findLast(({ action }) => action === 'GetRandomPassword');
    expect(made?.input).toMatchObject({ PasswordLength: 100, RequireEachIncludedType: true });
  });
});

test('the other key is not deleted because a version that was given up repeats it', async () => {
  await account.create();
  await account.update({ AccessKeySerial: 2 });
  await account.update({ AccessKeySerial: 1 });
  const other = account.content('AWSPREVIOUS')?.accessKeyId;
  const change = { AccessKeySerial: 2, PasswordSerial: 2 };
  account.fail('PutSecretValue', 'crashAfter');
  await invoke(account.place, updateEvent(account.id, change, account.properties));
  await account.send(updateEvent(account.id, account.properties, change));
  expectUsable();
  expect(keys()).toContain(other);
});

describe('a crash between key and secret leaves a key that the second delivery', () => {
  const crash = async (service?: string) => {
    account.fail('CreateAccessKey', 'crashAfter');
    const { event, end } = await invoke(account.place, createEvent());
    expect(end).toBe('crashed');
    const [lost = ''] = keys();
    if (service) account.aws.useAccessKey(lost, service);
    expect((await account.send(event)).answer.Status).toBe('SUCCESS');
    expectUsable();
    return lost;
  };

  test.each([undefined, 'sts'])('deletes, if it was used for %s', async (service) => {
    const lost = await crash(service);
    expect(keys()).toHaveLength(1);
    expect(keys()).not.toContain(lost);
  });

  test('leaves, if somebody uses it', async () => {
    const lost = await crash('s3');
    expect(keys()).toHaveLength(2);
    expect(keys()).toContain(lost);
  });
});
