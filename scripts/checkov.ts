/**
 * Looks for insecure settings in templates with checkov, offline: `node scripts/checkov.ts [template ...]`, by default
 * template.yaml and dist/rv-access-bundle.yaml. Ends with 1 if there are findings.
 *
 * What it shall pass over stands, with the reason, in the template: `Metadata.checkov.skip` of the resource.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pythonEnvironment, root, run } from './python-environment.ts';

const named = process.argv.slice(2);
const templates = named.length > 0 ? named : ['template.yaml', 'dist/rv-access-bundle.yaml'];
const missing = templates.filter((template) => !existsSync(join(root, template)));

if (missing.length > 0) {
  console.error(`${missing.join(', ')} is missing: run \`npm run build\` first.`);
  process.exitCode = 1;
} else {
  const environment = pythonEnvironment('checkov');
  process.exitCode = environment
    ? run(join(environment, 'bin', 'checkov'), [
        ...['--framework', 'cloudformation', '--compact', '--quiet'],
        // Without it checkov asks its maker's server for guide lines to its findings.
        '--skip-download',
        ...['--file', ...templates],
      ])
    : 1;
}
