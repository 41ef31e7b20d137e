import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
