import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { Metafile } from 'esbuild';
import { root } from '../scripts/build/bundle.ts';

/** What is deployed, in bytes. */
export interface Weight {
  bundleBytes: number;
  /** Of the archive that Lambda gets: function and licences. */
  zipBytes: number;
  /** Of the one-file template with the function inside. */
  inlineTemplateBytes: number;
  /** What each package gives to the bundle, the largest first. */
  packages: { name: string; bytes: number }[];
}

/** Weighs what the build has written to `dist`. */
export async function weigh(): Promise<Weight> {
  const file = (name: string) => join(root, 'dist', name);
  const metafile: Metafile = JSON.parse(await readFile(file('meta.json'), 'utf8'));
  return {
    bundleBytes: (await stat(file('index.js'))).size,
    zipBytes: zipSize([
      { name: 'index.js', content: await readFile(file('index.js')) },
      { name: 'THIRD-PARTY-LICENSES', content: await readFile(file('THIRD-PARTY-LICENSES')) },
    ]),
    inlineTemplateBytes: (await stat(file('rv-access-bundle.yaml'))).size,
    packages: bytesByPackage(metafile),
  };
}

/** Sums up esbuild's account by package; our own files by folder. */
export function bytesByPackage({ outputs }: Pick<Metafile, 'outputs'>): Weight['packages'] {
  const sums = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs),
  )) {
    const inPackage = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
    const name = inPackage ?? (path.startsWith('stand-in:') ? 'stand-ins' : `${path.split('/')[0]}/`);
    sums.set(name, (sums.get(name) ?? 0) + bytesInOutput);
  }
  return [...sums]
    .map(([name, bytes]) => ({ name, bytes }))
    .filter(({ bytes }) => bytes > 0)
    .sort((one, other) => other.bytes - one.bytes || one.name.localeCompare(other.name));
}

/** The size of a zip archive: each file has a local and a central header besides its compressed content. */
export function zipSize(files: { name: string; content: Uint8Array }[]): number {
  const endOfDirectory = 22;
  return files.reduce(
    (sum, { name, content }) => sum + 76 + 2 * name.length + deflateRawSync(content, { level: 9 }).length,
    endOfDirectory,
  );
}
