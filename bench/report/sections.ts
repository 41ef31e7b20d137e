import type { ColdStart } from '../cold-start.ts';
import { prices, yearOfABundle } from '../cost.ts';
import { sizeSteps } from '../earlier-steps.ts';
import { lowerBoundGraphs } from '../lower-bounds.ts';
import { latencies, type OperationResult } from '../operations.ts';
import type { Results } from '../results.ts';
import { shown, type Table } from './tables.ts';

const kilobytes = (bytes: number) => shown(bytes / 1000);
const megabytes = (bytes: number) => shown(bytes / 1e6);

export function goalsTable({ goals }: Results): Table {
  return {
    title: 'What the bundle is held to',
    head: ['What', 'At most', 'Measured', 'Met'],
    rows: goals.map(({ what, most, measured, met }) => [
      what,
      shown(most, 2),
      shown(measured, 2),
      met ? 'yes' : 'no',
    ]),
  };
}

export function operationsTable({ operations }: Results): Table {
  const row = (result: OperationResult) => [
    result.operation,
    result.subject,
    ...latencies.map(({ latencyMs }) => shown(result.elapsedMs[latencyMs])),
    shown(result.depth),
    shown(result.lowerBound),
    shown(result.depthWithLedger),
    shown(result.reads),
    shown(result.writes),
    result.ledgerReads + result.ledgerWrites > 0 ? `${result.ledgerReads} + ${result.ledgerWrites}` : '–',
    shown(result.cpuMs),
  ];
  const names = Object.keys(lowerBoundGraphs);
  return {
    title: 'Operations: milliseconds by latency of an AWS call, calls, CPU time in milliseconds',
    head: [
      'Operation',
      'By',
      ...latencies.map(({ latencyMs }) => `${latencyMs} ms`),
      'Depth',
      'Bound',
      'With ledger',
      'Reads',
      'Writes',
      'Ledger',
      'CPU',
    ],
    rows: names.flatMap((name) => operations.filter(({ operation }) => operation === name).map(row)),
  };
}

export function coldStartTable({ coldStarts }: Results): Table {
  return {
    title: 'Cold start: milliseconds from the start of the process, CPU time, peak memory in MB',
    head: [
      'Form',
      'Code loaded',
      'First event accepted',
      'Fastest',
      'Slowest',
      'First call to AWS',
      'CPU',
      'Memory',
    ],
    rows: coldStarts.map(({ name, loaded, accepted, called, cpuMs, peakBytes }) => [
      name,
      shown(loaded.median),
      shown(accepted.median),
      shown(accepted.min),
      shown(accepted.max),
      shown(called.median),
      shown(cpuMs),
      megabytes(peakBytes),
    ]),
  };
}

/** The bundle's time from the start of its process to the first call to AWS, divided by another form's. */
export function firstCallRatio({ coldStarts }: Results, other: ColdStart['form']): string {
  const called = (form: ColdStart['form']) =>
    coldStarts.find((start) => start.form === form)?.called.median ?? Number.NaN;
  return shown(called('bundle') / called(other), 2);
}

export function weightTable({ weight }: Results): Table {
  const rest = weight.packages.slice(9);
  const restBytes = rest.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    title: 'Weight of the bundle by package, KB',
    head: ['Package', 'KB'],
    rows: [
      ...weight.packages.slice(0, 9).map(({ name, bytes }) => [name, kilobytes(bytes)]),
      ...(rest.length > 0 ? [[`${rest.length} more`, kilobytes(restBytes)]] : []),
      ['dist/index.js', kilobytes(weight.bundleBytes)],
      ['as a zip archive', kilobytes(weight.zipBytes)],
      ['template with the function inside', kilobytes(weight.inlineTemplateBytes)],
    ],
  };
}

export function growthTable({ growth }: Results): Table {
  return {
    title: 'Growth: bundles in more and more accounts',
    head: ['Accounts', 'ms per account', 'CPU ms per account', 'Memory in use, MB', 'Peak memory, MB'],
    rows: growth.map(({ accounts, elapsedMsPerAccount, cpuMsPerAccount, heapBytes, peakBytes }) => [
      shown(accounts),
      shown(elapsedMsPerAccount),
      shown(cpuMsPerAccount),
      shown(heapBytes / 1e6, 1),
      megabytes(peakBytes),
    ]),
  };
}

