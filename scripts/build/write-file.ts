import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './bundle.ts';

/** Writes into `dist/`, beside the file, and renames: whoever loads it while another build runs sees a whole file. */
export async function writeToDist(name: string, content: string | Uint8Array): Promise<void> {
  const path = join(root, 'dist', name);
  const draft = `${path}.${process.pid}`;
  await mkdir(join(root, 'dist'), { recursive: true });
  await writeFile(draft, content);
  await rename(draft, path);
}
