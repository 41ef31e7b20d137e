import { copyFileSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const installed = fileURLToPath(new URL('../../node_modules/', import.meta.url));

/** A function's code: a built file, or the text of a template's `Code.ZipFile`. */
export type FunctionCode = { file: string } | { inline: string };

/**
 * Unpacks the code as `index.js` in an empty folder, as Lambda does in /var/task: what the code does not carry
 * inside (a `node_modules`, a `package.json`) is not there.
 *
 * @returns the folder, which the caller removes.
 */
export function unpackCode(code: FunctionCode): string {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-task-'));
  const path = join(folder, 'index.js');
  if ('file' in code) {
    copyFileSync(code.file, path);
  } else {
    writeFileSync(path, code.inline);
  }
  return folder;
}

/**
 * Puts what the Node.js runtimes have in /var/runtime/node_modules, which NODE_PATH names, into a folder: the AWS SDK and
 * nothing else.
 *
 * @param packages name that code requires, to the package of node_modules that it gets
 * @returns the folder
 */
export function layOutRuntime(
  folder: string,
  packages: Record<string, string> = { '@aws-sdk': '@aws-sdk' },
): string {
  for (const [name, target] of Object.entries(packages)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    symlinkSync(join(installed, target), join(folder, name));
  }
  return folder;
}
