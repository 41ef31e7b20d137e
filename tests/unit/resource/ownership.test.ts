import { describe, expect, test } from 'vitest';
import { CallError, ConflictError } from '../../../src/errors.ts';
import type { Owner } from '../../../src/ledger/state.ts';
import { createOrFind, isReleased, lookUp, takenNames } from '../../../src/resource/ownership.ts';
import type { Resource } from '../../../src/resource/resource.ts';
import { namesOwnedBy } from '../../faults/ledger.ts';
import { resourceOf } from '../../faults/ours.ts';
import { NODE_ROLE, USER, useAccount } from '../../support/account.ts';

const account = useAccount();
const TAG = 'rv-access/redis-access/Bundle/0123456789abcdef';
const OTHER = 'rv-access/other/Bundle/0123456789abcdef';
type Seen = { tags: Record<string, string> } | undefined;
const ours: Seen = { tags: { 'rv-access:bundle': TAG } };
const theirs: Seen = { tags: { 'rv-access:bundle': OTHER } };
const nobodys: Seen = { tags: {} };
const owner = (since: Owner['since']): Owner => ({ id: 'id', since });

describe('whose a resource is that was looked up', () => {
  /** @param sights what the reads show, one after the other; the last one for ever */
  const look = async (sights: Seen[], of: Owner | undefined, knowsNothing = false, isSecret = false) => {
    let looks = 0;
    const started = Date.now();
    const observe = async () => sights[Math.min(looks++, sights.length - 1)];
    const resource = { observe, ...(isSecret && { isLeft: () => false }) };
    const { standing } = await account.wait(lookUp(account.connection, resource, of, TAG, knowsNothing));
    return [standing, (Date.now() - started) / 1000];
  };

  test.each<[string, Seen[], Owner | undefined, [string, number]]>([
    ['ours by tag and ledger is owned, at once', [ours], owner('owned'), ['owned', 0]],
    ['nothing, by both, is absent, at once', [undefined], undefined, ['absent', 0]],
    ['a stranger’s without any tag is foreign, at once', [nobodys], undefined, ['foreign', 0]],
    ['another bundle’s is foreign after 15 s, since it may be gone', [theirs], undefined, ['foreign', 15]],
    ['another bundle’s that goes meanwhile is absent', [theirs, theirs, undefined], undefined, ['absent', 2]],
    [
      'ours by the ledger that reads as another’s for a while is owned',
      [theirs, nobodys, ours],
      owner('owned'),
      ['owned', 2],
    ],
    ['ours by the ledger that stays another’s is foreign', [theirs], owner('owned'), ['foreign', 15]],
    [
      'ours by the ledger that does not read as there is made: AWS will tell',
      [undefined],
      owner('owned'),
      ['absent', 0],
    ],
    [
      'one with our tag that the ledger does not know is made: it may be gone',
      [ours],
      undefined,
      ['absent', 0],
    ],
    ['one that is still being made is made', [ours], owner('making'), ['absent', 0]],
    ['one that a Delete has begun on is made', [ours], owner('deleting'), ['absent', 0]],
    ['one that is being adopted is owned', [ours], owner('adopting'), ['owned', 0]],
  ])('%s', async (_what, sights, of, expected) => {
    expect(await look(sights, of)).toEqual(expected);
  });

  test('with a ledger that is empty, tags are all there is to go by', async () => {
    expect(await look([ours], undefined, true)).toEqual(['owned', 0]);
    expect(await look([nobodys], undefined, true)).toEqual(['foreign', 0]);
  });

  test('a secret that must be there is waited for', async () => {
    expect(await look([undefined, undefined, ours], owner('owned'), false, true)).toEqual(['owned', 2]);
    expect(await look([undefined], owner('owned'), false, true)).toEqual(['absent', 15]);
  });
});

