import type { ColdStart } from './cold-start.ts';
import type { OperationName } from './lives.ts';
import { recommendedSize } from './memory-sizes.ts';
import type { OperationResult, Subject } from './operations.ts';
import type { Measurements } from './results.ts';
import { round } from './statistics.ts';

/** Something that the bundle is to be held to, and what a run has shown. */
export interface Goal {
  what: string;
  most: number;
  measured: number;
  met: boolean;
}

/** Compares a run with what is asked for. */
export function judge(run: Measurements): Goal[] {
  const of = (operation: OperationName, subject: Subject = 'bundle') =>
    find(run.operations, operation, subject);
  const create = of('create');
  const peer = of('create', 'crhelper provider');
  const ratio = (latency: string, { elapsedMs } = create) =>
    round((elapsedMs[latency] ?? 0) / (peer.elapsedMs[latency] ?? 0), 2);
  const quick = of('create', 'bundle, ledger at 5 ms');
  const start = (form: ColdStart['form']) =>
    run.coldStarts.find((other) => other.form === form)?.accepted.median ?? Number.NaN;
  const firstCall = (form: ColdStart['form']) =>
    run.coldStarts.find((other) => other.form === form)?.called.median ?? Number.NaN;
  const [, few] = run.growth;
  const many = run.growth.at(-1);
  const [none] = run.extras;
  const most = run.extras.at(-1);
  return [
    goal('Create: depth, the ledger aside', create.depth, 10),
    goal('Create: depth ÷ lower bound', round(create.depth / (create.lowerBound ?? 0), 2), 1.25),
    goal('Create: writes of the ledger', create.ledgerWrites, 4),
    goal('Create: time ÷ crhelper provider at 50 ms a call, 5 ms to the ledger', ratio('50', quick), 1),
    goal('Create: time ÷ crhelper provider at 150 ms a call, 5 ms to the ledger', ratio('150', quick), 0.8),
    goal('Create: time ÷ crhelper provider at 50 ms a call, the ledger’s too', ratio('50'), 1),
    goal('Create: time ÷ crhelper provider at 150 ms a call, the ledger’s too', ratio('150'), 0.8),
    goal("Update that changes nothing: writes but the ledger's", of('no-op update').writes, 0),
    goal('Update that changes nothing: depth, the ledger aside', of('no-op update').depth, 3),
    goal('Update of tags: depth, the ledger aside', of('tags update').depth, 6),
    goal('Rotation: depth, the ledger aside', of('rotation').depth, 10),
    goal('Delete: depth, the ledger aside', of('delete').depth, 8),
    goal(
      'Cold start (first event accepted) ÷ crhelper provider',
      round(start('bundle') / start('peer'), 2),
      0.27,
    ),
    goal(
      'Cold start to the first AWS call ÷ crhelper provider',
      round(firstCall('bundle') / firstCall('peer'), 2),
      0.36,
    ),
    goal(
      'Cold start (first event accepted) ÷ same sources unbundled',
      round(start('bundle') / start('unbundled'), 2),
      0.6,
    ),
    goal('Bundle, bytes', run.weight.bundleBytes, 380_000),
    goal('Template with the function inside, bytes', run.weight.inlineTemplateBytes, 1_000_000),
    goal(
      `Time per account, ${many?.accounts} accounts ÷ ${few?.accounts}`,
      round((many?.elapsedMsPerAccount ?? 0) / (few?.elapsedMsPerAccount ?? 0), 2),
      1.25,
    ),
    goal(
      `Memory in use, ${many?.accounts} accounts ÷ ${few?.accounts}`,
      round((many?.heapBytes ?? 0) / (few?.heapBytes ?? 0), 2),
      1.25,
    ),
    goal(`Delete: further depth for ${most?.extras} extras`, (most?.depth ?? 0) - (none?.depth ?? 0), 8),
    goal(
      'Memory size in the template, MB, and the recommended one',
      run.templateMemoryMb,
      recommendedSize(run.memorySizes),
    ),
  ];
}

const goal = (what: string, measured: number, most: number): Goal => ({
  what,
  most,
  measured,
  met: measured <= most,
});

/** @throws Error if it was not measured */
export function find(
  results: OperationResult[],
  operation: OperationName,
  subject: Subject,
): OperationResult {
  const result = results.find((other) => other.operation === operation && other.subject === subject);
  if (!result) throw new Error(`${operation} of ${subject} was not measured.`);
  return result;
}
