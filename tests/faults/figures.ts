import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a kind of test did, for the page on reliability. */
export type Figures = { runs: number; faults: number; checks: number; seconds: number };

const FOLDER = join(import.meta.dirname, '../../.cache/reliability');

export const noFigures = (): Figures => ({ runs: 0, faults: 0, checks: 0, seconds: 0 });

export function addFigures(sum: Figures, more: Figures): void {
  sum.runs += more.runs;
  sum.faults += more.faults;
  sum.checks += more.checks;
  sum.seconds += more.seconds;
}

/**
 * Writes `.cache/reliability/<name>.json`.
 *
 * @param more what else is worth telling: the share that was tried, the seed
 */
export function writeFigures(name: string, figures: Figures, more: Record<string, unknown> = {}): void {
  mkdirSync(FOLDER, { recursive: true });
  const rounded = { ...figures, seconds: Math.round(figures.seconds * 10) / 10 };
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify({ name, ...rounded, ...more }, null, 2)}\n`);
}
