import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lane, lanesOf } from './lanes.ts';
import type { LifeStep } from './record.ts';

const root = join(import.meta.dirname, '../../..');

const LABELS = 306;
const STEP = 134;
const HEAD = 98;
const LANE = 21;
const FOOT = 50;
/** How long the picture takes to draw itself, how long of that each step is looked at, and how often it does. */
const [SECONDS, HOLD, RUNS] = [12, 0.6, 2];

/** Colours for a light screen, and for a dark one. */
const colours = {
  paper: ['#ffffff', '#0d1117'],
  ink: ['#1f2328', '#e6edf3'],
  faint: ['#59636e', '#9198a1'],
  line: ['#d8dee4', '#30363d'],
  good: ['#1a7f37', '#3fb950'],
  iam: ['#7d8fa3', '#6e8098'],
  user: ['#2f81b7', '#4aa3dd'],
  key: ['#c6302b', '#ef6a61'],
  secret: ['#8250a8', '#b48ad6'],
};

const place = (step: number): number => LABELS + step * STEP;
const text = (x: number, y: number, words: string, style: string): string =>
  `<text x="${x}" y="${y}" class="${style}">${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;

/** `docs/life.svg`: what a bundle has, step by step, as `npm start` found it. */
export function lifePicture(): string {
  return draw(JSON.parse(readFileSync(join(root, 'docs/life.json'), 'utf8')));
}

export function draw(steps: LifeStep[]): string {
  const lanes = lanesOf(steps);
  const bottom = HEAD + lanes.length * LANE;
  const [width, height] = [place(steps.length) + 8, bottom + FOOT];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif">
<title>The life of a stack, as npm start shows it: what there is after each step</title>
<style>
${style(steps.length)}
</style>
<clipPath id="panel"><rect x="${LABELS}" y="0" width="${width - LABELS}" height="${height}"/></clipPath>
<rect width="${width}" height="${height}" rx="8" class="paper"/>
${steps.map((step, index) => head(step, index, height)).join('\n')}
${lanes.map((each, index) => lane(each, HEAD + index * LANE)).join('\n')}
${steps.map((step, index) => foot(step, index, bottom)).join('\n')}
<g clip-path="url(#panel)"><g class="cover"><rect x="${LABELS}" y="${HEAD - 2}" width="${width}" height="${height - HEAD - 6}" class="paper"/><rect x="${LABELS}" y="8" width="2" height="${height - 16}" class="secret"/></g></g>
</svg>
`;
}

/** A title on two lines, as a step has no room for it on one. */
function inLines(title: string): string[] {
  const end = title.lastIndexOf(' ', 15);
  return title.length > 15 ? [title.slice(0, end), title.slice(end + 1)] : [title];
}

function head({ title, change }: LifeStep, index: number, height: number): string {
  const x = place(index) + 10;
  const value =
    change &&
    (/^\d+$/.test(change.to)
      ? `${change.from} → ${change.to}`
      : `→ ${change.to.replace(/^redislabs-user/, '…')}`);
  return [
    `<rect x="${place(index)}" y="12" width="1" height="${height - 24}" class="line"/>`,
    ...inLines(`${index + 1}. ${title}`).map((line, row) => text(x, 28 + row * 16, line, 'ink strong')),
    change ? text(x, 64, change.parameter, 'faint') : '',
    value ? text(x, 81, value, 'faint') : '',
  ].join('');
}

function lane({ name, from, to }: Lane, y: number): string {
  const kind = /^(user|console password) /.test(name)
    ? 'user'
    : (/^(secret|key)|^access (key)/.exec(name)?.slice(1).find(Boolean) ?? 'iam');
  const [start, end] = [place(from), Math.min(place(to), place(Math.ceil(to)) - 4)];
  return `${text(12, y + 15, name, 'ink')}<rect x="${start.toFixed(1)}" y="${y + 5}" width="${(end - start).toFixed(1)}" height="12" rx="4" class="${kind}"/>`;
}

function foot({ status, claims }: LifeStep, index: number, bottom: number): string {
  const x = place(index) + 10;
  const words = status.replace('UPDATE_ROLLBACK', 'ROLLBACK');
  return (
    text(x, bottom + 20, words, 'faint small') + text(x, bottom + 37, `✓ ${claims} claims hold`, 'good small')
  );
}

/** The finished picture stands where nothing moves; elsewhere a cover goes away from it, step by step. */
function style(steps: number): string {
  const set = (index: number): string =>
    Object.entries(colours)
      .map(([name, pair]) => `.${name}{fill:${pair[index]}}`)
      .join('');
  const share = 100 / (steps + 1);
  const frames = Array.from({ length: steps }, (_, index) => {
    const moved = `transform:translateX(${(index + 1) * STEP}px);opacity:1`;
    const arrived = share * (index + 1 - HOLD);
    return `${arrived.toFixed(1)}%,${(share * (index + 1)).toFixed(1)}%{${moved}}`;
  });
  return `text{font-size:13px}.strong{font-weight:600}.small{font-size:11px}
${set(0)}
@media (prefers-color-scheme:dark){${set(1)}}
.cover{opacity:0}
@media (prefers-reduced-motion:no-preference){.cover{animation:life ${SECONDS}s ease-in-out ${RUNS}}}
@keyframes life{0%{transform:translateX(0);opacity:1}${frames.join('')}${(share * steps + 1).toFixed(1)}%,100%{transform:translateX(${steps * STEP}px);opacity:0}}`;
}
