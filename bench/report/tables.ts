/** A table: the head, and rows of cells that are ready to be shown. */
export interface Table {
  title: string;
  head: string[];
  rows: string[][];
}

/** A number as it is shown: thousands separated, at most the given decimals. */
export function shown(value: number | undefined, decimals = 0): string {
  return value === undefined ? '–' : value.toLocaleString('en-US', { maximumFractionDigits: decimals });
}

const isNumber = (cell: string) => /^[−–\d][\d.,]*( ?(ms|KB|MB|%))?$/.test(cell);

/** For a terminal: columns side by side, numbers to the right. */
export function forTerminal({ title, head, rows }: Table): string {
  const widths = head.map((name, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length), name.length),
  );
  const line = (row: string[]) =>
    row
      .map((cell, column) =>
        isNumber(cell) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [title, '', line(head), rule, ...rows.map(line), ''].join('\n');
}

/** For a page in Markdown; columns of numbers are set to the right. */
export function forMarkdown({ head, rows }: Omit<Table, 'title'>): string {
  const marks = head.map((_, column) => (rows.every((row) => isNumber(row[column] ?? '–')) ? '---:' : '---'));
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(marks), ...rows.map(line)].join('\n');
}
