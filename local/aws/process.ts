import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { LocalAwsOptions } from '../aws.ts';

/** The variable with the socket of a `fork_server.py`: with it, servers are forked there and not started anew. */
export const FORK_SERVER = 'LOCAL_AWS_FORK_SERVER';

/** A server that was started, and answers when its port is known. */
export interface Server {
  /** Rejects with what the server wrote to stderr, if it ended first. */
  port: Promise<number>;
  /** Ends the server and resolves when it is gone; does nothing if it is gone already. */
  stop(): Promise<void>;
}

/** Starts the server; it cannot outlive this process, however that ends. */
export function startServer(options: LocalAwsOptions, accountId: string): Server {
  const { port = 0, accountId: _, ...settings } = options;
  const args = ['--port', String(port), '--account-id', accountId, '--settings', JSON.stringify(settings)];
  const forkServer = process.env[FORK_SERVER];
  return forkServer ? forked(forkServer, args) : spawned(args);
}

/**
 * Starts one of the programs of this folder, which end when their stdin closes.
 *
 * @throws Error if `.venv` is missing.
 */
export function spawnPython(script: 'server.py' | 'fork_server.py', args: string[]): ChildProcess {
  const python = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
  if (!existsSync(python)) {
    throw new Error(`The local AWS needs ${python}, which is missing: run \`npm run setup\` first.`);
  }
  const path = fileURLToPath(new URL(`./${script}`, import.meta.url));
  return spawn(python, [path, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
}

function spawned(args: string[]): Server {
  const child = spawnPython('server.py', args);
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    port: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) =>
        reject(new Error(`The local AWS ended with exit code ${code} before it answered:\n${errors}`)),
      );
      if (child.stdout) portIn(child.stdout).then(resolve);
    }),
    stop: () => {
      child.kill('SIGTERM');
      return gone;
    },
  };
}

function forked(path: string, args: string[]): Server {
  const socket = connect(path, () => socket.write(`${JSON.stringify(args)}\n`));
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return {
    port: new Promise((resolve, reject) => {
      socket.once('error', reject);
      gone.then(() => reject(new Error('The local AWS ended before it answered; its error is on stderr.')));
      portIn(socket).then(resolve);
    }),
    stop: () => {
      socket.end();
      return gone;
    },
  };
}

/** Reads the port from the server's first line; later output is drained so that the server never blocks on it. */
function portIn(output: Readable): Promise<number> {
  return new Promise((resolve) => {
    createInterface({ input: output }).once('line', (line) => {
      output.resume();
      resolve(JSON.parse(line).port);
    });
  });
}
