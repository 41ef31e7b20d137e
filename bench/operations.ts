import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AwsSettings } from '../local/aws/settings.ts';
import type { LocalAws, RecordedCall } from '../local/aws.ts';
import type { ResponseServer } from '../local/cloudformation/response-server.ts';
import { depthOf, isRead } from './call-depth.ts';
import type { Forms } from './forms.ts';
import { type FunctionForm, startFunction } from './function-process.ts';
import { preparedEnvironment } from './ledger.ts';
import { deliver, lifeIn, type OperationName, operations } from './lives.ts';
import { lowerBoundOf } from './lower-bounds.ts';
import { medianOf } from './statistics.ts';

/** Whose operations are measured. */
export const subjects = [
  'bundle',
  'bundle, ledger at 5 ms',
  'bundle without probes',
  'crhelper provider',
] as const;
export type Subject = (typeof subjects)[number];

/**
 * Milliseconds that a call to DynamoDB takes longer, where it is not slowed down like the others: AWS promises single-digit
 * milliseconds. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Introduction.html
 */
export const ledgerLatencyMs = 5;

/** Milliseconds that every AWS call takes longer, and how often everything is done. */
export const latencies = [
  { latencyMs: 10, runs: 3 },
  { latencyMs: 50, runs: 3 },
  { latencyMs: 150, runs: 2 },
];

/** An operation of a subject. Counts are those at the longest latency. */
export interface OperationResult {
  operation: OperationName;
  subject: Subject;
  /** Median in milliseconds from the event to the end of the function, by added latency. */
  elapsedMs: Record<string, number>;
  /** Of the process, in milliseconds. */
  cpuMs: number;
  /** The longest chain of calls of which one waits for the other; those to the ledger aside. */
  depth: number;
  /** The same with those to the ledger. */
  depthWithLedger: number;
  /** Of the bundle only. */
  lowerBound?: number;
  /** All but those to the ledger. */
  calls: number;
  reads: number;
  writes: number;
  ledgerReads: number;
  ledgerWrites: number;
  /** Those of the calls that cost something. */
  secretsManagerCalls: number;
}

/** Operations, and what processes need that go through a whole life. */
export interface OperationsResult {
  operations: OperationResult[];
  /** The bundle's, from the start of its process on. */
  loadCpuMs: number;
  peakBytes: number;
}

interface Sample {
  operation: OperationName;
  elapsedMs: number;
  cpuMs: number;
  calls: RecordedCall[];
}

/** Plays whole lives of bundles at all latencies. Keys work at once, so that only calls count. */
export async function measureOperations(
  aws: LocalAws,
  responses: ResponseServer,
  forms: Forms,
  tell: (line: string) => void,
): Promise<OperationsResult> {
  const probes = await startDenyingServer();
  const withoutProbes: FunctionForm = {
    ...forms.bundle,
    environment: { ...forms.bundle.environment, AWS_ENDPOINT_URL_STS: probes.url },
  };
  const formOf: Record<Subject, FunctionForm> = {
    bundle: forms.bundle,
    'bundle, ledger at 5 ms': forms.bundle,
    'bundle without probes': withoutProbes,
    'crhelper provider': forms.peer,
  };
  const results: OperationResult[] = subjects.flatMap((subject) =>
    operations.map((operation) => ({
      operation,
      subject,
      elapsedMs: {},
      cpuMs: 0,
      depth: 0,
      depthWithLedger: 0,
      ...boundOf(subject, operation),
      calls: 0,
      reads: 0,
      writes: 0,
      ledgerReads: 0,
      ledgerWrites: 0,
      secretsManagerCalls: 0,
    })),
  );
  const loadCpu: number[] = [];
  let peakBytes = 0;
  try {
    // The local AWS loads parts of itself at the first call of a kind; nobody shall be charged for that.
    for (const form of [forms.bundle, forms.peer]) await live(aws, responses, form, { latencyMs: 0 });
    for (const { latencyMs, runs } of latencies) {
      tell(`Operations at ${latencyMs} ms per AWS call, ${runs} runs`);
      const samples = new Map<Subject, Sample[]>(subjects.map((subject) => [subject, []]));
      for (let run = 0; run < runs; run += 1) {
        for (const subject of subjects) {
          const serviceLatencyMs = subject === 'bundle, ledger at 5 ms' ? { dynamodb: ledgerLatencyMs } : {};
          const life = await live(aws, responses, formOf[subject], { latencyMs, serviceLatencyMs });
          samples.get(subject)?.push(...life.samples);
          if (subject === 'bundle') {
            loadCpu.push(life.loadCpuMs);
            peakBytes = Math.max(peakBytes, life.peakBytes);
          }
        }
      }
      for (const result of results) {
        const own = samples.get(result.subject)?.filter(({ operation }) => operation === result.operation);
        if (own) addTo(result, latencyMs, own);
      }
    }
  } finally {
    await probes.close();
  }
  return { operations: results, loadCpuMs: medianOf(loadCpu), peakBytes };
}