export function extrasTable({ extras }: Results): Table {
  return {
    title: 'Growth: Delete of a user on which more hangs',
    head: ['Extras', 'ms', 'Calls', 'Depth'],
    rows: extras.map((result) => [
      shown(result.extras),
      shown(result.elapsedMs),
      shown(result.calls),
      shown(result.depth),
    ]),
  };
}

export function memoryTable({ memorySizes, templateMemoryMb }: Results): Table {
  return {
    title: 'Memory size: a cold Create, modelled',
    head: ['MB', 'vCPU', 'Create, ms', 'GB-seconds', 'Memory used', 'In the template'],
    rows: memorySizes.map(({ mb, cpuShare, createMs, gbSeconds, memoryUsed }) => [
      shown(mb),
      shown(cpuShare, 2),
      shown(createMs),
      shown(gbSeconds, 2),
      `${shown(memoryUsed * 100)} %`,
      mb === templateMemoryMb ? 'yes' : '',
    ]),
  };
}

export function costTable({ cost }: Results): Table {
  const dollars = (usd: number) => `$${usd.toFixed(usd < 0.01 ? 6 : 2)}`;
  return {
    title: 'Cost of a bundle in a year, US dollars',
    head: ['What', 'How much', 'Price', 'A year'],
    rows: [
      ['Secret', '12 months', `$${prices.secretMonth.toFixed(2)} a month`, dollars(cost.secretUsd)],
      [
        'Calls of Secrets Manager',
        shown(cost.secretsManagerCalls),
        '$0.05 for 10,000',
        dollars(cost.secretsManagerCallsUsd),
      ],
      [
        'Lambda',
        `${shown(cost.lambdaRequests)} requests, ${shown(cost.gbSeconds, 1)} GB-seconds`,
        `$0.20 for a million, $${prices.lambdaGbSecond} a GB-second (arm64)`,
        dollars(cost.lambdaUsd),
      ],
      [
        'Ledger',
        `${shown(cost.ledgerReads)} reads, ${shown(cost.ledgerWrites)} writes`,
        '$0.125 and $0.625 for a million units',
        dollars(cost.ledgerUsd),
      ],
      ['Logs', 'a few KB', `$${prices.logGb.toFixed(2)} a GB`, dollars(cost.logsUsd)],
      ['Together', '', '', `$${cost.totalUsd.toFixed(2)}`],
    ],
  };
}

/** What a year costs, in one sentence. */
export function costLine({ cost }: Pick<Results, 'cost'>): string {
  return (
    `A bundle costs about $${cost.totalUsd.toFixed(2)} a year: $${cost.secretUsd.toFixed(2)} for the secret in Secrets Manager ` +
    `(more with replicas or a KMS key of your own), and less than a cent for Lambda, calls and logs.`
  );
}

/** What a year is taken to be, in words. */
export function yearInWords(): string {
  return yearOfABundle.map(({ operation, times }) => `${times} × ${operation}`).join(', ');
}

export function sizeStepsTable(): Table {
  return {
    title: 'Steps to a smaller bundle',
    head: ['Step', 'Bytes', 'Code loaded, ms', 'First calls, ms', 'Kept'],
    rows: sizeSteps.map(({ step, bytes, loadMs, firstCallsMs, kept }) => [
      step,
      shown(bytes),
      shown(loadMs, 1),
      shown(firstCallsMs, 1),
      kept,
    ]),
  };
}

/** Every edge of the graph of an operation's first request. */
export function edgesTable(operation: keyof typeof lowerBoundGraphs): Omit<Table, 'title'> {
  return {
    head: ['Call', 'waits for', 'because of'],
    rows: lowerBoundGraphs[operation].slice(0, 1).flatMap((needs) =>
      needs.flatMap(({ call, after }) => {
        const edges = Object.entries(after);
        return edges.length === 0 ? [[call, '–', '']] : edges.map(([other, why]) => [call, other, why]);
      }),
    ),
  };
}
