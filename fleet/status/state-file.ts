import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { keyOf } from '../accounts/target.ts';
import type { AccountStatus } from './account-status.ts';

/** After this time an account is asked again. */
const FRESH_MS = 3_600_000;

interface Entry {
  at: number;
  status: AccountStatus;
}

export interface StateFile {
  /** What an earlier run that did not come to its end has learnt within the last hour. */
  known: Map<string, AccountStatus>;
  keep(status: AccountStatus): void;
  /** The run has come to its end: the next one begins anew. */
  end(): void;
}

/**
 * A line for each account that was asked, so that a run that was interrupted can go on where it was.
 *
 * @param asks what is asked for; a file of another question counts for nothing
 * @param anew whether what it holds counts for nothing, too
 */
export function openStateFile(path: string, asks: string, anew = false): StateFile {
  const entries = anew ? [] : read(path, asks);
  mkdirSync(dirname(path), { recursive: true });
  const lines = [{ asks }, ...entries].map((line) => `${JSON.stringify(line)}\n`);
  writeFileSync(path, lines.join(''), { mode: 0o600 });
  return {
    known: new Map(entries.map(({ status }) => [keyOf(status), status])),
    keep: (status) => appendFileSync(path, `${JSON.stringify({ at: Date.now(), status })}\n`),
    end: () => rmSync(path, { force: true }),
  };
}

function read(path: string, asks: string): Entry[] {
  if (!existsSync(path)) return [];
  const [head = '', ...lines] = readFileSync(path, 'utf8').split('\n');
  if (parse<{ asks: string }>(head)?.asks !== asks) return [];
  // The last line may have been cut off in the middle. Whom AWS refused is asked again: it may have been put right.
  return lines
    .map((line) => parse<Entry>(line))
    .filter((entry) => entry !== undefined)
    .filter(({ at, status }) => at > Date.now() - FRESH_MS && ['read', 'no stack'].includes(status.reading));
}

function parse<Value>(line: string): Value | undefined {
  try {
    return JSON.parse(line) as Value;
  } catch {
    return undefined;
  }
}
