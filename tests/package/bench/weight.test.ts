import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bytesByPackage, zipSize } from '../../../bench/weight.ts';

it('Bytes are summed up by package, whether it is scoped or nested, and for our own files by folder', () => {
  const inputs = {
    'src/index.ts': { bytesInOutput: 100 },
    'src/entities/user.ts': { bytesInOutput: 50 },
    'policies/trust-ec2.json': { bytesInOutput: 7 },
    'node_modules/valibot/dist/index.mjs': { bytesInOutput: 10 },
    'node_modules/@aws-sdk/client-iam/dist-es/a.js': { bytesInOutput: 300 },
    'node_modules/@aws-sdk/client-iam/node_modules/@smithy/core/b.js': { bytesInOutput: 20 },
    'node_modules/unused/index.js': { bytesInOutput: 0 },
    'stand-in:@smithy/core/event-streams': { bytesInOutput: 5 },
  };
  expect(
    bytesByPackage({ outputs: { 'dist/index.js': { inputs, bytes: 0, imports: [], exports: [] } } }),
  ).toEqual([
    { name: '@aws-sdk/client-iam', bytes: 300 },
    { name: 'src/', bytes: 150 },
    { name: '@smithy/core', bytes: 20 },
    { name: 'valibot', bytes: 10 },
    { name: 'policies/', bytes: 7 },
    { name: 'stand-ins', bytes: 5 },
  ]);
});

it('The size of a zip archive is that of one that Python writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zip-size-'));
  const files = ['one.txt', 'second.txt'].map((name, index) => ({
    name,
    content: Buffer.from(`line ${index}\n`.repeat(5000)),
  }));
  for (const { name, content } of files) writeFileSync(join(folder, name), content);
  const program =
    'import zipfile, sys\nwith zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:\n' +
    '  [archive.write(name) for name in sys.argv[1:]]';
  const names = files.map(({ name }) => name);
  const { status } = spawnSync('python3', ['-c', program, ...names], { cwd: folder });
  const written = statSync(join(folder, 'a.zip')).size;
  rmSync(folder, { recursive: true });
  expect({ status, size: written }).toEqual({ status: 0, size: zipSize(files) });
});
