import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LocalAwsOptions } from '../aws.ts';

/**
 * Starts the server; it ends when its stdin closes, so it cannot outlive this process, however that ends.
 *
 * @throws Error if `.venv` is missing.
 */
export function startServer(options: LocalAwsOptions, accountId: string): ChildProcess {
  const python = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
  if (!existsSync(python)) {
    throw new Error(`The local AWS needs ${python}, which is missing: run \`npm run setup\` first.`);
  }
  const { port = 0, accountId: _, ...settings } = options;
  const args = [fileURLToPath(new URL('./server.py', import.meta.url))];
  args.push('--port', String(port), '--account-id', accountId, '--settings', JSON.stringify(settings));
  return spawn(python, args, { stdio: ['pipe', 'pipe', 'pipe'] });
}

/**
 * Reads the port from the server's first line; later output is drained so that the server never blocks on it.
 *
 * @throws Error with what the server wrote to stderr, if it ended first.
 */
export function portOf(child: ChildProcess): Promise<number> {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`The local AWS ended with exit code ${code} before it answered:\n${errors}`)),
    );
    if (child.stdout) {
      createInterface({ input: child.stdout }).once('line', (line) => {
        child.stdout?.resume();
        resolve(JSON.parse(line).port);
      });
    }
  });
}

/** Ends the server and waits until it is gone; does nothing if it is gone already. */
export function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
