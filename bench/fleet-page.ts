import type { FleetFigures } from './fleet.ts';

const BEGIN = '<!-- figures: node bench/fleet.ts --write -->';
const END = '<!-- end of figures -->';

/** The page with these figures in the place of those before. */
export function withSection(page: string, figures: FleetFigures[]): string {
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || after < 0) throw new Error('The page has no place for the figures.');
  const rows = figures.map(
    ({ accounts, seconds, msPerAccount, cpuMsPerAccount, heapMb, peakMb }) =>
      `| ${accounts.toLocaleString('en')} | ${seconds.toFixed(1)} | ${msPerAccount.toFixed(1)} | ${cpuMsPerAccount.toFixed(1)} | ${heapMb.toFixed(1)} | ${peakMb.toFixed(0)} |`,
  );
  const table = [
    '| accounts | seconds | ms per account | CPU ms per account | heap in use, MB | most memory, MB |',
    '| ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ];
  return `${page.slice(0, before)}${BEGIN}\n\n${table.join('\n')}\n\n${page.slice(after)}`;
}
