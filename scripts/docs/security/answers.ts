import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What cloudsplaining finds in a policy, with the answer to each: by policy, then by action. */
export type Answers = Record<string, Record<string, string>>;

export function readAnswers(path: string): Answers {
  return parse(readFileSync(path, 'utf8')) as Answers;
}
