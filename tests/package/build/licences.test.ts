import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundle, root } from '../../../scripts/build/bundle.ts';
import { bundledPackages } from '../../../scripts/build/licenses.ts';

/** Licences that let their code be part of a work under Apache-2.0, and ask for no more than to be named with it. */
const COMPATIBLE = ['Apache-2.0', 'MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause'];

test('what ends up in the function may be passed on under the licence of the project', async () => {
  const { metafile } = await bundle('src/index.ts', 'inside');
  const packages = await Promise.all(
    bundledPackages(metafile).map(async (folder) => {
      const { name, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
      return { name, license };
    }),
  );
  expect(packages.map(({ name }) => name)).toContain('@aws-sdk/client-iam');
  expect(packages.filter(({ license }) => !COMPATIBLE.includes(license))).toEqual([]);
});
