import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lanesOf } from '../../../scripts/docs/life/lanes.ts';
import { draw } from '../../../scripts/docs/life/picture.ts';
import { type LifeStep, recordOf } from '../../../scripts/docs/life/record.ts';
import { engine, openPage } from '../../fleet/browser.ts';
import { codes, readPage, root } from './markdown.ts';

const steps: LifeStep[] = JSON.parse(readFileSync(join(root, 'docs/life.json'), 'utf8'));

/** A story as `npm start` prints it. */
const story = (mark = '✓') => `
1. Create the stack

  ✓ The stack ends in CREATE_COMPLETE

  What exists in IAM now

  Kind        Name   Detail
  Role        nodes  Policy; trusts
                     Service:ec2
  User        redis  Policy
  Access key  AKIA1  of redis, Active

  Owner    secret rv/redis  …-1, owned

2. Rotate the access key

  Parameter AccessKeySerial: 1 → 2

  ${mark} The stack ends in UPDATE_COMPLETE

  What exists in IAM now

  Kind        Name   Detail
  Access key  AKIA1  of redis, Active
  Access key  AKIA2  of redis, Active

3. Delete the stack

  ✓ The stack ends in DELETE_COMPLETE
  ✓ Nothing of the bundle is left in IAM

4. A stack that registers itself
`;

test('the record of a story has what each step changed, ended in, claimed and left', () => {
  expect(recordOf(story())).toEqual([
    {
      title: 'Create the stack',
      status: 'CREATE_COMPLETE',
      claims: 1,
      exists: ['access key 1', 'role nodes', 'secret rv/redis', 'user redis'],
    },
    {
      title: 'Rotate the access key',
      change: { parameter: 'AccessKeySerial', from: '1', to: '2' },
      status: 'UPDATE_COMPLETE',
      claims: 1,
      exists: ['access key 1', 'access key 2'],
    },
    { title: 'Delete the stack', status: 'DELETE_COMPLETE', claims: 2, exists: [] },
  ]);
});

test('a story that is not true, or not whole, is not recorded', () => {
  expect(() => recordOf(story('✗'))).toThrow('did not hold');
  expect(() => recordOf(story().split('3. ')[0] ?? '')).toThrow('did not come to the deletion');
});

test('everything has a line from the step that made it to the step in which it went', () => {
  const step = (exists: string[], to?: string): LifeStep => ({
    ...{ title: '', status: '', claims: 0, exists },
    ...(to && { change: { parameter: 'UserName', from: 'a', to } }),
  });
  expect(
    lanesOf([step(['access key 1', 'user a']), step(['user b'], 'b'), step(['user b'], 'c'), step([])]),
  ).toEqual([
    { name: 'user a', from: 0.3, to: 1.7 },
    { name: 'user b', from: 1.3, to: 3.7 },
    // Made by an update that was rolled back.
    { name: 'user c', from: 2.3, to: 2.7 },
    { name: 'access key 1', from: 0.3, to: 1.7 },
  ]);
});

test('the picture begins with what the front page says is created, and ends with nothing', () => {
  const table = readPage('README.md').tables.find(({ head }) => head[0] === 'what');
  const named = table?.rows.flatMap(([, name]) => codes(name)) ?? [];
  const created = steps[0]?.exists.map((name) => name.split(' ').at(-1));
  expect(created).toEqual(expect.arrayContaining(named));
  expect(steps.at(-1)).toMatchObject({ status: 'DELETE_COMPLETE', exists: [] });
});

test(`nothing in the picture lies over something else, and it is light or dark as the screen is, in ${engine}`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'life-'));
  const file = join(folder, 'life.html');
  writeFileSync(file, `<!doctype html><body>${draw(steps)}`);
  const page = await openPage(file);
  const overlaps = `(() => {
    const whole = document.querySelector('svg').getBoundingClientRect();
    const boxes = [...document.querySelectorAll('text')].map((text) => [text.textContent, text.getBoundingClientRect()]);
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom;
    return boxes.flatMap(([one, a], index) => [
      ...(a.right > whole.right || a.bottom > whole.bottom ? [one + ' is cut off'] : []),
      ...boxes.slice(index + 1).filter(([, b]) => meet(a, b)).map(([other]) => one + ' / ' + other),
    ]);
  })()`;
  try {
    expect(page.background ? await page.run(overlaps) : []).toEqual([]);
    const paper = "getComputedStyle(document.querySelector('.paper')).fill";
    await page.background?.('light');
    const light = page.background && (await page.run(paper));
    await page.background?.('dark');
    const dark = page.background && (await page.run(paper));
    expect([light, dark]).toEqual(
      page.background ? ['rgb(255, 255, 255)', 'rgb(13, 17, 23)'] : [undefined, undefined],
    );
  } finally {
    await page.close();
    rmSync(folder, { recursive: true });
  }
});

test('where nothing may move, or nothing can, the picture is whole', () => {
  const svg = draw(steps);
  expect(svg).toContain('.cover{opacity:0}\n@media (prefers-reduced-motion:no-preference){.cover{animation:');
  expect(svg).not.toMatch(/<script|infinite|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
});
