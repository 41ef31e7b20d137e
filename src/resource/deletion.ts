import type { Aws } from '../aws/clients.ts';
import { absent, codeOf } from '../aws/error-codes.ts';
import { allPages } from '../aws/paging.ts';
import { sleep } from '../aws/patience.ts';
import { DETACHED_MS, STALE } from '../aws/times.ts';
import type { Tags } from '../bundle/tags.ts';
import { PreconditionError } from '../errors.ts';
import type { Step } from './change.ts';

/**
 * A resource that is to go. The lists are run one after the other, over all resources of a bundle: first `revoke`
 * everywhere, and so on. Within a list the steps do not depend on one another.
 */
export interface Deletion {
  /** Ends credentials. */
  revoke: Step[];
  /** Takes off what hangs on it. */
  detach: Step[];
  /** Deletes it. */
  delete: Step;
}

/** What a look at a resource that is to go has shown. */
export interface ToDelete {
  /** Undefined if nothing shows of it: it may be there all the same. */
  tags: Tags | undefined;
  deletion: Deletion;
}

/** Lists what hangs on a resource, as steps that take it off. A list that cannot be read is a step that says so. */
export async function stepsFor<Item>(
  list: Promise<Item[] | undefined>,
  step: (item: Item) => Step,
): Promise<Step[]> {
  try {
    return ((await list) ?? []).map(step);
  } catch (error) {
    return [() => Promise.reject(error)];
  }
}

/** The same for a list that comes in pages; a list of something that is gone is empty. */
export function stepsForPages<Page extends { Marker?: string | undefined }, Item>(
  ask: (marker: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => Item[] | undefined,
  step: (item: Item) => Step,
): Promise<Step[]> {
  const pages = allPages(async (marker) => {
    const page = await ask(marker);
    return { items: itemsOf(page), marker: page.Marker };
  });
  return stepsFor(absent(pages), step);
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
export async function deletePatiently(
  { signal }: Aws,
  deleteIt: Step,
  detachAgain: () => Promise<Step[]>,
): Promise<void> {
  const started = Date.now();
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    try {
      await deleteIt();
      return;
    } catch (error) {
      if (codeOf(error) !== 'DeleteConflict' || Date.now() - started > DETACHED_MS) throw error;
    }
    for (const step of await detachAgain()) {
      const failure = await step().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (signal.aborted) throw failure;
      if (failure instanceof PreconditionError && Date.now() - started > STALE.forMs) throw failure;
    }
    await sleep(wait, signal);
  }
}
