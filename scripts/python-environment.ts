import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/**
 * A Python environment of its own for a tool that cannot share .venv, as it needs other versions of the same packages:
 * `.cache/NAME`, with what `requirements-NAME.txt` lists. Installed when it is missing or out of date.
 *
 * @returns its folder; undefined if installing it failed, which was told then
 */
export function pythonEnvironment(name: string): string | undefined {
  const environment = join(root, '.cache', name);
  const requirements = join(root, `requirements-${name}.txt`);
  const stamp = join(environment, '.stamp');
  // The folder is in it because the scripts of an environment that was moved no longer start.
  const wanted = `${root}\n${createHash('sha256').update(readFileSync(requirements)).digest('hex')}\n`;
  // The stamp is written last, so what it stands for is complete.
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return environment;
  console.error(`Installing what requirements-${name}.txt lists (half a minute) …`);
  rmSync(environment, { recursive: true, force: true });
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--no-deps'];
  const installed =
    run(join(root, '.venv', 'bin', 'python'), ['-m', 'venv', environment], { output: 'pipe' }) === 0 &&
    run(join(environment, 'bin', 'python'), [...pip, '--requirement', requirements], { output: 'pipe' }) ===
      0;
  if (installed) {
    writeFileSync(stamp, wanted);
    return environment;
  }
  console.error(
    `Installing ${name} failed. Did \`npm run setup\` end well, and is the Python package index reachable?\n` +
      'Behind a proxy set HTTPS_PROXY, for a mirror set PIP_INDEX_URL.',
  );
  return undefined;
}

/**
 * @param output `pipe` shows it only when the command fails
 * @returns the exit status; 1 if the command could not be started
 */
export function run(
  command: string,
  args: string[],
  { output = 'inherit', input }: { output?: 'inherit' | 'pipe'; input?: string } = {},
): number {
  const { status, error, stderr } = spawnSync(command, args, {
    cwd: root,
    stdio: [input === undefined ? 'ignore' : 'pipe', output, output],
    ...(input !== undefined && { input }),
  });
  if (status !== 0 && stderr) console.error(String(stderr));
  if (error) console.error(error.message);
  return status ?? 1;
}
