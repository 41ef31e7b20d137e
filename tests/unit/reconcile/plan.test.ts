import { describe, expect, test } from 'vitest';
import { describeBundle } from '../../../src/bundle/bundle.ts';
import { identityOf } from '../../../src/bundle/bundle-id.ts';
import { parseProperties } from '../../../src/bundle/properties.ts';
import { emptyState, type LedgerState, type Owner } from '../../../src/ledger/state.ts';
import { observe } from '../../../src/reconcile/observe.ts';
import { makePlan, ownPolicyArns, type Plan, takingOf } from '../../../src/reconcile/plan.ts';
import { NODE_ROLE, SECRET, USER, useAccount } from '../../support/account.ts';
import { type Properties, STACK_ID } from '../../support/memory-aws/events.ts';
import { ledgerTable } from '../../support/memory-aws/world.ts';

const account = useAccount();
const identity = identityOf(STACK_ID, 'Bundle');
const describing = (raw: Properties = {}) => describeBundle(identity, parseProperties(raw, identity.stack));

/** What the ledger says after the last request. */
function known(): LedgerState {
  const [item] = Object.values(account.aws.ledger[ledgerTable()] ?? {});
  return { ...emptyState(), ...JSON.parse(item?.state?.S ?? '{}') };
}

/** The plan for these properties; `before`: those of the state that an Update leaves. */
async function planned(raw: Properties = {}, before: Properties = {}, state = known()): Promise<Plan> {
  const bundle = describing(raw);
  const mayBe = [describing(before)];
  const observed = await account.wait(observe(account.connection, bundle, state));
  return makePlan(
    { bundle, state, mayBe, knownId: account.id || bundle.id, before: describing(before) },
    observed,
  );
}
const differences = ({ resources }: Plan) =>
  resources.flatMap(({ key, changes }) => changes.map(({ difference }) => `${key}: ${difference}`));
const standings = ({ resources }: Plan) => [...new Set(resources.map(({ standing }) => standing))];

describe('a plan is data, and making it changes nothing', () => {
  test('for an empty account makes everything, each name noted before as one that is being made', async () => {
    const plan = await planned();
    expect(standings(plan)).toEqual(['absent']);
    expect(plan.resources.every((each) => takingOf(each).since === 'making')).toBe(true);
    expect([plan.conflicts, plan.warnings, plan.left]).toEqual([[], [], []]);
    expect(plan.credentials.keyFrom).toBeUndefined();
  });

  test('for a bundle that is as it should be asks for nothing', async () => {
    await account.create();
    account.aws.forgetCalls();
    const plan = await planned();
    expect([standings(plan), differences(plan)]).toEqual([['owned'], []]);
    expect(account.aws.calls.filter(({ mutating }) => mutating)).toEqual([]);
  });

  test('tells what differs by resource and in words, without a secret', async () => {
    await account.create();
    account.user().attached = [];
    const role = account.aws.roles[NODE_ROLE];
    if (role) role.trust = '{}';
    const plan = await planned();
    expect(differences(plan)).toEqual([
      `role ${NODE_ROLE}: its trust policy is not the one that the bundle asks for`,
      expect.stringContaining(
        `user ${USER}: arn:aws:iam::123456789012:policy/RedislabsIAMUserRestrictedPolicy is not known`,
      ),
    ]);
    for (const secret of account.aws.minted) expect(JSON.stringify(plan.resources)).not.toContain(secret);
  });

  test('writes tags that may not be in force, whatever a read says, and takes away what a state before had set', async () => {
    await account.create({ Tags: 'Team=Data,Cost=1' });
    const plan = await planned({ Tags: 'Team=Ops' }, { Tags: 'Team=Data,Cost=1' });
    expect(plan.resources.every(({ missingTags }) => missingTags.Team === 'Ops')).toBe(true);
    expect(differences(plan)).toHaveLength(7);
    expect(differences(plan)[0]).toContain('it may have the tags Cost and should not');
  });
});

test('tags that may be otherwise are written, though they read as desired', async () => {
  await account.create({ Tags: 'Team=Ops' });
  const { resources } = await planned({ Tags: 'Team=Ops' }, { Tags: 'Team=Data' });
  expect(resources.every(({ missingTags }) => missingTags.Team === 'Ops')).toBe(true);
});

describe('a tag that a state before had set, and that is not wanted any more', () => {
  const untagged = async (state = known(), mayBe = [describing()]) => {
    const bundle = describing();
    const observed = await account.wait(observe(account.connection, bundle, state));
    const before = describing({ Tags: 'Cost=1,Team=Ops' });
    const plan = makePlan({ bundle, state, mayBe, knownId: account.id, before }, observed);
    return differences(plan).filter((difference) => difference.includes('Cost'));
  };

  test('is taken off where it is there', async () => {
    await account.create();
    account.user().tags.Cost = '1';
    expect(await untagged()).toEqual([`user ${USER}: it may have the tags Cost and should not`]);
    account.user().tags.Team = 'Ops';
    expect(await untagged()).toEqual([`user ${USER}: it may have the tags Cost, Team and should not`]);
  });

  test('is not asked for where it is certain that it is not there', async () => {
    await account.create();
    expect(await untagged()).toEqual([]);
  });

  test('is taken off everything where anything may be in force', async () => {
    await account.create();
    expect(await untagged(known(), [undefined] as never)).toHaveLength(7);
  });

  test('is taken off what reads as absent, since it may be there', async () => {
    await account.create();
    account.aws.users = {};
    expect(await untagged()).toEqual([`user ${USER}: it may have the tags Cost, Team and should not`]);
  });
});

