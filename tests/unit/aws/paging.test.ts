import { expect, test } from 'vitest';
import { allPages, listOf } from '../../../src/aws/paging.ts';

interface Page {
  items: string[] | undefined;
  Marker?: string;
}

test('all pages of a list are read, each with the marker of the one before, also empty ones', async () => {
  const pages: Record<string, Page> = {
    first: { items: ['a'], Marker: 'second' },
    second: { items: undefined, Marker: 'third' },
    third: { items: ['b', 'c'] },
  };
  const asked: (string | undefined)[] = [];
  const items = await allPages(
    async (marker) => {
      asked.push(marker);
      return pages[marker ?? 'first'] ?? { items: [] };
    },
    (page) => page.items,
  );
  expect([items, asked]).toEqual([
    ['a', 'b', 'c'],
    [undefined, 'second', 'third'],
  ]);
});

test('a list of what hangs on something that is gone is empty, where that is asked for', async () => {
  const failing = (name: string) => () => Promise.reject<Page>(Object.assign(new Error('no'), { name }));
  const items = (page: Page) => page.items;
  expect(await listOf(failing('NoSuchEntityException'), items)).toEqual([]);
  await expect(allPages(failing('NoSuchEntityException'), items)).rejects.toThrow('no');
  await expect(listOf(failing('AccessDenied'), items)).rejects.toThrow('no');
});
