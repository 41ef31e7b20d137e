import { absent } from './error-codes.ts';

/** Collects all pages of a list of IAM's: `ask` gets the marker of the page before. */
export async function allPages<Page extends { Marker?: string | undefined }, Item>(
  ask: (marker: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  let marker: string | undefined;
  do {
    const page = await ask(marker);
    items.push(...(itemsOf(page) ?? []));
    marker = page.Marker;
  } while (marker);
  return items;
}

/** The same, where a list of what hangs on something that is gone is empty. */
export const listOf: typeof allPages = async (ask, itemsOf) => (await absent(allPages(ask, itemsOf))) ?? [];
