/** Builds the function: `dist/index.js`, the licences of what is inside, and esbuild's metafile. */
import { bundle, root } from './build/bundle.ts';
import { thirdPartyLicenses } from './build/licenses.ts';
import { writeToDist } from './build/write-file.ts';

try {
  const { code, metafile } = await bundle('src/index.ts', 'inside');
  await writeToDist('index.js', code);
  await writeToDist('THIRD-PARTY-LICENSES', await thirdPartyLicenses(metafile, root));
  await writeToDist('meta.json', JSON.stringify(metafile));
  console.log(`Built dist/index.js, ${Math.round(code.byteLength / 1000)} KB.`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