describe('names that are taken', () => {
  const taken = (title: string, tags: Record<string, string> = {}) => ({ title, tags });
  const stack = { 'rv-access:stack': 'arn:aws:cloudformation:eu-west-1:123456789012:stack/other/1' };

  test('by nobody’s bundle are told in one sentence, with the ways out', () => {
    expect(takenNames([taken('user "a"'), taken('role "b"'), taken('role "c"')], false, undefined)).toEqual([
      'The user "a", role "b" and role "c" exist already and were not made by this bundle; nothing was touched. ' +
        'Choose other names, delete them, or set ExistingEntities to Adopt to take them over.',
    ]);
    expect(takenNames([taken('user "a"')], false, undefined)).toEqual([
      'The user "a" exists already and was not made by this bundle; nothing was touched. ' +
        'Choose another name, delete it, or set ExistingEntities to Adopt to take it over.',
    ]);
  });

  test('by nobody’s bundle may be adopted', () => {
    expect(takenNames([taken('user "a"')], true, undefined)).toEqual([]);
  });

  test('by bundles of other stacks are told in one sentence for each', () => {
    const names = [
      taken('user "a"', { 'rv-access:bundle': OTHER, ...stack }),
      taken('role "b"', { 'rv-access:bundle': OTHER, ...stack }),
      taken('role "exists"', { 'rv-access:bundle': 'mine' }),
    ];
    expect(takenNames(names, false, undefined)).toEqual([
      'The user "a" and role "b" exist already and belong to the bundle of the stack "other" in eu-west-1; ' +
        'nothing was touched. Choose other names, or delete that stack.',
      'The role "exists" exists already and belongs to the bundle of the stack "mine"; ' +
        'nothing was touched. Choose other names, or delete that stack.',
    ]);
  });

  test('are told in the plural, whatever they are called', () => {
    const names = [taken('user "exists"', theirs?.tags), taken('role "b"', theirs?.tags)];
    expect(takenNames(names, false, undefined)[0]).toContain('exist already and belong to the bundle');
  });

  test('by another stack are adopted only where a person has released that very bundle', () => {
    const names = [taken('user "a"', theirs?.tags)];
    const user = { ...theirs?.tags, 'rv-access:release': 'yes' };
    expect(takenNames(names, true, user)).toEqual([]);
    expect(takenNames(names, true, theirs?.tags)[0]).toContain(
      'If that stack is gone, put the tag rv-access:release=yes on its user and try again.',
    );
    expect(takenNames(names, false, user)[0]).not.toContain('rv-access:release');
  });

  test.each([
    [{ 'rv-access:bundle': OTHER, 'rv-access:release': 'yes' }, true],
    [{ 'rv-access:bundle': OTHER, 'RV-ACCESS:RELEASE': 'yes' }, true],
    [{ 'rv-access:bundle': OTHER, 'rv-access:release': 'no' }, false],
    [{ 'rv-access:bundle': 'rv-access/third/Bundle/0123456789abcdef', 'rv-access:release': 'yes' }, false],
    [{ 'rv-access:release': 'yes' }, false],
    [undefined, false],
  ])('are released by the tags %j of the user: %j', (user, released) => {
    expect(isReleased(OTHER, user as Record<string, string> | undefined)).toBe(released);
  });
});

test('what is made is known to be new: nothing of it can be out of date', async () => {
  const resource = { create: async () => ours } as unknown as Resource;
  expect(await createOrFind(account.connection, resource)).toEqual({ observed: ours, made: true });
});

describe('what AWS says is there already, and that shows as ours', () => {
  const error = (name: string) => new CallError('Do', '', '', Object.assign(new Error('no'), { name }));
  const find = (tag: () => Promise<unknown>) =>
    account.wait(
      createOrFind(account.connection, {
        kind: 'role',
        desired: { name: 'a', tags: ours?.tags },
        create: () => Promise.reject(error('EntityAlreadyExists')),
        observe: async () => ours,
        tag,
      } as unknown as Resource),
    );

  test('is there if it can be tagged', async () => {
    expect(await find(async () => {})).toEqual({ observed: ours, made: false });
  });

  test.each(['NoSuchEntity', 'ResourceNotFound', 'InvalidRequest'])(
    'was deleted a moment ago if its tagging fails with %s: a fresh look will tell',
    async (name) => {
      const finding = find(() => Promise.reject(error(name)));
      await expect(finding).rejects.toThrow(ConflictError);
      await expect(finding).rejects.toThrow('The role "a" was deleted a moment ago.');
    },
  );

  test('fails with whatever else its tagging fails with', async () => {
    const finding = find(() => Promise.reject(error('AccessDenied')));
    await expect(finding).rejects.toThrow(CallError);
    await expect(finding).rejects.toThrow('AccessDenied');
  });
});

