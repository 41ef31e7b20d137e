import type { Mutant } from './mutant.ts';

export interface Outcome {
  part: string;
  mutant: Mutant;
  /** The first test that failed; undefined: none did. */
  noticedBy: string | undefined;
}

const HEAD = `# Defects that the tests notice

Written by \`node scripts/mutation.ts\`: it puts one defect at a time into the sources, in the places where the promises
of the bundle are kept, and runs the tests. A defect that no test notices would be a gap in them.
`;

/** The page, from what a run has shown. */
export function mutantsPage(outcomes: Outcome[]): string {
  const noticed = outcomes.filter(({ noticedBy }) => noticedBy).length;
  const parts = [...new Set(outcomes.map(({ part }) => part))];
  const tables = parts.map((part) => {
    const rows = outcomes
      .filter((outcome) => outcome.part === part)
      .map(({ mutant, noticedBy }) =>
        row([mutant.breaks, `\`src/${mutant.file}\``, noticedBy ?? '**no test**']),
      );
    return `## ${part}\n\n${row(['defect', 'where', 'noticed first by'])}\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `${HEAD}\n**${outcomes.length} defects, ${noticed} noticed.** Before them the same tests pass without a defect, and fail when nothing works.\n\n${tables.join('\n')}`;
}

const row = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
