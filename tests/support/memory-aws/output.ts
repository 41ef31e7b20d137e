import { format } from 'node:util';
import { currentRun } from './runs.ts';

const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

export type Line = { run: string | undefined; text: string };

/** Everything that is written to stdout and stderr from now on, kept from the terminal until `restore()`. */
export type Output = { lines: Line[]; restore(): void };

export function captureOutput(): Output {
  const lines: Line[] = [];
  const keep = (text: string) => lines.push({ run: currentRun()?.name, text });
  const before = METHODS.map((method) => console[method]);
  const streams = [process.stdout, process.stderr] as const;
  const writes = streams.map((stream) => stream.write);
  for (const method of METHODS) console[method] = (...args) => keep(format(...args));
  for (const stream of streams) {
    stream.write = (chunk) => {
      keep(String(chunk));
      return true;
    };
  }
  return {
    lines,
    restore() {
      for (const [index, method] of METHODS.entries()) console[method] = before[index] as typeof console.log;
      for (const [index, stream] of streams.entries()) stream.write = writes[index] as typeof stream.write;
    },
  };
}
