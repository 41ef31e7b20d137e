/** Builds the function: `dist/index.js`, the licences of what is inside, and esbuild's metafile. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle, root } from './build/bundle.ts';
import { thirdPartyLicenses } from './build/licenses.ts';

try {
  const { code, metafile } = await bundle('src/handler.ts', 'inside');
  await mkdir(join(root, 'dist'), { recursive: true });
  await write('index.js', code);
  await write('THIRD-PARTY-LICENSES', await thirdPartyLicenses(metafile, root));
  await write('meta.json', JSON.stringify(metafile));
  console.log(`Built dist/index.js, ${Math.round(code.byteLength / 1000)} KB.`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

/** Writes beside the file and renames, so that whoever loads it while another build runs sees a whole file. */
async function write(name: string, content: string | Uint8Array): Promise<void> {
  const path = join(root, 'dist', name);
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, content);
  await rename(draft, path);
}
