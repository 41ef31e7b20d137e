import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FORK_SERVER, spawnPython } from '../../local/aws/process.ts';

/** Starts, once for all test files, the process that the servers of the local AWS are forked from. */
export default async function startForkServer(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[FORK_SERVER] !== undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'local-aws-'));
  const socket = join(folder, 'socket');
  const child = spawnPython('fork_server.py', [socket]);
  child.stderr?.pipe(process.stderr);
  if (child.stdout) await once(child.stdout, 'data');
  process.env[FORK_SERVER] = socket;
  return async () => {
    const gone = once(child, 'exit');
    child.stdin?.end();
    await gone;
    rmSync(folder, { recursive: true });
  };
}
