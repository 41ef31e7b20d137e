import { calls } from './calls.ts';
import { minting } from './minting.ts';
import type { Mutant } from './mutant.ts';
import { ownership } from './ownership.ts';
import { removal } from './removal.ts';
import { requests } from './requests.ts';
import { turns } from './turns.ts';

/** The defects, by the part of the function in which they are. */
export const mutants: Record<string, Mutant[]> = {
  'Making and storing credentials': minting,
  'Whose it is': ownership,
  Deleting: removal,
  'Requests out of order, and what failed ones take back': requests,
  'Requests at the same time': turns,
  'Calls, deadline and answer': calls,
};

/** Breaks everything: if the tests do not notice this one, they have not been run. */
export const control: Mutant = {
  breaks: 'nothing works at all',
  file: 'handler.ts',
  text: "case 'Create':\n    case 'Update': {",
  replacement: "case 'Create':\n    case 'Update': {\n      if (event) throw new Error('broken');",
};
