import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pages } from '../package/docs/markdown.ts';
import { templateText } from '../package/template/template.ts';
import { serve } from './organization/server.ts';
import { makeOrganization } from './organization/state.ts';
import { runFleet } from './run-fleet.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Every command of the pages, with the page that has it. */
const commands = pages().flatMap(({ path, spans, blocks }) =>
  [...spans, ...blocks.map(({ code }) => code)]
    .flatMap((text) => [...text.matchAll(/npm run fleet -- (\w+ --[^#\n]*)/g)])
    .map(([, args = '']) => [path, args.trim()] as const),
);

test('the pages have commands of the fleet', () => {
  expect(commands.length).toBeGreaterThan(8);
});

test.each(commands)('%s: npm run fleet -- %s, is understood', async (_, args) => {
  const served = await serve(makeOrganization(3, templateText));
  try {
    const dry = /^(status|update --help)/.test(args) ? [] : ['--dry-run'];
    const { stderr } = await runFleet([...args.split(/\s+/), ...dry], {
      ...served.env,
      XDG_STATE_HOME: folder,
    });
    // What commander, or the reading of an option, has to say.
    expect(stderr).not.toMatch(/^(error:|"|Give )/m);
  } finally {
    await served.close();
  }
});
