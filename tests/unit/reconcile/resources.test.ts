import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bundleOf } from '../../../src/bundle/bundle.ts';
import { identityOf } from '../../../src/bundle/bundle-id.ts';
import { attributesOf } from '../../../src/cloudformation/attributes.ts';
import { emptyState } from '../../../src/ledger/state.ts';
import { lookAt } from '../../../src/reconcile/delete.ts';
import { observe } from '../../../src/reconcile/observe.ts';
import { makePlan, takingOf } from '../../../src/reconcile/plan.ts';
import { CATALOGUE, NO_CALLS, rowOf } from '../../../src/reconcile/resources.ts';
import { namesOwnedBy } from '../../faults/ledger.ts';
import { useAccount } from '../../support/account.ts';
import { STACK_ID } from '../../support/memory-aws/events.ts';

const account = useAccount();
const identity = identityOf(STACK_ID, 'Bundle');
const bundle = bundleOf(identity, {});
const OFF = { DeletionProtection: 'Off' };

/** Everything that the rows ask for, as `role redislabs-role`. */
const NAMES = CATALOGUE.flatMap((row) =>
  row.resources(NO_CALLS, bundle).map(({ desired }) => `${row.kind} ${desired.name}`),
);
const kinds = (names: string[]) => [...new Set(names.map((name) => rowOf(name).row.kind))].sort();
const ROWS = CATALOGUE.map(({ kind }) => kind).sort();

describe('the catalogue is the only list of resources: every row', () => {
  test('is of a kind of its own, and asks for something', () => {
    expect(new Set(ROWS).size).toBe(CATALOGUE.length);
    expect(kinds(NAMES)).toEqual(ROWS);
  });

  test('names its resources by its kind, so that the ledger’s word leads back to it', () => {
    for (const row of CATALOGUE)
      for (const resource of row.resources(account.connection, bundle)) {
        expect(resource.kind).toBe(row.kind);
        expect(rowOf(`${row.kind} ${resource.desired.name}`)).toEqual({ row, name: resource.desired.name });
      }
    expect(() => rowOf('volcano Etna')).toThrow(
      'The ledger tells of "volcano Etna", which is no resource of a bundle.',
    );
  });

  test('is observed', async () => {
    const { resources } = await account.wait(observe(account.connection, bundle, emptyState()));
    expect(resources.map(({ key }) => key)).toEqual(NAMES);
  });

  test('is planned, so that it is made and its names are in the ledger before', async () => {
    const state = emptyState();
    const observed = await account.wait(observe(account.connection, bundle, state));
    const plan = makePlan({ bundle, state, mayBe: [], knownId: bundle.id, before: undefined }, observed);
    expect(plan.resources.map((each) => [takingOf(each).key, each.standing])).toEqual(
      NAMES.map((name) => [name, 'absent']),
    );
    expect(account.aws.calls.filter(({ mutating }) => mutating)).toEqual([]);
  });

  test('is made, owned in the ledger and tagged by a Create', async () => {
    await account.create(OFF);
    expect(account.entities().sort()).toEqual([...NAMES].sort());
    expect(namesOwnedBy(account.aws, account.id).sort()).toEqual([...NAMES].sort());
  });

  test('is looked at and deleted by a Delete, and leaves the ledger', async () => {
    await account.create(OFF);
    const targets = await account.wait(lookAt(account.connection, emptyState(), NAMES, bundle));
    expect(targets.map(({ found }) => found.tags?.['rv-access:bundle'])).toEqual(NAMES.map(() => bundle.tag));
    expect((await account.delete()).answer.Status).toBe('SUCCESS');
    expect([account.entities(), namesOwnedBy(account.aws, account.id)]).toEqual([[], []]);
  });

  test('that cannot be deleted is reported, by kind and name', async () => {
    await account.create(OFF);
    account.aws.failCall(
      ({ action }) => /^Delete(User|Role|Policy|InstanceProfile|Secret)$/.test(action),
      'explicitDeny',
      1000,
    );
    const { answer, log } = await account.delete();
    const told = NAMES.map((name) => `${rowOf(name).row.kind} "${rowOf(name).name}"`);
    expect(
      told.filter((title) => answer.Reason?.includes(title) || log.includes(title.replaceAll('"', '\\"'))),
    ).toEqual(told);
  });

  test('reports attributes, and no two the same one', () => {
    const names = CATALOGUE.flatMap((row) => Object.keys(row.attributes(bundle)));
    expect(new Set(names).size).toBe(names.length);
    for (const row of CATALOGUE) expect(Object.keys(row.attributes(bundle)).length).toBeGreaterThan(0);
    expect(attributesOf(bundle)).toMatchObject(
      Object.assign({}, ...CATALOGUE.map((row) => row.attributes(bundle))),
    );
  });

  test('is one that a person can take in the way of: it is adopted on request only', async () => {
    for (const name of NAMES) {
      const { row, name: bare } = rowOf(name);
      if (row.kind === 'user') account.aws.addForeignUser(bare);
      if (row.kind === 'role') account.aws.addForeignRole(bare);
      if (row.kind === 'policy') account.aws.addForeignPolicy(bare);
      if (row.kind === 'instance profile') account.aws.addForeignInstanceProfile(bare);
      if (row.kind === 'secret') account.aws.addForeignSecret(bare);
    }
    const { answer } = await account.create();
    for (const name of NAMES)
      expect(answer.Reason).toContain(`${rowOf(name).row.kind} "${rowOf(name).name}"`);
    expect((await account.create({ ExistingEntities: 'Adopt' })).answer.Status).toBe('SUCCESS');
  });
});

test('every file of src/iam has a test of the same path', () => {
  const tests = readdirSync('tests/unit/iam');
  const files = readdirSync('src/iam').map((file) => file.replace('.ts', '.test.ts'));
  const without = files.filter((file) => !tests.includes(file));
  expect(without).toEqual([]);
});
