import type { OperationName } from './lives.ts';
import { assumedActivationMs, assumedCallMs } from './memory-sizes.ts';
import type { OperationResult } from './operations.ts';
import { round } from './statistics.ts';

/** List prices in US dollars, us-east-1, without any free tier. */
export const prices = {
  /** The year in which they were published so; the benchmark does not look them up. */
  date: '2025',
  lambdaRequest: 0.2 / 1e6,
  /** arm64. */
  lambdaGbSecond: 0.0000133334,
  secretMonth: 0.4,
  secretsManagerCall: 0.05 / 10_000,
  /** DynamoDB on demand: a consistent read of up to 4 KB, a write of up to 1 KB. */
  ledgerReadUnit: 0.125 / 1e6,
  ledgerWriteUnit: 0.625 / 1e6,
  logGb: 0.5,
};

/** What is assumed of a bundle's year. IAM, STS and CloudFormation's custom resources cost nothing. */
export const yearOfABundle: { operation: OperationName; times: number }[] = [
  { operation: 'create', times: 1 },
  { operation: 'rotation', times: 4 },
  { operation: 'tags update', times: 4 },
  { operation: 'no-op update', times: 4 },
];
/** A line of JSON for each call, and Lambda's own START, END and REPORT. */
const logBytesPerCall = 200;
const logBytesPerRequest = 500;

/** The ledger's item has a few kilobytes: taken for this many, and as many units, of reads and writes alike. */
const ledgerItemKb = 4;

/** Of one bundle and year. */
export interface Cost {
  lambdaRequests: number;
  gbSeconds: number;
  secretsManagerCalls: number;
  /** In US dollars. */
  lambdaUsd: number;
  secretUsd: number;
  secretsManagerCallsUsd: number;
  ledgerReads: number;
  ledgerWrites: number;
  ledgerUsd: number;
  logsUsd: number;
  totalUsd: number;
}

interface CostInput {
  operations: Pick<
    OperationResult,
    | 'operation'
    | 'cpuMs'
    | 'depthWithLedger'
    | 'calls'
    | 'ledgerReads'
    | 'ledgerWrites'
    | 'secretsManagerCalls'
  >[];
  loadCpuMs: number;
  memoryMb: number;
}

/** Every request is taken to be a cold start, as months lie between them. */
export function costOfAYear({ operations, loadCpuMs, memoryMb }: CostInput): Cost {
  const cpuShare = Math.min(1, memoryMb / 1769);
  let requests = 0;
  let gbSeconds = 0;
  let storeCalls = 0;
  let ledgerReads = 0;
  let ledgerWrites = 0;
  let logBytes = 0;
  for (const { operation, times } of yearOfABundle) {
    const result = operations.find((other) => other.operation === operation);
    if (!result) throw new Error(`${operation} was not measured.`);
    const mints = operation === 'create' || operation === 'rotation';
    const ms =
      (loadCpuMs + result.cpuMs) / cpuShare +
      result.depthWithLedger * assumedCallMs +
      (mints ? assumedActivationMs : 0);
    requests += times;
    gbSeconds += (times * (ms / 1000) * memoryMb) / 1024;
    storeCalls += times * result.secretsManagerCalls;
    ledgerReads += times * result.ledgerReads;
    ledgerWrites += times * result.ledgerWrites;
    const calls = result.calls + result.ledgerReads + result.ledgerWrites;
    logBytes += times * (logBytesPerRequest + calls * logBytesPerCall);
  }
  const lambdaUsd = requests * prices.lambdaRequest + gbSeconds * prices.lambdaGbSecond;
  const secretUsd = 12 * prices.secretMonth;
  const secretsManagerCallsUsd = storeCalls * prices.secretsManagerCall;
  const ledgerUsd =
    ledgerReads * ledgerItemKb * prices.ledgerReadUnit + ledgerWrites * ledgerItemKb * prices.ledgerWriteUnit;
  const logsUsd = (logBytes / 1e9) * prices.logGb;
  return {
    lambdaRequests: requests,
    gbSeconds: round(gbSeconds, 1),
    secretsManagerCalls: storeCalls,
    lambdaUsd: round(lambdaUsd, 6),
    secretUsd: round(secretUsd, 2),
    secretsManagerCallsUsd: round(secretsManagerCallsUsd, 6),
    ledgerReads,
    ledgerWrites,
    ledgerUsd: round(ledgerUsd, 6),
    logsUsd: round(logsUsd, 6),
    totalUsd: round(lambdaUsd + secretUsd + secretsManagerCallsUsd + ledgerUsd + logsUsd, 2),
  };
}
