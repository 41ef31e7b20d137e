import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bundle, bundle, root } from '../../../scripts/build/bundle.ts';
import { thirdPartyLicenses } from '../../../scripts/build/licenses.ts';

const run = promisify(execFile);

describe('the built function', () => {
  let folder: string;
  let built: Bundle;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bundle-'));
    built = await bundle('src/index.ts', 'inside');
    await writeFile(join(folder, 'index.js'), built.code);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is at most 380 KB', () => {
    expect(built.code.byteLength).toBeLessThanOrEqual(380_000);
  });

  test('is the same, byte for byte, when it is built again', async () => {
    const again = await bundle('src/index.ts', 'inside');
    expect(Buffer.from(again.code).equals(Buffer.from(built.code))).toBe(true);
  });

  test('is one CommonJS file that needs nothing but Node and exports the handler', async () => {
    const script = `console.log(Object.keys(require('./index.js')).join(), typeof require('./index.js').handler)`;
    const { stdout, stderr } = await run(process.execPath, ['-e', script], { cwd: folder, env: {} });
    expect({ stdout, stderr }).toEqual({ stdout: 'handler function\n', stderr: '' });
  });

  test('names no file of the machine that built it', () => {
    expect(Buffer.from(built.code).toString()).not.toContain(root);
    expect(Object.keys(built.metafile.inputs).filter((path) => path.startsWith('/'))).toEqual([]);
  });

  test('looks for credentials in the environment alone', () => {
    const providers = packages(built).filter((name) =>
      /credential-provider|nested-clients|token-providers/.test(name),
    );
    expect(providers).toEqual(['@aws-sdk/credential-provider-env']);
  });

  test('brings the licence of every package inside', async () => {
    const text = await thirdPartyLicenses(built.metafile, root);
    for (const name of packages(built)) expect(text).toMatch(new RegExp(`^${name} \\d.* \\(.+\\)$`, 'm'));
    expect(text).toContain('Apache License');
    expect(text).toContain('Permission is hereby granted, free of charge');
  });
});

/** Names of the packages that gave at least one byte. */
function packages({ metafile }: Bundle): string[] {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const names = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}
