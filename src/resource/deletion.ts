import { type Aws, absent, allPages, codeOf, sleep } from '../aws/clients.ts';
import type { Step } from './resource.ts';

/**
 * An owned entity that is to go. The lists are run one after the other, over all entities of a bundle: first `kill`
 * everywhere, and so on. Within a list the steps do not depend on one another.
 */
export interface Removal {
  /** For messages: `user "redislabs-user"`. */
  what: string;
  /** Makes credentials worthless. */
  kill: Step[];
  /** Takes off what hangs on it. */
  strip: Step[];
  /** Deletes it. */
  drop: Step;
  /** Policies go last of all, when nothing of ours can be attached any more. */
  last?: boolean;
}

/** An entity that could not be looked at. It counts as left. */
export function unreadable(what: string, error: unknown): Removal {
  return {
    what,
    kill: [],
    strip: [],
    drop: () => Promise.reject(error),
  };
}

/** Lists what hangs on an entity, as steps that take it off. A list that cannot be read is a step that says so. */
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

/** For how long, and from which wait on, AWS is believed to know of less than hangs on an entity, in milliseconds. */
const PATIENCE = 45_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 5000;

/** Deletes an entity; on `DeleteConflict` takes off what has come to hang on it or to show since, and tries again. */
export async function dropPatiently(
  { signal }: Aws,
  drop: Step,
  stripAgain: () => Promise<Step[]>,
): Promise<void> {
  const end = Date.now() + PATIENCE;
  for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    try {
      await drop();
      return;
    } catch (error) {
      if (codeOf(error) !== 'DeleteConflict' || Date.now() > end) throw error;
      for (const step of await stripAgain()) await step();
      await sleep(wait, signal);
    }
  }
}
