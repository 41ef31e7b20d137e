import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Columns of a terminal, kept between 80 and 120; 100 when there is no terminal. */
export function screenWidth(): number {
  return Math.min(120, Math.max(80, process.stdout.columns ?? 100));
}

export interface Cell {
  text: string;
  style?: Style;
}

/**
 * Lays cells out in columns of the given widths, two spaces apart; longer texts go on in the next line. In the last
 * column a long word (an ARN, an address) stays whole, so that it can be copied.
 */
export function layOut(cells: Cell[], widths: number[]): string {
  const last = cells.length - 1;
  const wrapped = cells.map(({ text }, column) => wrap(text, widths[column] ?? 1, column === last));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  const rows = Array.from({ length: height }, (_, row) =>
    cells
      .map(({ style }, column) => {
        const text = wrapped[column]?.[row] ?? '';
        const padding = ' '.repeat(Math.max(0, (widths[column] ?? 0) - text.length));
        return (style && text ? styleText(style, text) : text) + padding;
      })
      .join('  ')
      .trimEnd(),
  );
  return rows.join('\n');
}

/** A table with a head; the last column takes the room that the others leave. */
export function table(head: string[], rows: string[][], indent = 2): string {
  const room = screenWidth() - indent;
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const taken = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  widths[widths.length - 1] = Math.max(20, room - taken);
  const lines = [
    layOut(
      head.map((text) => ({ text, style: 'dim' })),
      widths,
    ),
    ...rows.map((row) =>
      layOut(
        row.map((text) => ({ text })),
        widths,
      ),
    ),
  ];
  return lines.join('\n').replace(/^/gm, ' '.repeat(indent));
}

/** Breaks a text at spaces; a word that is too long where a new part of it begins, unless it is to stay whole. */
export function wrap(text: string, width: number, wholeWords = false): string[] {
  const lines: string[] = [];
  let rest = text.replace(/\s+/g, ' ').trim();
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = rest.includes(' ') ? rest.indexOf(' ') : rest.length;
    const cut = space > 0 ? space : wholeWords ? end : partOf(rest, width);
    lines.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return rest === '' && lines.length > 0 ? lines : [...lines, rest];
}

/** Where to break a word: behind a `_`, `-`, `/` or `:`, or before a capital letter. */
function partOf(word: string, width: number): number {
  for (let cut = width; cut > width / 2; cut -= 1) {
    if (/[-_/:]$/.test(word.slice(0, cut)) || /^[a-z][A-Z]/.test(word.slice(cut - 1))) {
      return cut;
    }
  }
  return width;
}