function boundOf(subject: Subject, operation: OperationName): { lowerBound?: number } {
  const bound = lowerBoundOf(operation);
  if (subject === 'crhelper provider') return {};
  return { lowerBound: subject === 'bundle without probes' ? bound.withoutProbes : bound.withProbes };
}

/** Depth is taken from the longest latency: there, calls that do not wait for one another surely overlap. */
function addTo(result: OperationResult, latencyMs: number, samples: Sample[]): void {
  const [own, ledger] = apart(samples[0]?.calls ?? []);
  const countReads = (calls: RecordedCall[]) => calls.filter(({ action }) => isRead(action)).length;
  const reads = countReads(own);
  const ledgerReads = countReads(ledger);
  const secretsManagerCalls = own.filter(({ service }) => service === 'secretsmanager').length;
  Object.assign(result, { calls: own.length, reads, writes: own.length - reads, secretsManagerCalls });
  Object.assign(result, { ledgerReads, ledgerWrites: ledger.length - ledgerReads });
  result.elapsedMs[latencyMs] = medianOf(samples.map(({ elapsedMs }) => elapsedMs));
  result.cpuMs = medianOf(samples.map(({ cpuMs }) => cpuMs));
  result.depth = Math.min(...samples.map(({ calls }) => depthOf(apart(calls)[0])));
  result.depthWithLedger = Math.min(...samples.map(({ calls }) => depthOf(calls)));
}

/** The calls without, and those to the ledger. */
function apart(calls: RecordedCall[]): [RecordedCall[], RecordedCall[]] {
  const isLedger = ({ service }: RecordedCall) => service === 'dynamodb';
  return [calls.filter((call) => !isLedger(call)), calls.filter(isLedger)];
}

/** One life in a fresh process, as a Create is the first thing that a function does. Loading it is not counted. */
async function live(
  aws: LocalAws,
  responses: ResponseServer,
  form: FunctionForm,
  latencies: Partial<AwsSettings>,
): Promise<{ samples: Sample[]; loadCpuMs: number; peakBytes: number }> {
  await aws.reset();
  await aws.settings({ ...latencies, keyActivationSeconds: 0 });
  const running = startFunction(form, await preparedEnvironment(aws, responses));
  const { cpuMs: loadCpuMs } = await running.loaded;
  const samples: Sample[] = [];
  let cpuSoFar = loadCpuMs;
  for (const step of lifeIn(aws.accountId)) {
    await aws.clearCalls();
    const sample = { operation: step.operation, elapsedMs: 0, cpuMs: 0 };
    await step.play((request) =>
      deliver(responses, request, async (event) => {
        const started = performance.now();
        const { cpuMs } = await running.run(event);
        sample.elapsedMs += performance.now() - started;
        sample.cpuMs += cpuMs - cpuSoFar;
        cpuSoFar = cpuMs;
      }),
    );
    samples.push({ ...sample, calls: await aws.calls() });
  }
  const { peakBytes } = await running.stop();
  return { samples, loadCpuMs, peakBytes };
}

/**
 * Stands in for STS and denies everything at once. The bundle takes a denial for a proof of the key (only a known caller
 * can be denied), so its three probes cost nothing here, and they are not among the recorded calls.
 */
async function startDenyingServer(): Promise<{ url: string; close(): Promise<void> }> {
  const body =
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>' +
    '<Code>AccessDenied</Code><Message>Denied</Message></Error><RequestId>0</RequestId></ErrorResponse>';
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(403, { 'Content-Type': 'text/xml' }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
