import { type AccountStatus, countFindings } from '../status/account-status.ts';
import { columns } from './columns.ts';

/** Longest text of a cell in a terminal; TSV, JSON and the page have all of it. */
const MAX_CELL = 60;

/** Columns of spaces, for a terminal. */
export function table(statuses: AccountStatus[]): string {
  const shown = columns.filter(({ wide }) => !wide);
  const rows = statuses.map((status) => shown.map(({ show }) => cut(onOneLine(show(status)) || '-')));
  return `${aligned([shown.map(({ title }) => title), ...rows])}\n\n${summary(statuses)}\n`;
}

/** A line for each account with tabs between all that is known, for other programs. */
export function tsv(statuses: AccountStatus[]): string {
  const rows = statuses.map((status) => columns.map(({ show }) => onOneLine(show(status))));
  return [columns.map(({ title }) => title), ...rows].map((row) => `${row.join('\t')}\n`).join('');
}

export function json(statuses: AccountStatus[]): string {
  return `${JSON.stringify({ findings: countFindings(statuses), accounts: statuses }, null, 2)}\n`;
}

/** One sentence: how many accounts, and what of them. */
export function summary(statuses: AccountStatus[]): string {
  const counts = Object.entries(countFindings(statuses)).map(([finding, count]) => `${count} ${finding}`);
  return `${statuses.length} accounts: ${counts.join(', ') || 'none'}.`;
}

export function aligned(rows: string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

/** What an account says of itself must neither end its cell nor be obeyed by a terminal. */
const onOneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ');
const cut = (text: string): string => (text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 1)}…` : text);
