import type { Aws } from '../aws/clients.ts';
import { absent, codeOf } from '../aws/error-codes.ts';
import { listOf } from '../aws/paging.ts';
import { sleep } from '../aws/patience.ts';
import { DETACHED_MS, STALE } from '../aws/times.ts';
import type { Tags } from '../bundle/tags.ts';
import { PreconditionError } from '../errors.ts';
import type { Step } from './change.ts';

/** How a resource goes: `revoke` comes first for all resources of a bundle, then `detach`, then `delete`. */
export interface Deletion {
  /** Ends credentials. */
  revoke?: Step[];
  /**
   * Lists what hangs on it, as steps that take it off.
   *
   * @param again AWS says that something does, whatever was seen before
   */
  detach?(again: boolean): Promise<Step[]>;
  /** Deletes it. */
  delete: Step;
}

/** What a look at a resource that is to go has shown, with what tells of its use. */
export interface ToDelete extends Deletion {
  /** Undefined if nothing shows of it: it may be there all the same. */
  tags: Tags | undefined;
  /** Takes tags off it. */
  untag(keys: string[]): Promise<unknown>;
  /** A user's access keys, as IAM lists them. */
  keys?: { id: string; createDate: Date }[];
  /** When a role was last used. */
  lastUsed?: Date | undefined;
}

/** One kind of things that hang on a user or role, by their names, ids or ARNs. */
export interface Hanging {
  /** The word for one of them in a report of drift: it lets somebody in, or allows more than the bundle says. */
  what?: string | undefined;
  list(): Promise<string[]>;
  takeOff(id: string): Promise<unknown>;
}

/** One kind that IAM lists in pages. */
export function hanging<Page extends { Marker?: string | undefined }>(
  ask: (marker: string | undefined) => Promise<Page>,
  idsOf: (page: Page) => string[] | undefined,
  takeOff: Hanging['takeOff'],
  what?: string,
): Hanging {
  return { what, list: () => listOf(ask, idsOf), takeOff };
}

/** A list as steps that take everything off. A list that cannot be read is a step that says so. */
export async function stepsFor<Item>(
  list: Promise<Item[]>,
  takeOff: (item: Item) => Promise<unknown>,
): Promise<Step[]> {
  try {
    return (await list).map((item) => () => absent(takeOff(item)));
  } catch (error) {
    return [() => Promise.reject(error)];
  }
}

/** The same for all kinds of things. */
export async function stepsForAll(kinds: Hanging[]): Promise<Step[]> {
  return (await Promise.all(kinds.map(({ list, takeOff }) => stepsFor(list(), takeOff)))).flat();
}

/** All that an Update leaves alone and that is drift, as words for a report. */
export async function extras(kinds: Hanging[]): Promise<string[]> {
  const words = kinds.map(async ({ what, list }) =>
    what ? (await list()).map((id) => `it has the ${what} ${id} and should have none`) : [],
  );
  return (await Promise.all(words)).flat();
}

/** From which wait on, and up to which, in milliseconds. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;

/**
 * Deletes a resource. On `DeleteConflict` takes off what has come to hang on it or to show since, and tries again: lists
 * may be stale, the refusal is not. So what fails on the way counts only if the refusal stays.
 *
 * @throws PreconditionError if something that is not ours still hangs on it when its list can be stale no more
 */
export async function deletePatiently({ signal }: Aws, resource: Deletion): Promise<void> {
  const { revoke = [], detach } = resource;
  const started = Date.now();
  // A step may take long, so what counts is when the list was read that it comes from.
  let listedAfter = 0;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    try {
      await resource.delete();
      return;
    } catch (error) {
      if (codeOf(error) !== 'DeleteConflict' || listedAfter > DETACHED_MS) throw error;
    }
    listedAfter = Date.now() - started;
    for (const step of [...revoke, ...((await detach?.(true)) ?? [])]) {
      const failure = await step().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure instanceof PreconditionError && listedAfter > STALE.forMs) throw failure;
    }
    await sleep(wait, signal);
  }
}
