import type { LedgerState, Owner } from './state.ts';

/**
 * Which generation each name belongs to. A name is in the ledger before the call that makes or tags it, and leaves it when
 * what it named is gone. A replacement hands names over in one write.
 */

/** The ledger's word for a name: `role redislabs-role`. */
export const ownerKey = ({ kind, name }: { kind: string; name: string }) => `${kind} ${name}`;

/** A name that a request is about to take. */
export interface Taking {
  key: string;
  since: Owner['since'];
  /** The tag keys that an adoption adds. */
  added?: string[] | undefined;
}

/** Gives names to a generation: new ones as told, and those that the bundle has already as they are. */
export function take(state: LedgerState, id: string, names: Taking[]): void {
  for (const { key, since, added } of names) {
    const owner = state.owners[key];
    // A Delete that did not end well may have taken anything off it.
    const kept = owner && owner.since !== 'deleting' && since === 'making' ? owner : { since, added };
    state.owners[key] = { ...kept, id };
  }
}

/** The names of a generation. */
export function namesOf({ owners }: Pick<LedgerState, 'owners'>, id: string): string[] {
  return Object.keys(owners).filter((key) => owners[key]?.id === id);
}

/**
 * The generations that CloudFormation never learnt of: they are neither the one in the event nor the one that it asks
 * for, and either their request did not succeed, or its answer did not arrive: then the event names the failed state as
 * the one before.
 *
 * @param beforeId what the state before would have got
 */
export function unknownGenerations(
  { owners }: Pick<LedgerState, 'owners'>,
  known: string[],
  beforeId: string | undefined,
): string[] {
  const ids = Object.values(owners)
    .filter(({ id, since }) => !known.includes(id) && (since !== 'owned' || id === beforeId))
    .map(({ id }) => id);
  return [...new Set(ids)];
}

/**
 * The generation in force goes: what others had begun that never were in force goes with it, as nobody else will ask for
 * that. What was in force before does not: CloudFormation may have gone back to it without a word.
 */
export function takeAlong(state: LedgerState, id: string): void {
  for (const other of unknownGenerations(state, [id, state.before?.id ?? ''], undefined)) {
    for (const key of namesOf(state, other)) state.owners[key] = { ...(state.owners[key] as Owner), id };
    if (state.registration?.generation === other)
      state.registration = { ...state.registration, generation: id };
  }
}

/** The request has succeeded: what its generation has is its own from now on. */
export function settle(state: LedgerState, id: string): void {
  for (const key of namesOf(state, id)) state.owners[key] = { id, since: 'owned' };
  if (state.registration?.generation === id)
    state.registration = { ...state.registration, adopting: undefined };
}

/**
 * A replacement has failed: what it had taken over goes back as it was.
 *
 * @param before the owners before the replacement
 */
export function giveBack(state: LedgerState, id: string, before: LedgerState['owners']): void {
  for (const key of namesOf(state, id)) {
    const owner = before[key];
    if (owner && owner.id !== id) state.owners[key] = owner;
  }
}

/** What the names stood for is gone. */
export function forget(state: LedgerState, names: string[]): void {
  for (const key of names) delete state.owners[key];
}
