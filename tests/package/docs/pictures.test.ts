import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, type OpenPage, openPage } from '../../fleet/browser.ts';
import { root } from './markdown.ts';

const folder = join(root, 'docs');
const pictures = readdirSync(folder).filter((file) => file.endsWith('.svg'));
/** What pictures stand on, at the host of the repository: its light page and its dark one. */
const PAGES = ['#ffffff', '#0d1117'];
/** For words as large as these; WCAG asks as much of large ones and of lines. */
const CONTRAST = 3;

/** How bright a colour is, as WCAG reckons. */
function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[0-9a-f]{2}/g) ?? [])
    .map((part) => Number.parseInt(part, 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [brightness(one), brightness(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const whole = (colour: string) => colour.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');

/** The words of a picture, where they stand, and the area below them. */
const LOOK = `(() => {
  const svg = document.documentElement;
  const box = (shape) => shape.getBoundingClientRect();
  const filled = [...svg.querySelectorAll('rect, circle')].filter((rect) => rect.getAttribute('fill') !== 'none');
  const inside = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
  const picture = box(svg);
  return {
    slabs: filled.map(box).filter((each) => each.width * each.height > picture.width * picture.height / 2).length,
    words: [...svg.querySelectorAll('text')].map((text) => {
      const at = box(text);
      const x = (at.left + at.right) / 2;
      const y = (at.top + at.bottom) / 2;
      const below = filled.filter((rect) => { const r = box(rect); return r.left <= x && x <= r.right && r.top <= y && y <= r.bottom; }).at(-1);
      const holder = text.closest('[fill]');
      return { word: text.textContent, colour: holder?.getAttribute('fill'), on: below?.getAttribute('fill'), fits: inside(at, below ? box(below) : picture) };
    }),
  };
})()`;

interface Look {
  slabs: number;
  words: { word: string; colour: string; on?: string; fits: boolean }[];
}

describe.skipIf(!browserPath).each(pictures)('%s, in a browser,', (file) => {
  let page: OpenPage;
  let look: Look;
  beforeAll(async () => {
    page = await openPage(join(folder, file));
    look = await page.run<Look>(LOOK);
  });
  afterAll(() => page.close());

  test('clips none of its words', () => {
    expect(look.words.length).toBeGreaterThan(0);
    expect(look.words.filter(({ fits }) => !fits)).toEqual([]);
  });

  test('can be read on a light page and on a dark one', () => {
    const faint = look.words.flatMap(({ word, colour, on }) =>
      (on ? [on] : PAGES)
        .filter((ground) => contrast(whole(colour), whole(ground)) < CONTRAST)
        .map((ground) => `${word}: ${colour} on ${ground}`),
    );
    expect(faint).toEqual([]);
  });

  test('is no slab: it stands on the background of the page', () => {
    // A button is its own background.
    expect(look.slabs).toBe(file === 'launch-stack.svg' ? 1 : 0);
  });
});

test('there are pictures, and each is on a page', () => {
  const readers = ['README.md', 'docs/performance.md', 'scripts/docs/launch-link.ts'];
  const text = readers.map((path) => readFileSync(join(root, path), 'utf8')).join('\n');
  expect(pictures.length).toBeGreaterThan(0);
  for (const file of pictures) expect(text).toContain(file);
});
