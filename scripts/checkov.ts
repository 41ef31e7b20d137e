/**
 * Looks for insecure settings in templates with checkov, offline: `node scripts/checkov.ts [template ...]`, by default
 * template.yaml and dist/rv-access-bundle.yaml. Ends with 1 if there are findings.
 *
 * checkov cannot share .venv, as it needs other versions of the same packages: its environment is .cache/checkov.
 * What it shall pass over stands, with the reason, in the template: `Metadata.checkov.skip` of the resource.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const environment = join(root, '.cache', 'checkov');
const requirements = join(root, 'requirements-checkov.txt');
const stamp = join(environment, '.stamp');

const named = process.argv.slice(2);
const templates = named.length > 0 ? named : ['template.yaml', 'dist/rv-access-bundle.yaml'];
const missing = templates.filter((template) => !existsSync(join(root, template)));

if (missing.length > 0) {
  console.error(`${missing.join(', ')} is missing: run \`npm run build\` first.`);
  process.exitCode = 1;
} else if (isInstalled() || install()) {
  process.exitCode = run(join(environment, 'bin', 'checkov'), [
    ...['--framework', 'cloudformation', '--compact', '--quiet'],
    // Without it checkov asks its maker's server for guide lines to its findings.
    '--skip-download',
    ...['--file', ...templates],
  ]);
}

/** The folder is in it because the scripts of an environment that was moved no longer start. */
function wantedStamp(): string {
  return `${root}\n${createHash('sha256').update(readFileSync(requirements)).digest('hex')}\n`;
}

/** The stamp is written last, so what it stands for is complete. */
function isInstalled(): boolean {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wantedStamp();
}

function install(): boolean {
  console.error('Installing checkov (half a minute) …');
  rmSync(environment, { recursive: true, force: true });
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--no-deps'];
  const installed =
    run(join(root, '.venv', 'bin', 'python'), ['-m', 'venv', environment], 'pipe') === 0 &&
    run(join(environment, 'bin', 'python'), [...pip, '--requirement', requirements], 'pipe') === 0;
  if (installed) writeFileSync(stamp, wantedStamp());
  else
    console.error(
      'Installing checkov failed. Did `npm run setup` end well, and is the Python package index reachable?\n' +
        'Behind a proxy set HTTPS_PROXY, for a mirror set PIP_INDEX_URL.',
    );
  return installed;
}

/**
 * @param output `pipe` shows it only when the command fails
 * @returns the exit status; 1 if the command could not be started
 */
function run(command: string, args: string[], output: 'inherit' | 'pipe' = 'inherit'): number {
  const { status, error, stderr } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', output, output],
  });
  if (status !== 0 && stderr) console.error(String(stderr));
  if (error) console.error(error.message);
  return status ?? 1;
}
