import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, type OpenPage, openPage } from '../../fleet/browser.ts';
import { everyPage, root } from './markdown.ts';

const folder = join(root, 'docs');
const pictures = readdirSync(folder).filter((file) => file.endsWith('.svg'));
/** What pictures stand on, at the host of the repository. */
const PAGES = { light: 'rgb(255, 255, 255)', dark: 'rgb(13, 17, 23)' };
/** What WCAG asks for of large words; smaller ones are repeated by the page's own text. */
const CONTRAST = 3;
/** Areas that differ less than this from the page are part of it. */
const SAME = 1.1;

/** How bright a colour is, as WCAG reckons. */
function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? [])
    .map((part) => Number(part) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [brightness(one), brightness(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The words of a picture with what is below them, and its large areas; a cover that moves away is none. */
const LOOK = `(() => {
  const fill = (shape) => getComputedStyle(shape).fill;
  const areas = [...document.querySelectorAll('rect, circle')]
    .filter((shape) => fill(shape) !== 'none' && !shape.closest('.cover, clipPath'))
    .map((shape) => ({ fill: fill(shape), box: shape.getBoundingClientRect() }));
  const picture = document.documentElement.getBoundingClientRect();
  const isIn = (x, y) => ({ box }) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
  return {
    slabs: areas.filter(({ box }) => box.width * box.height > picture.width * picture.height / 2).map((area) => area.fill),
    words: [...document.querySelectorAll('text')].map((text) => {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      const below = areas.filter(isIn((left + right) / 2, (top + bottom) / 2)).at(-1);
      const room = below?.box ?? picture;
      return {
        word: text.textContent,
        fill: fill(text),
        on: below?.fill,
        fits: left >= room.left - 1 && right <= room.right + 1 && top >= room.top - 1 && bottom <= room.bottom + 1,
      };
    }),
  };
})()`;

interface Look {
  slabs: string[];
  words: { word: string; fill: string; on?: string; fits: boolean }[];
}

describe.skipIf(!browserPath).each(pictures)('%s, in a browser,', (file) => {
  let page: OpenPage;
  beforeAll(async () => {
    page = await openPage(join(folder, file));
  });
  afterAll(() => page.close());

  test('clips none of its words', async () => {
    const { words } = await page.run<Look>(LOOK);
    expect(words.length).toBeGreaterThan(0);
    expect(words.filter(({ fits }) => !fits)).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('can be read on a %s page, and is no slab there', async (scheme) => {
    await page.background?.(scheme);
    const { words, slabs } = await page.run<Look>(LOOK);
    const faint = words.filter(({ fill, on }) => contrast(fill, on ?? PAGES[scheme]) < CONTRAST);
    expect(faint).toEqual([]);
    // A button is its own background.
    const others = slabs.filter((fill) => contrast(fill, PAGES[scheme]) > SAME);
    expect(others).toHaveLength(file === 'launch-stack.svg' ? 1 : 0);
  });
});

test('there are pictures, and each is on a page, or will be', () => {
  const launch = readFileSync(join(root, 'scripts/docs/launch-link.ts'), 'utf8');
  const shown = [...everyPage().flatMap(({ links }) => links), launch].join('\n');
  expect(pictures.length).toBeGreaterThan(0);
  expect(pictures.filter((file) => !shown.includes(file))).toEqual([]);
});
