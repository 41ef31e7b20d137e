import { styleText } from 'node:util';
import { screenWidth, wrap } from './table.ts';

/** Something that was said to be true and looked at. */
export interface Claim {
  step: string;
  text: string;
  holds: boolean;
}

/** Collects what is claimed on the way; a claim is printed at once, with what was found if it does not hold. */
export interface Claims {
  /** All claims so far. */
  all: Claim[];
  check(text: string, holds: boolean, found?: string): void;
}

export function collectClaims(print: (line: string) => void, step: () => string): Claims {
  const all: Claim[] = [];
  return {
    all,
    check: (text, holds, found) => {
      all.push({ step: step(), text, holds });
      print(claimLine(holds, !holds && found !== undefined ? `${text}. Found: ${found}` : text));
    },
  };
}

/** A claim with its mark. */
export function claimLine(holds: boolean, text: string): string {
  const mark = holds ? styleText('green', '✓') : styleText('red', '✗');
  const [first, ...rest] = wrap(text, screenWidth() - 4, true);
  return [`  ${mark} ${first}`, ...rest.map((line) => `    ${line}`)].join('\n');
}
