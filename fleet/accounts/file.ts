import { readFileSync } from 'node:fs';
import { UsageError } from '../usage-error.ts';
import { keyOf, type Target } from './target.ts';

/**
 * Reads a list of accounts, one a line: `ACCOUNT [REGION [STACK]]`. Blank lines and what follows a `#` do not count,
 * nor does the same stack a second time.
 *
 * @throws UsageError naming the line that is none of that
 */
export function targetsOfFile(path: string, region: string, stack: string): Target[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const targets = lines.flatMap((line, index) => {
    const words = line
      .replace(/#.*/, '')
      .split(/[\s,]+/)
      .filter(Boolean);
    if (words.length === 0) return [];
    const [account = '', ownRegion = region, ownStack = stack] = words;
    if (!/^\d{12}$/.test(account) || words.length > 3)
      throw new UsageError(`${path}, line ${index + 1}: "${line.trim()}" is not ACCOUNT [REGION [STACK]].`);
    return [{ account, region: ownRegion, stack: ownStack, instance: '', reason: '' }];
  });
  return [...new Map(targets.map((target) => [keyOf(target), target])).values()];
}
