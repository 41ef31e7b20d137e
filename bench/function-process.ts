import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A Lambda function in some form, and the command that runs it in a process of its own. */
export interface FunctionForm {
  name: string;
  /** Program and arguments: a driver of `drivers/`, and the function's file. */
  command: [string, ...string[]];
  environment: Record<string, string>;
}

/** What a driver tells at a moment of the process's life. */
export interface Report {
  kind: 'loaded' | 'accepted' | 'done' | 'collected' | 'stopped';
  /** CPU time of the whole process since its start, user and system. */
  cpuMs: number;
  /** The most memory that the process has had so far. */
  peakBytes: number;
  /** Of `collected` only: what is still in use after a garbage collection. */
  heapBytes?: number;
  /** What the handler threw. */
  error?: string;
}

/** A running function. It takes one event at a time, as in Lambda. */
export interface FunctionProcess {
  /** When the function's code was loaded. */
  loaded: Promise<Report>;
  /** When the handler was given its first event. */
  accepted: Promise<Report>;
  /**
   * Runs an event.
   *
   * @param environment variables to be set before
   * @throws Error if the handler threw, or if the process ended
   */
  run(event: object, environment?: Record<string, string>): Promise<Report>;
  /** Bytes that the process still uses after a garbage collection. Only in Node.js. */
  heap(): Promise<number>;
  /** Has the process tell what it has used, and ends it. */
  stop(): Promise<Report>;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a function; it ends with `stop`, and in any case with this process. Its log is thrown away. */
export function startFunction(form: FunctionForm, environment: Record<string, string>): FunctionProcess {
  const [program, ...args] = form.command;
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH ?? '', ...form.environment, ...environment },
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  const reports: Report[] = [];
  const waiting: { kind: Report['kind']; take: (report: Report) => void; fail: (error: Error) => void }[] =
    [];
  createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
    const report: Report = JSON.parse(line);
    const index = waiting.findIndex(({ kind }) => kind === report.kind);
    if (index >= 0) waiting.splice(index, 1)[0]?.take(report);
    else if (report.kind !== 'accepted') reports.push(report);
  });
  let ended: Error | undefined;
  child.once('close', () => {
    running.delete(child);
    ended = new Error(`The process of ${form.name} ended:\n${errors}`);
    for (const { fail } of waiting) fail(ended);
  });

  const next = (kind: Report['kind']): Promise<Report> => {
    const index = reports.findIndex((report) => report.kind === kind);
    const [known] = index >= 0 ? reports.splice(index, 1) : [];
    if (known) return Promise.resolve(known);
    if (ended) return Promise.reject(ended);
    return new Promise((take, fail) => waiting.push({ kind, take, fail }));
  };
  const loaded = next('loaded');
  const accepted = next('accepted');
  for (const moment of [loaded, accepted]) moment.catch(() => {});

  return {
    loaded,
    accepted,
    async run(event, variables = {}) {
      const done = next('done');
      child.stdin?.write(`${JSON.stringify({ event, environment: variables })}\n`);
      const report = await done;
      if (report.error !== undefined) throw new Error(`${form.name} failed: ${report.error}`);
      return report;
    },
    async heap() {
      const collected = next('collected');
      child.stdin?.write('{"collect":true}\n');
      return (await collected).heapBytes ?? 0;
    },
    async stop() {
      const stopped = next('stopped');
      child.kill('SIGUSR2');
      const report = await stopped;
      if (running.has(child)) await new Promise((resolve) => child.once('close', resolve));
      return report;
    },
  };
}
