/**
 * Builds what is shipped: the function as `dist/index.js`, the licences of what is inside and esbuild's metafile; and
 * `dist/rv-access-bundle.yaml`, the template and its function in one file, for StackSets and plain CloudFormation.
 */
import { bundle, root } from './build/bundle.ts';
import { thirdPartyLicenses } from './build/licenses.ts';
import { oneFileTemplate } from './build/one-file-template.ts';
import { writeToDist } from './build/write-file.ts';

try {
  const { code, metafile } = await bundle('src/index.ts', 'inside');
  await writeToDist('index.js', code);
  await writeToDist('THIRD-PARTY-LICENSES', await thirdPartyLicenses(metafile, root));
  await writeToDist('meta.json', JSON.stringify(metafile));
  console.log(`Built dist/index.js, ${inKilobytes(code.byteLength)}.`);
  const template = await oneFileTemplate();
  await writeToDist('rv-access-bundle.yaml', template);
  console.log(`Built dist/rv-access-bundle.yaml, ${inKilobytes(Buffer.byteLength(template))}.`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function inKilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} KB`;
}
