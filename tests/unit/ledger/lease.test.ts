import { describe, expect, test, vi } from 'vitest';
import { requestKey } from '../../../src/ledger/history.ts';
import { CONSOLE_ROLE, NODE_ROLE, type Result, SECRET, useAccount } from '../../support/account.ts';
import { updateEvent } from '../../support/memory-aws/events.ts';

const account = useAccount();
const CHANGE = { Tags: 'Team=Ops' };
/** The tag of a run of a request that was sent so many seconds ago. */
const runTag = (sent: number, digest = 'feedfeedfeedfeed') =>
  `rv-access:run-${digest}@${Math.floor(Date.now() / 1000) - sent}`;
const runsOn = (secret: string) =>
  Object.keys(account.secret(secret).tags).filter((tag) => tag.startsWith('rv-access:run-'));
const emptyProfile = () => account.aws.instanceProfiles[NODE_ROLE]?.roles.pop();
/** For how long a request was at work, in seconds. */
const secondsOf = ({ calls }: Result) => ((calls.at(-1)?.time ?? 0) - (calls[0]?.time ?? 0)) / 1000;

describe('an Update', () => {
  test('tells on the secret that it is at work before it changes anything, and not any more when it is done', async () => {
    await account.create();
    let told: string[] = [];
    account.before('TagUser', () => {
      told = runsOn(SECRET);
    });
    const { invocation } = await account.update(CHANGE);
    expect(told).toEqual([`rv-access:run-${requestKey(invocation.event)}`]);
    expect(runsOn(SECRET)).toEqual([]);
  });

  test.each([
    ['a policy that is not attached', 'AttachUserPolicy', () => account.user().attached.pop()],
    ['a tag that is missing', 'TagUser', () => delete account.user().tags.UsedBy],
    ['a role in the profile that is missing', 'AddRoleToInstanceProfile', emptyProfile],
    ['a password that is missing', 'CreateLoginProfile', () => delete account.user().loginProfile],
    ['an entity that is missing', 'CreateRole', () => delete account.aws.roles[CONSOLE_ROLE]],
  ])('that sets nothing right but %s does so in a turn as well', async (_what, action, spoil) => {
    await account.create();
    spoil();
    let told: string[] = [];
    account.before(action, () => {
      told = runsOn(SECRET);
    });
    const { invocation } = await account.update({});
    expect(told).toEqual([`rv-access:run-${requestKey(invocation.event)}`]);
    expect(account.secret().tags['rv-access:requests']).toContain(requestKey(invocation.event));
  });

  test('that fails ends its turn as well', async () => {
    await account.create();
    account.fail('TagUser', 'explicitDeny');
    expect((await account.update(CHANGE)).answer.Status).toBe('FAILED');
    expect(runsOn(SECRET)).toEqual([]);
  });

  test('that renames the secret tells of it on the old one, where its way back will look', async () => {
    await account.create();
    let told: string[] = [];
    account.before('CreateSecret', () => {
      told = runsOn(SECRET);
    });
    const { invocation } = await account.update({ SecretName: 'elsewhere' });
    expect(told).toHaveLength(1);
    expect([...runsOn(SECRET), ...runsOn('elsewhere')]).toEqual([]);
    for (const name of [SECRET, 'elsewhere'])
      expect(account.secret(name).tags['rv-access:requests']).toContain(requestKey(invocation.event));
  });

  test('that has nothing to do tells nothing', async () => {
    await account.create();
    expect((await account.update({})).writes).toEqual([]);
  });

  test('that finds what it should change as it should be notes that it was there, once', async () => {
    await account.create();
    const event = updateEvent(account.id, account.properties, CHANGE);
    const key = requestKey(event);
    expect((await account.send(event)).writes).toEqual(['TagResource', 'TagResource', 'UntagResource']);
    expect(account.secret().tags['rv-access:requests']).toContain(key);
    expect((await account.send(event)).writes).toEqual([]);
  });

  test('that died after its last change has its turn ended by its second run, which changes nothing else', async () => {
    await account.create();
    account.fail('UntagResource', 'crashBefore');
    const event = updateEvent(account.id, CHANGE, {});
    await expect(account.send(event)).rejects.toThrow();
    expect(runsOn(SECRET)).toHaveLength(1);
    expect((await account.send(event)).writes).toEqual(['UntagResource']);
    expect(runsOn(SECRET)).toEqual([]);
  });

  test('that only treats the bundle in another way notes nothing', async () => {
    await account.create();
    const changes = { DeletionProtection: 'Off', SecretRecoveryDays: '7', ExistingEntities: 'Adopt' };
    expect((await account.update(changes)).writes).toEqual([]);
  });
});