describe('names in the plan', () => {
  test('that are desired no more are left to go', async () => {
    await account.create();
    expect((await planned({ ConsoleAccess: 'User' })).left).toEqual(['role redislabs-role']);
  });

  test('of a generation that CloudFormation never learnt of are so, too, unless they are desired', async () => {
    await account.create();
    const state = known();
    const lost: Owner = { id: 'lost', since: 'making' };
    Object.assign(state.owners, { 'user other': lost, [`user ${USER}`]: lost });
    expect((await planned({}, {}, state)).left).toEqual(['user other']);
  });
});

describe('an adoption in the plan', () => {
  test('notes which tag keys it adds, in the case that counts, so that they can be taken off again', async () => {
    account.aws.addForeignUser(USER, { usedby: 'them' });
    account.aws.addForeignSecret(SECRET, '{}', { usedby: 'them' });
    const plan = await planned({ ExistingEntities: 'Adopt' });
    const added = (kind: string) =>
      plan.resources.filter(({ resource }) => resource.kind === kind).map(takingOf)[0];
    expect(added('user')).toEqual({
      key: `user ${USER}`,
      since: 'adopting',
      added: ['rv-access:stack', 'rv-access:bundle'],
    });
    expect(added('secret')?.added).toEqual(['UsedBy', 'rv-access:stack', 'rv-access:bundle']);
  });

  test('that is not completed is in the way without leave, as a stranger’s: it carries our tag already', async () => {
    await account.create({ ExistingEntities: 'Adopt' });
    const state = known();
    const adopting: Owner = { id: account.id, since: 'adopting', added: [] };
    state.owners[`user ${USER}`] = adopting;
    expect((await planned({}, {}, state)).conflicts).toEqual([
      expect.stringContaining(`The user "${USER}" exists already and was not made by this bundle`),
    ]);
    expect((await planned({ ExistingEntities: 'Adopt' }, {}, state)).conflicts).toEqual([]);
  });

  test('of what another stack has is in the way until a person has released it, by a tag on that user', async () => {
    const theirs = { 'rv-access:bundle': 'rv-access/other/Bundle/0123456789abcdef' };
    account.aws.addForeignRole(NODE_ROLE).tags = { ...theirs, 'rv-access:release': 'yes' };
    const { tags } = account.aws.addForeignUser(USER, theirs);
    const conflicts = async () => (await planned({ ExistingEntities: 'Adopt' })).conflicts;
    expect(await conflicts()).toEqual([
      `The role "${NODE_ROLE}" and user "${USER}" exist already and belong to the bundle of the stack "other"; nothing ` +
        'was touched. Choose other names, or delete that stack. If that stack is gone, put the tag rv-access:release=yes on its user and try again.',
    ]);
    tags['rv-access:release'] = 'yes';
    expect(await conflicts()).toEqual([]);
  });

  test('that goes on keeps what it had added at first', async () => {
    await account.create({ ExistingEntities: 'Adopt' });
    const state = known();
    state.owners[`user ${USER}`] = { id: account.id, since: 'adopting', added: ['UsedBy'] };
    account.user().tags['rv-access:bundle'] = 'another';
    const plan = await planned({ ExistingEntities: 'Adopt' }, {}, state);
    const user = plan.resources.find(({ resource }) => resource.kind === 'user');
    expect(user && takingOf(user)).toEqual({ key: `user ${USER}`, since: 'adopting', added: ['UsedBy'] });
  });

  test('that is not completed is written anew, whatever a read says', async () => {
    await account.create({ ExistingEntities: 'Adopt' });
    const state = known();
    state.owners[`user ${USER}`] = { id: account.id, since: 'adopting', added: [] };
    const all = await planned({ ExistingEntities: 'Adopt' }, {}, state);
    expect(differences(all).length).toBeGreaterThan(0);
    expect(differences(all).every((difference) => difference.startsWith(`user ${USER}: `))).toBe(true);
  });

  test('is in the way without leave', async () => {
    account.aws.addForeignUser(USER);
    expect((await planned()).conflicts).toEqual([
      expect.stringContaining(`The user "${USER}" exists already and was not made by this bundle`),
    ]);
  });
});

describe('a name that differs only in case from one that the bundle has', () => {
  test('is in the way, since IAM takes both for one', async () => {
    await account.create();
    const { conflicts } = await planned({ UserName: USER.toUpperCase(), SecretName: SECRET });
    expect(conflicts).toEqual([
      `The user "${USER.toUpperCase()}" differs from "${USER}" of this bundle only in case, and IAM takes both for one ` +
        'name. Nothing was changed. Choose another name, or rename it in two steps.',
    ]);
  });

  test('is not, if it is that of a secret: Secrets Manager tells them apart', async () => {
    await account.create();
    expect((await planned({ SecretName: SECRET.toUpperCase() })).conflicts).toEqual([]);
  });
});

test('a secret of a stranger that is scheduled for deletion is told of in one sentence, with its date', async () => {
  account.aws.addForeignSecret(SECRET, '{}').deletion = {
    requestedAt: Date.now(),
    dueAt: Date.now() + 86_400_000,
  };
  const { conflicts } = await planned();
  expect(conflicts).toHaveLength(1);
  expect(conflicts[0]).toContain('scheduled for deletion');
});

test('the policies of the bundle are those under all names that the ledger gives to it, each once', () => {
  const bundle = describing();
  const owners = {
    'policy Former': { id: 'x', since: 'owned' as const },
    'role r': { id: 'x', since: 'owned' as const },
  };
  expect(ownPolicyArns({ bundle, state: { ...emptyState(), owners } })).toEqual([
    bundle.instancePolicy.arn,
    bundle.userPolicy.arn,
    'arn:aws:iam::123456789012:policy/Former',
  ]);
});