const creates = ['CreateUser', 'CreateRole', 'CreatePolicy', 'CreateInstanceProfile'];

describe('a create call that says that the resource is there', () => {
  test.each(creates)('since the answer to %s was lost, goes on with it', async (action) => {
    account.fail(action, 'lostAnswer500');
    expect((await account.create()).answer.Status).toBe('SUCCESS');
    expect(account.entities()).toHaveLength(7);
  });

  test('although reads do not see it yet, waits until they do', async () => {
    account.fail('CreateRole', 'lostAnswerReset');
    account.aws.lag.reads = 8000;
    expect((await account.create()).answer.Status).toBe('SUCCESS');
    expect(Object.keys(account.aws.roles)).toHaveLength(2);
  });

  test('of one that was deleted a moment ago, whose name IAM has not let go of yet, is tried again', async () => {
    account.aws.freedAt[`User/${USER.toLowerCase()}`] = Date.now() + 8000;
    expect((await account.create()).answer.Status).toBe('SUCCESS');
    expect(account.user().tags['rv-access:bundle']).toBe(resourceOf(account.id));
  });

  test('although nothing of the name ever shows, gives up', async () => {
    account.aws.freedAt[`User/${USER.toLowerCase()}`] = Date.now() + 3_600_000;
    const { answer } = await account.create();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`CreateUser for "${USER}" failed: EntityAlreadyExists`);
  });

  test('that somebody else has made in between, fails and leaves it alone', async () => {
    account.before('CreateUser', () => account.aws.addForeignUser(USER, { Theirs: 'yes' }));
    const { answer } = await account.create();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`The user "${USER}" exists already and was not made by this bundle`);
    expect(account.user().tags).toEqual({ Theirs: 'yes' });
    expect(account.user().attached).toEqual([]);
  });

  test('that somebody else has made in between, takes it over if it may', async () => {
    account.before('CreateUser', () => account.aws.addForeignUser(USER, { Theirs: 'yes' }));
    expect((await account.create({ ExistingEntities: 'Adopt' })).answer.Status).toBe('SUCCESS');
    expect(account.user().tags).toMatchObject({ Theirs: 'yes', 'rv-access:bundle': resourceOf(account.id) });
    expect(account.user().attached).toHaveLength(1);
    expect(namesOwnedBy(account.aws, account.id)).toContain(`user ${USER}`);
  });
});

test('any other refusal of a create call fails at once', async () => {
  account.aws.quotas.roles = 0;
  const { answer, invocation } = await account.create();
  expect(answer.Reason).toContain(`CreateRole for "${NODE_ROLE}" failed: LimitExceeded`);
  expect(answer.Reason).toContain('A quota is reached: delete what is not needed, or have the quota raised.');
  expect(invocation.calls.filter(({ action }) => action === 'CreateRole')).toMatchObject([
    { tries: 1 },
    { tries: 1 },
  ]);
  expect(invocation.endedAt - invocation.startedAt).toBeLessThan(1000);
});

test('what is new is waited for until everybody knows it', async () => {
  Object.assign(account.aws.lag, {
    reads: 9000,
    references: 9000,
    keyActivation: 9000,
    uniqueIdForArn: 9000,
  });
  expect((await account.create()).answer.Status).toBe('SUCCESS');
  expect(account.user().accessKeys.map(({ id }) => id)).toEqual([account.content()?.accessKeyId]);
});
