import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** What one step of `npm start` did. Nothing that differs from run to run: no times, no ids of AWS. */
export interface LifeStep {
  title: string;
  /** The parameter that it changed, from what to what; absent where it changed none. */
  change?: { parameter: string; from: string; to: string };
  /** How the stack ended. */
  status: string;
  /** What was claimed and held, how many. */
  claims: number;
  /** What the bundle had when the step was over, sorted; keys are numbered as they were made. */
  exists: string[];
}

/**
 * Reads the life of a stack, from its creation to its deletion, out of what `npm start` prints.
 *
 * @throws Error if a claim did not hold, or the story is not whole
 */
export function recordOf(output: string): LifeStep[] {
  if (output.includes('✗')) throw new Error('A claim of npm start did not hold.');
  const keys: string[] = [];
  const parts = output.split(/^\d\. /m).slice(1);
  const end = parts.findIndex((part) => part.includes('The stack ends in DELETE_COMPLETE'));
  if (end < 0) throw new Error('npm start did not come to the deletion.');
  return parts.slice(0, end + 1).map((part) => {
    const [, parameter, from = '', to = ''] = /^ {2}Parameter (\w+): (\S+) → (\S+)$/m.exec(part) ?? [];
    return {
      title: part.split('\n')[0]?.split(':')[0] ?? '',
      ...(parameter && { change: { parameter, from, to } }),
      status: /✓ The stack ends in (\w+)/.exec(part)?.[1] ?? '',
      claims: part.match(/^ {2}✓ /gm)?.length ?? 0,
      // IAM lists in no order.
      exists: [...inIam(part, keys), ...secretsOf(part)].sort(),
    };
  });
}

/** The rows of the table of what exists, a key by its number. */
function inIam(part: string, keys: string[]): string[] {
  const [, table = ''] = /What exists in IAM now\n\n.*\n([\s\S]*?)\n\n/.exec(part) ?? [];
  return [...table.matchAll(/^ {2}(\w[\w ]*?) {2,}(\S+)/gm)].map(([, kind = '', name = '']) => {
    if (kind !== 'Access key') return `${kind.toLowerCase()} ${name}`;
    if (!keys.includes(name)) keys.push(name);
    return `access key ${keys.indexOf(name) + 1}`;
  });
}

/** The secret, which is not in IAM, by the names that the ledger has. */
const secretsOf = (part: string): string[] =>
  [...part.matchAll(/^ {2}Owner +(secret \S+)/gm)].map(([, name = '']) => name);

/** Lets `npm start` tell the story, and takes it over for the picture. */
export function recordLife(): void {
  const program = join(root, 'local/demo/start.ts');
  const output = execFileSync(process.execPath, [program], { encoding: 'utf8', timeout: 300_000 });
  writeFileSync(join(root, 'docs/life.json'), `${JSON.stringify(recordOf(output), null, 2)}\n`);
}
