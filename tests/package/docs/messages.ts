import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './markdown.ts';

/** The sources of the function. */
function sources(): string[] {
  const folder = join(root, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

/**
 * The function's sources with their texts as users see them: those put together with `+` in one piece, and `…` where a
 * value is put in.
 */
export function spokenTexts(): string {
  return sources().map(withoutValues).join('\n');
}

function withoutValues(source: string): string {
  let text = '';
  for (let at = 0; at < source.length; at += 1) {
    if (!source.startsWith('${', at)) {
      text += source[at];
      continue;
    }
    text += '…';
    for (let depth = 0; at < source.length; at += 1) {
      if (source[at] === '{') depth += 1;
      if (source[at] === '}' && --depth === 0) break;
    }
  }
  return text.replace(/['`"]\s*\+\s*['`"]/g, '').replaceAll("\\'", "'");
}

/** What stands before a text that is no message for a user: a defect's, or one that AWS keeps. */
const NOT_SAID = /TypeError\(\s*$|Description: $/;
/** A sentence has so many words at least. */
const WORDS = 5;

/** The whole sentences of the function, as users see them: of the errors that it throws and the warnings that it gives. */
export function sentences(): string[] {
  return sources().flatMap((source) => {
    const code = withoutValues(source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, ''));
    return [...code.matchAll(/'([^'\n]*)'|`([^`]*)`|"([^"\n]*)"/g)].flatMap((found) => {
      const text = (found[1] ?? found[2] ?? found[3] ?? '').trim();
      const isSentence =
        /^["…\p{Lu}]/u.test(text) &&
        /[.!?]$/.test(text) &&
        !text.includes('\n') &&
        text.split(' ').length >= WORDS;
      return isSentence && !NOT_SAID.test(code.slice(0, found.index)) ? [text] : [];
    });
  });
}
