import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { html } from '../../fleet/output/html.ts';
import { type AccountStatus, unread } from '../../fleet/status/account-status.ts';
import { engine, type OpenPage, openPage } from './browser.ts';
import { idOf } from './organization/state.ts';

const evil = '<img src=x onerror=alert(1)> "quoted" & more';
const numbers = Array.from({ length: 20 }, (_, index) => index + 1);

function statusOf(number: number): AccountStatus {
  const target = {
    account: idOf(number),
    region: 'us-east-1',
    stack: 'x',
    instance: 'SUCCEEDED',
    reason: '',
  };
  if (number === 4) return unread(target, 'denied', 'not authorized to perform: sts:AssumeRole');
  return {
    ...unread(target, 'read', ''),
    stackStatus: 'CREATE_COMPLETE',
    access: number === 7 ? 'Suspended' : 'Active',
    version: '1.0.0',
    policyEdition: '2026-02',
    // Ages that sort otherwise as text than as numbers.
    keyAgeDays: (number * 7) % 89,
    keyLastUsed: number % 2 ? 'never' : '2026-11-20T10:00:00Z',
    keyLastUsedService: number % 2 ? '' : 'ec2',
    cloudAccountId: '4711',
    registration: 'active',
    drift: number === 9 ? 2 : 0,
    warnings: number === 2 ? evil : '',
    secretArn: 'arn:aws:secretsmanager:us-east-1:300000000001:secret:x-AbCdEf',
  };
}

let folder: string;
let page: OpenPage;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  writeFileSync(join(folder, 'fleet.html'), html(numbers.map(statusOf), 'RV access bundles of rv'));
  page = await openPage(join(folder, 'fleet.html'));
});
afterAll(async () => {
  await page.close();
  rmSync(folder, { recursive: true });
});

const indexOf = (title: string) =>
  `[...document.querySelectorAll('th')].findIndex((head) => head.textContent === '${title}')`;
/** The cells of a column that are shown, from the top. */
const column = (title: string) =>
  page.run<string[]>(
    `[...document.querySelectorAll('tbody tr')].filter((row) => !row.hidden).map((row) => row.cells[${indexOf(title)}].textContent)`,
  );
const sortBy = (title: string) =>
  page.run(`document.querySelectorAll('th button')[${indexOf(title)}].click()`);
const click = (selector: string) => page.run(`document.querySelector(${JSON.stringify(selector)}).click()`);
const search = (words: string) =>
  page.run(
    `document.querySelector('input').value = ${JSON.stringify(words)}; document.querySelector('input').dispatchEvent(new Event('input'))`,
  );

describe(`the page of the status, in ${engine}`, () => {
  test('shows every account, the most urgent first, and how many have which finding', async () => {
    const inOrder = numbers.filter((number) => ![4, 7, 9].includes(number));
    expect(await column('account')).toEqual([4, 7, 9, ...inOrder].map(idOf));
    expect(await page.run("document.querySelector('[aria-sort=ascending]').textContent")).toBe('finding');
    const tiles = `[...document.querySelectorAll('.tile')].map((tile) => tile.textContent)`;
    expect(await page.run(tiles)).toEqual([
      '17 in order',
      '1 may not be read',
      '1 suspended',
      '1 changed by hand',
    ]);
  });

  test('is sorted by a click on a head, numbers as numbers, and the other way round by a second', async () => {
    const ages = numbers.map(statusOf).map(({ keyAgeDays }) => keyAgeDays ?? -1);
    const numbersOf = (cells: string[]) => cells.map((cell) => (cell ? Number.parseInt(cell, 10) : -1));
    await sortBy('key age');
    expect(numbersOf(await column('key age'))).toEqual(ages.toSorted((a, b) => a - b));
    await sortBy('key age');
    expect(numbersOf(await column('key age'))).toEqual(ages.toSorted((a, b) => b - a));
    expect(await page.run("document.querySelector('[aria-sort=descending]').textContent")).toBe('key age');
    await sortBy('finding');
    expect((await column('finding')).slice(0, 4)).toEqual(['denied', 'suspended', 'drifted', 'ok']);
    await sortBy('account');
    expect(await column('account')).toEqual(numbers.map(idOf));
  });

  test('shows only what is searched for, and only the findings that are pressed', async () => {
    await search('assumerole');
    expect(await column('account')).toEqual([idOf(4)]);
    await search('');
    await click('[data-finding=suspended]');
    await click('[data-finding=drifted]');
    expect(await column('account')).toEqual([idOf(7), idOf(9)]);
    expect(await page.run(`document.querySelector('#shown').textContent`)).toBe('2 of 20 shown');
    await click('[data-finding=suspended]');
    await click('[data-finding=drifted]');
    expect(await column('account')).toHaveLength(20);
  });

  test('takes what an account says for text', async () => {
    expect((await column('warnings'))[1]).toBe(evil);
    expect(await page.run("document.querySelectorAll('img').length")).toBe(0);
  });

  test('asks for nothing, and complains of nothing', () => {
    expect(page.trouble).toEqual([]);
  });

  test('is light on a light screen and dark on a dark one, and its policy lets in only what is in it', async () => {
    const policy = await page.run<string>(`document.querySelector('meta[http-equiv]').content`);
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-\S+'; script-src 'sha256-\S+'$/);
    expect(await page.run(`document.querySelector('meta[name=color-scheme]').content`)).toBe('light dark');
    // Colours are only there in a browser.
    const seen = await Promise.all([page.background?.('light')]);
    const dark = await page.background?.('dark');
    expect([...seen, dark]).toEqual(
      page.background ? ['rgb(251, 250, 248)', 'rgb(21, 23, 26)'] : [undefined, undefined],
    );
  });
});
