import { beforeEach, describe, expect, test, vi } from 'vitest';
import { codeOf, surelyNotApplied } from '../../../src/aws/error-codes.ts';
import { scrub } from '../../../src/log.ts';
import { withRequestContext } from '../../../src/request-context.ts';
import { moveStage, putVersion, readVersion, versionToken } from '../../../src/secret/versions.ts';
import { SECRET, useAccount } from '../../support/account.ts';

const account = useAccount();
const move = (stage: string, from: string | undefined, to: string | undefined) =>
  account.wait(moveStage(account.connection, SECRET, stage, from, to));
const holder = (stage: string) =>
  Object.entries(account.secret().versions).find(([, { stages }]) => stages.includes(stage))?.[0];
const ids = ['one', 'two', 'three'].map((name) => versionToken(name));
const [one = '', two = '', three = ''] = ids;

beforeEach(async () => {
  account.aws.addForeignSecret(SECRET, '{}');
  for (const id of ids) await account.wait(putVersion(account.connection, SECRET, id, { name: id }, 'LABEL'));
});

test('the id of a version is one that AWS takes, and another one for anything else', () => {
  expect(one).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(ids).size).toBe(3);
});

describe('a label', () => {
  test('goes from the version that has it to another', async () => {
    await move('LABEL', three, one);
    expect(holder('LABEL')).toBe(one);
  });

  test('goes away', async () => {
    await move('LABEL', three, undefined);
    expect(holder('LABEL')).toBeUndefined();
  });

  test('that may have gone there by a call whose answer was lost is not said to have stayed when later calls are denied', async () => {
    account.fail('UpdateSecretVersionStage', 'lostAnswer500');
    account.before('DescribeSecret', () => {
      // As a read shows it that is late.
      for (const [id, version] of Object.entries(account.secret().versions))
        version.stages = id === two ? ['LABEL'] : [];
      account.fail('UpdateSecretVersionStage', 'explicitDeny', Number.POSITIVE_INFINITY);
    });
    const error = await move('LABEL', three, one).catch((failure: unknown) => failure);
    expect([codeOf(error), surelyNotApplied(error)]).toEqual(['AccessDenied', false]);
  });

  test('that is on that version already, by a call whose answer was lost, is where it shall be', async () => {
    await move('LABEL', three, one);
    await move('LABEL', three, one);
    expect(holder('LABEL')).toBe(one);
  });

  test('that is elsewhere than a stale read has said is moved from there, after a fresh look', async () => {
    await move('LABEL', one, two);
    expect(holder('LABEL')).toBe(two);
  });

  test('that a stale read shows where it shall be is moved there all the same', async () => {
    account.aws.staleReads = { seed: 1, from: 3000, to: 3000, kinds: 'all' };
    await move('LABEL', three, two);
    vi.setSystemTime(Date.now() + 5000);
    await move('LABEL', two, three);
    await move('LABEL', one, two);
    expect(holder('LABEL')).toBe(two);
  });

  test('that the version has no more need not be taken away from it', async () => {
    await move('LABEL', one, undefined);
    expect(holder('LABEL')).toBe(three);
  });

  test('that AWS does not let go is told', async () => {
    await expect(move('AWSCURRENT', holder('AWSCURRENT'), undefined)).rejects.toThrow('InvalidParameter');
  });
});

describe('a version that is read', () => {
  const read = (id: string, labels: string[] = [], surely = false) =>
    account.wait(readVersion(account.connection, SECRET, id, labels, { surely }));

  test('gives its content, and keeps key and password out of every text', async () => {
    await withRequestContext(async () => {
      const content = { accessSecretKey: 'hunter2-of-the-key', consolePassword: 'hunter2-of-the-user' };
      const { id } = await account.wait(putVersion(account.connection, SECRET, versionToken('x'), content));
      expect(await read(id)).toEqual({ secret: SECRET, id, stages: [], content });
      expect(scrub('hunter2-of-the-key, hunter2-of-the-user')).toBe('***, ***');
    });
  });

  test.each([
    ['no JSON', '{"accessKeyId": oops'],
    ['a list', '[1]'],
    ['a text', '"x"'],
    ['null', 'null'],
  ])('that somebody has written by hand (%s) is empty', async (_what, value) => {
    account.secret().versions[one] = { value, stages: [], createdAt: 0 };
    expect(await read(one)).toMatchObject({ content: {} });
  });

  test.each([
    ['an object for the key', { accessSecretKey: {}, consolePassword: 'e' }],
    ['numbers', { accessSecretKey: 12345678, consolePassword: 7 }],
  ])('that holds %s garbles no message', async (_what, content) => {
    account.secret().versions[one] = { value: JSON.stringify(content), stages: [], createdAt: 0 };
    await withRequestContext(async () => {
      expect(await read(one)).toMatchObject({ content });
      expect(scrub('every message stays as it is, [object Object] too')).toBe(
        'every message stays as it is, [object Object] too',
      );
    });
  });

  test('that is not there is undefined, at once, or after 15 s if the ledger says that it is', async () => {
    const started = Date.now();
    expect(await read(versionToken('none'))).toBeUndefined();
    expect(Date.now() - started).toBe(0);
    expect(await read(versionToken('none'), [], true)).toBeUndefined();
    expect(Date.now() - started).toBe(15_000);
  });
});

test('the same version stored again with the same content does nothing', async () => {
  const put = () =>
    account.wait(putVersion(account.connection, SECRET, versionToken('again'), { name: 'x' }));
  await put();
  const before = Object.keys(account.secret().versions).length;
  await put();
  expect(Object.keys(account.secret().versions)).toHaveLength(before);
});
