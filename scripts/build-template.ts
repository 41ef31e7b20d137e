/** Builds `dist/rv-access-bundle.yaml`: the template and its function in one file, for StackSets and plain CloudFormation. */
import { MAX_TEMPLATE_BYTES, oneFileTemplate } from './build/one-file-template.ts';
import { writeToDist } from './build/write-file.ts';

try {
  const text = await oneFileTemplate();
  await writeToDist('rv-access-bundle.yaml', text);
  const size = Buffer.byteLength(text);
  console.log(`Built dist/rv-access-bundle.yaml, ${size} of at most ${MAX_TEMPLATE_BYTES} bytes.`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