test('as many tags as a bundle may have leave room for what a request tells, even after a crash', async () => {
  const tags = (value: string) => Array.from({ length: 43 }, (_, i) => `K${i}=${value}`).join();
  await account.create({ Tags: tags('1') });
  account.secret().tags[runTag(1000)] = String(Date.now() - 1_000_000);
  expect((await account.update({ Tags: tags('2'), AccessKeySerial: 2 })).answer.Status).toBe('SUCCESS');
  expect(account.user().tags.K42).toBe('2');
});

describe('while an earlier request is at work', () => {
  test('an Update waits, and then acts on what that one has left', async () => {
    await account.create();
    account.secret().tags[runTag(5)] = String(Date.now());
    setTimeout(() => {
      delete account.user().loginProfile;
      delete account.secret().tags[runsOn(SECRET).find((tag) => tag.includes('feed')) ?? ''];
    }, 30_000);
    const took = secondsOf(await account.update(CHANGE));
    expect(took).toBeGreaterThanOrEqual(30);
    expect(took).toBeLessThan(60);
    expect(account.user().loginProfile?.password).toBe(account.content()?.consolePassword);
    expect(account.user().tags.Team).toBe('Ops');
  });

  test('it waits only until that one has crashed for sure, and tidies up after it', async () => {
    await account.create();
    const tag = runTag(100);
    account.secret().tags[tag] = String(Date.now() - 100_000);
    const took = secondsOf(await account.update(CHANGE));
    expect(took).toBeGreaterThanOrEqual(60);
    expect(took).toBeLessThan(90);
    expect(runsOn(SECRET)).toEqual([]);
    expect(account.user().tags.Team).toBe('Ops');
  });

  test('so it does if that one was sent in the same second and began first', async () => {
    await account.create();
    account.secret().tags[runTag(0)] = String(Date.now() - 1);
    setTimeout(() => delete account.secret().tags[runTag(0)], 10_000);
    expect((await account.update(CHANGE)).answer.Status).toBe('SUCCESS');
    expect(account.user().tags.Team).toBe('Ops');
  });

  test('a run that crashed long ago is not waited for', async () => {
    await account.create();
    account.secret().tags[runTag(1000)] = String(Date.now() - 1_000_000);
    expect(secondsOf(await account.update(CHANGE))).toBeLessThan(10);
    expect(runsOn(SECRET)).toEqual([]);
  });
});

describe('while a later request is at work', () => {
  test('an Update gives up before it changes anything', async () => {
    await account.create();
    account.secret().tags[runTag(-5)] = String(Date.now());
    const before = account.aws.snapshot().users;
    const { answer } = await account.update(CHANGE);
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('has sent another request for this bundle after this one'),
    });
    expect(account.aws.snapshot().users).toEqual(before);
    expect(runsOn(SECRET)).toEqual([expect.stringContaining('feedfeed')]);
  });

  test('of two sent in the same second, the one that began first gives up', async () => {
    await account.create();
    account.secret().tags[runTag(0)] = String(Date.now() + 1);
    expect((await account.update(CHANGE)).answer.Status).toBe('FAILED');
  });

  test('of two that were sent in the same second and began at once, one gives up and the other one waits', async () => {
    await account.create();
    const [first, last] = ['0000000000000000', 'ffffffffffffffff'].map((digest) => runTag(0, digest));
    const tags = account.secret().tags;
    tags[last ?? ''] = String(Date.now());
    const gaveUp = await account.update(CHANGE);
    delete tags[last ?? ''];
    tags[first ?? ''] = String(Date.now());
    setTimeout(() => delete tags[first ?? ''], 10_000);
    const waited = await account.update(CHANGE);
    expect([gaveUp.answer.Status, waited.answer.Status]).toEqual(['FAILED', 'SUCCESS']);
  });
});

describe('after a later request', () => {
  test('an Update that was never seen before fails if clocks could be to blame, and changes nothing', async () => {
    await account.create();
    const late = updateEvent(account.id, CHANGE, {});
    const sent = Math.floor(Date.now() / 1000);
    account.secret().tags['rv-access:requests'] += ` 0123456789abcdef@${sent + 3}`;
    const { answer, writes } = await account.send(late);
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('has sent another request for this bundle after this one');
    expect(writes).toEqual([]);
  });
});

describe('a turn that takes too long', () => {
  test('is over: nothing is changed any more when others may have begun', async () => {
    await account.create();
    account.before('TagUser', () => vi.setSystemTime(Date.now() + 121_000));
    const { answer } = await account.update({ ...CHANGE, AccessKeySerial: 2 });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('did not finish in the time');
    expect(account.user().accessKeys).toHaveLength(1);
    expect(runsOn(SECRET)).toEqual([]);
  });
});
