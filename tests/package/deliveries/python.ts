import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../../scripts/build/bundle.ts';

/** What a Python program prints, with boto3 at hand. @throws Error with its stderr if it fails. */
export async function python(
  program: string,
  env: Record<string, string>,
  args: string[] = [],
): Promise<string> {
  const { stdout } = await promisify(execFile)(join(root, '.venv/bin/python'), ['-c', program, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
  });
  return stdout;
}
