import type { Aws } from '../aws/clients.ts';
import { poll, together } from '../aws/patience.ts';
import { STALE } from '../aws/times.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { BUNDLE_TAG, type Tags } from '../bundle/tags.ts';
import { endsAll, PreconditionError } from '../errors.ts';
import { forgetSecret, forgetUser, madeFor } from '../ledger/keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { forget, ownerKey } from '../ledger/owners.ts';
import type { LedgerState, Owner } from '../ledger/state.ts';
import { warn } from '../log.ts';
import type { Step } from '../resource/change.ts';
import { type Deletion, deletePatiently, type ToDelete } from '../resource/deletion.ts';
import { release } from './release.ts';
import { type DeletionContext, type Row, rowOf } from './resources.ts';

/** A name that is to go, and what a look at it has shown. */
export interface Target {
  /** The ledger's word for it. */
  key: string;
  row: Row;
  name: string;
  found: ToDelete;
  owner: Owner | undefined;
}

/** Deletes what the ledger gives to this bundle under these names. */
export async function deleteNames(aws: Aws, ledger: Ledger, names: string[], bundle: Bundle): Promise<void> {
  if (names.length === 0) return;
  await deleteTargets(aws, ledger, await lookAt(aws, ledger.state, names, bundle), bundle);
}

/**
 * Looks at what is to go. A tag that does not name this bundle contradicts the ledger, so it is read again before it is
 * believed.
 */
export async function lookAt(
  aws: Aws,
  { owners, keys }: LedgerState,
  names: string[],
  bundle: Bundle,
): Promise<Target[]> {
  const foreign = new Set<string>();
  const context: DeletionContext = {
    bundle,
    // Asked when steps are carried out, and everything has been looked at by then.
    isOwn: (kind, name) => ownerKey({ kind, name }) in owners && !foreign.has(ownerKey({ kind, name })),
    madeIds: (user) => madeFor(keys, user).map(({ id }) => id),
  };
  const targets = await Promise.all(
    names.map(async (key): Promise<Target> => {
      const { row, name } = rowOf(key);
      const look = () => row.toDelete(aws, name, context).catch(unreadable);
      const found = await poll(look, ({ tags }) => !isForeign(tags, bundle.tag), STALE, aws.signal);
      return { key, row, name, found, owner: owners[key] };
    }),
  );
  for (const { key, found, owner } of targets)
    if (isForeign(found.tags, bundle.tag) && !isUnfinished(owner)) foreign.add(key);
  return targets;
}

/** What a request had begun to take over need not carry our tag yet. */
const isUnfinished = (owner: Owner | undefined) => ['adopting', 'restoring'].includes(owner?.since ?? '');

const isForeign = (tags: Tags | undefined, tag: string) => tags !== undefined && tags[BUNDLE_TAG] !== tag;

/** A resource that could not be looked at: it counts as left. */
function unreadable(error: unknown): ToDelete {
  if (endsAll(error)) throw error;
  const fail = () => Promise.reject(error);
  return { tags: undefined, untag: fail, delete: fail };
}

/**
 * Deletes what was looked at: credentials are revoked first, then what hangs on a resource is taken off, then it goes,
 * and the policies last. What fails does not stop the rest. What reads as absent is asked to go all the same.
 *
 * @throws PreconditionError naming what is left and why; every credential that could be revoked is dead then
 */
export async function deleteTargets(
  aws: Aws,
  ledger: Ledger,
  targets: Target[],
  bundle: Bundle,
): Promise<void> {
  await ledger.write((state) => {
    for (const { key } of targets) {
      const owner = state.owners[key];
      if (owner && ['making', 'owned'].includes(owner.since))
        state.owners[key] = { ...owner, since: 'deleting' };
    }
  });
  const work = targets.map((target) => ({
    ...target,
    ...stepsOf(aws, ledger, target, bundle),
    failures: [] as unknown[],
  }));
  type Work = (typeof work)[number];
  const attempt = async ({ failures }: Work, step: Step) => {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  };
  const phase = (pick: (each: Work) => Step[] | Promise<Step[]>) =>
    together(work.map(async (each) => together((await pick(each)).map((step) => attempt(each, step)))));
  // AWS refuses to delete what something still hangs on, so a failure before this need not be the last word.
  const last =
    (each: Work): Step =>
    async () => {
      await deletePatiently(aws, each);
      each.failures.length = 0;
    };
  await phase(({ revoke = [] }) => revoke);
  await phase(({ detach }) => detach?.(false) ?? []);
  await phase((each) => (each.row.goesLast ? [] : [last(each)]));
  await phase((each) => (each.row.goesLast ? [last(each)] : []));

  const left = work.filter(({ failures }) => failures.length > 0);
  ledger.note((state) => {
    for (const { row, name, key, failures } of work) {
      if (failures.length > 0) continue;
      forget(state, [key]);
      if (row.kind === 'user') forgetUser(state, name);
      if (row.kind === 'secret') forgetSecret(state, name);
    }
  });
  if (left.length === 0) return;
  const end = left.flatMap(({ failures }) => failures).find(endsAll);
  if (end) throw end;
  const leftovers = left.map(({ row, name, failures }) => `${row.kind} "${name}" (${reasons(failures)})`);
  throw new PreconditionError([
    `Not everything could be removed. Left: ${leftovers.join('; ')}. Everything else is deleted. ` +
      'Remove the cause, then delete the stack again.',
  ]);
}

/** What has to be done about one name. */
function stepsOf(aws: Aws, ledger: Ledger, target: Target, bundle: Bundle): Deletion {
  const { row, name, found, owner } = target;
  if (isUnfinished(owner)) return { delete: () => release(aws, ledger, target, bundle) };
  if (!isForeign(found.tags, bundle.tag)) return found;
  warn(`The ${row.kind} "${name}" does not carry this bundle's tag; it was left alone.`);
  return { delete: () => Promise.resolve() };
}

/** All that failed on the way, each once: that something hangs on it says little without what could not be taken off. */
function reasons(errors: unknown[]): string {
  return [...new Set(errors.map((error) => (error as Error).message.replace(/\.$/, '')))].join('; ');
}
