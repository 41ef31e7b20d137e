import type { ColdStart } from '../cold-start.ts';
import { find } from '../goals.ts';
import { operations } from '../lives.ts';
import { type Subject, subjects } from '../operations.ts';
import type { Results } from '../results.ts';
import { shown } from './tables.ts';

interface Bar {
  label: string;
  value: number;
  colour: string;
}

/** Bars that belong together, under a title. */
interface Group {
  title: string;
  bars: Bar[];
}

const colours: Record<Subject, string> = {
  bundle: '#c6302b',
  'bundle, ledger at 5 ms': '#d86f6a',
  'bundle without probes': '#e8a29f',
  'crhelper provider': '#66778a',
};
const formColours: Record<ColdStart['form'], string> = {
  bundle: colours.bundle,
  inline: colours['bundle without probes'],
  unbundled: '#b9a27c',
  peer: colours['crhelper provider'],
};

/** It stands on the page's own background, light or dark, so its words have a grey that can be read on both. */
const ink = '#768390';
const width = 860;
const labelWidth = 190;
const barHeight = 14;
const lineHeight = 18;

/** The chart of `docs/performance.md`: operations at 50 ms a call, and cold starts, as horizontal bars. */
export function chart(results: Results): string {
  const panels = [
    {
      title: 'Operations at 50 ms per AWS call, milliseconds (fewer is better)',
      groups: operationGroups(results),
    },
    {
      title: 'Cold start: from the start of the process to the first event accepted, milliseconds',
      groups: [
        {
          title: '',
          bars: results.coldStarts.map(({ form, name, accepted }) => ({
            label: name,
            value: accepted.median,
            colour: formColours[form],
          })),
        },
      ],
    },
  ];
  let y = 24;
  const parts: string[] = [];
  for (const { title, groups } of panels) {
    parts.push(text(16, y, title, 'font-weight="600" font-size="14"'));
    y += 14;
    const most = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
    for (const group of groups) {
      if (group.title) {
        y += lineHeight;
        parts.push(text(16, y, group.title, 'font-weight="600"'));
      }
      for (const bar of group.bars) {
        y += lineHeight;
        parts.push(...drawn(bar, y, most));
      }
      y += 6;
    }
    y += 34;
  }
  const height = y - 14;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" ` +
      `font-family="system-ui, sans-serif" font-size="12" fill="${ink}">`,
    '<title>RV Access Bundle beside a crhelper provider</title>',
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function operationGroups(results: Results): Group[] {
  return operations.map((operation) => ({
    title: operation,
    bars: subjects.map((subject) => ({
      label: subject,
      value: find(results.operations, operation, subject).elapsedMs[50] ?? 0,
      colour: colours[subject],
    })),
  }));
}

function drawn({ label, value, colour }: Bar, y: number, most: number): string[] {
  const room = width - labelWidth - 80;
  const length = Math.max(1, (value / most) * room);
  return [
    text(28, y, label),
    `<rect x="${labelWidth}" y="${y - 11}" width="${length.toFixed(1)}" height="${barHeight}" fill="${colour}"/>`,
    text(labelWidth + length + 6, y, shown(value)),
  ];
}

function text(x: number, y: number, content: string, more = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y}"${more && ` ${more}`}>${escaped}</text>`;
}
