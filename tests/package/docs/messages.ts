import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './markdown.ts';

/**
 * The function's sources with their texts as users see them: those put together with `+` in one piece, and `…` where a
 * value is put in.
 */
export function spokenTexts(): string {
  const folder = join(root, 'src');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return sources.map((file) => withoutValues(readFileSync(join(folder, file), 'utf8'))).join('\n');
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

/** What is no message for a user: a defect's, or a text that AWS keeps. */
const NOT_SAID = /TypeError\(\s*$|Description: $/;

/** The whole sentences of the function, as users see them: of the errors that it throws and the warnings that it gives. */
export function sentences(): string[] {
  const withoutComments = spokenTexts()
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  return [...withoutComments.matchAll(/'((?:[^'\\\n]|\\.)*)'|`([^`]*)`|"([^"\n]*)"/g)].flatMap((found) => {
    const text = (found[1] ?? found[2] ?? found[3] ?? '').trim();
    const isSentence = /^["…\p{Lu}]/u.test(text) && /[.!?]$/.test(text) && text.split(' ').length >= 5;
    const before = withoutComments.slice(0, found.index);
    return isSentence && !text.includes('\n') && !NOT_SAID.test(before) ? [text] : [];
  });
}
