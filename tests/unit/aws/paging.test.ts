import { expect, test } from 'vitest';
import { allPages } from '../../../src/aws/paging.ts';

test('all pages of a list are read, each with the marker of the one before, also empty ones', async () => {
  const pages: Record<string, { items: string[] | undefined; marker: string | undefined }> = {
    first: { items: ['a'], marker: 'second' },
    second: { items: undefined, marker: 'third' },
    third: { items: ['b', 'c'], marker: undefined },
  };
  const asked: (string | undefined)[] = [];
  const items = await allPages(async (marker) => {
    asked.push(marker);
    return pages[marker ?? 'first'] ?? { items: [], marker: undefined };
  });
  expect([items, asked]).toEqual([
    ['a', 'b', 'c'],
    [undefined, 'second', 'third'],
  ]);
});
