import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type AccountStatus,
  countFindings,
  findingsOf,
  urgencyOf,
  type Verdict,
} from '../status/account-status.ts';
import { columns } from './columns.ts';

const part = (name: string): string => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');
const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What each finding means to somebody who sees it for the first time. */
const MEANINGS: Record<Verdict, string> = {
  ok: 'in order',
  denied: 'may not be read',
  failed: 'could not be read',
  'no stack': 'without a bundle',
  stack: 'whose stack is not in order',
  suspended: 'suspended',
  drifted: 'changed by hand',
  'old key': 'with an old key',
};

/** What is most often looked for is seen without scrolling; the rest follows in the order of the other formats. */
const FIRST = [
  'account',
  'region',
  'finding',
  'warnings',
  'version',
  'key age',
  'last use',
  'registration',
  'drift',
];
const inPage = [
  ...FIRST.flatMap((title) => columns.filter((column) => column.title === title)),
  ...columns.filter(({ title }) => !FIRST.includes(title)),
];

/** One page that needs nothing else: no network, no other file. */
export function html(statuses: AccountStatus[], title: string, now = new Date()): string {
  const [style, script] = [part('page.css'), part('page.js')];
  const policy = `default-src 'none'; style-src ${digest(style)}; script-src ${digest(script)}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escaped(title)}</title>
<style>${style}</style>
<header>
<h1>${escaped(title)}</h1>
<p>${statuses.length} accounts, read on <time datetime="${now.toISOString()}">${now.toISOString().slice(0, 16).replace('T', ' ')} UTC</time></p>
</header>
<nav aria-label="Findings">
${tiles(statuses)}
</nav>
<label>Search <input type="search" placeholder="account, version, warning …"></label>
<p id="shown" role="status"></p>
<div class="scroll" tabindex="0" role="region" aria-label="Accounts">
<table>
<thead><tr>${inPage.map(({ title: head }) => `<th aria-sort="${head === 'finding' ? 'ascending' : 'none'}"><button type="button">${head}</button></th>`).join('')}</tr></thead>
<tbody>
${statuses
  .toSorted((a, b) => urgencyOf(a) - urgencyOf(b))
  .map(row)
  .join('\n')}
</tbody>
</table>
</div>
<script>${script}</script>
</html>
`;
}

function tiles(statuses: AccountStatus[]): string {
  const counts = countFindings(statuses);
  const order = Object.keys(MEANINGS) as Verdict[];
  return order
    .filter((finding) => counts[finding])
    .map(
      (finding) =>
        `<button type="button" class="tile" aria-pressed="false" data-finding="${finding}"><b>${counts[finding]}</b> ${MEANINGS[finding]}</button>`,
    )
    .join('\n');
}

function row(status: AccountStatus): string {
  const findings = findingsOf(status);
  const cells = inPage.map(({ title, show, sort }) => {
    const key = sort ? ` data-sort="${escaped(String(sort(status)))}"` : '';
    const text = escaped(show(status));
    return title === 'finding'
      ? `<td${key}>${findings.map((finding) => `<span class="mark" data-finding="${finding}">${finding}</span>`).join(' ')}</td>`
      : `<td${key}>${text}</td>`;
  });
  return `<tr data-findings="${findings.join(',')}">${cells.join('')}</tr>`;
}

/** What an account says of itself is text, whatever it looks like. */
function escaped(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
