/** Collects all pages of a list: `page` gets the marker of the page before. */
export async function allPages<Item>(
  page: (marker: string | undefined) => Promise<{ items: Item[] | undefined; marker: string | undefined }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let marker: string | undefined;
  do {
    const result = await page(marker);
    items.push(...(result.items ?? []));
    marker = result.marker;
  } while (marker);
  return items;
}
