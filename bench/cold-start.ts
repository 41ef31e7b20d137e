import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalAws } from '../local/aws.ts';
import { eventLedgerEnvironment } from '../local/cloudformation/event-function.ts';
import type { Forms } from './forms.ts';
import { type FunctionForm, startFunction } from './function-process.ts';
import { deliver, lifeIn } from './lives.ts';
import { type Distribution, distributionOf, medianOf, round } from './statistics.ts';

/** A cold start, from the start of the process. */
export interface ColdStart {
  form: keyof Forms;
  name: string;
  /** Until the code was loaded, as the driver tells it: what Lambda calls the init phase. Milliseconds. */
  loaded: Distribution;
  /** Until the first event was accepted: it was read, and the handler got it. Milliseconds. */
  accepted: Distribution;
  /** Until the first call to AWS arrives there. The bundle sends all that it reads at once. Milliseconds. */
  called: Distribution;
  /** CPU time of the process until the first call, in milliseconds. */
  cpuMs: number;
  /** Peak memory of the process by then, in bytes. */
  peakBytes: number;
}

export const coldStartRuns = 15;

/** Starts every form over and over, in turns, with a Create as its first event. */
export async function measureColdStarts(aws: LocalAws, forms: Forms): Promise<ColdStart[]> {
  const names = Object.keys(forms) as (keyof Forms)[];
  const samples = new Map(names.map((name) => [name, [] as Sample[]]));
  // The first start of each reads its files from the disk, Python writes its byte code: not counted.
  for (let run = 0; run <= coldStartRuns; run += 1) {
    for (const name of names) {
      const sample = await startOnce(aws, forms[name]);
      if (run > 0) samples.get(name)?.push(sample);
    }
  }
  return names.map((form) => {
    const own = samples.get(form) ?? [];
    return {
      form,
      name: forms[form].name,
      loaded: distributionOf(own.map(({ loadedMs }) => loadedMs)),
      accepted: distributionOf(own.map(({ acceptedMs }) => acceptedMs)),
      called: distributionOf(own.map(({ calledMs }) => calledMs)),
      cpuMs: medianOf(own.map(({ cpuMs }) => cpuMs)),
      peakBytes: round(medianOf(own.map(({ peakBytes }) => peakBytes)), 0),
    };
  });
}

interface Sample {
  loadedMs: number;
  acceptedMs: number;
  calledMs: number;
  cpuMs: number;
  peakBytes: number;
}

/** The first call is never answered: the process has done all that is measured, and is ended. */
async function startOnce(aws: LocalAws, form: FunctionForm): Promise<Sample> {
  let arrived = (_at: number): void => {};
  const firstCall = new Promise<number>((resolve) => {
    arrived = resolve;
  });
  const server = createServer(() => arrived(performance.now()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const started = performance.now();
    const running = startFunction(form, {
      ...aws.env(),
      ...eventLedgerEnvironment,
      RESPONSE_URL_ORIGIN: new URL(neverAnswered.open().url).origin,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    });
    const loadedAt = running.loaded.then(() => performance.now());
    const acceptedAt = running.accepted.then(() => performance.now());
    const [create] = lifeIn(aws.accountId);
    // Ends with the process, before there is an answer.
    const ended = create?.play((request) => deliver(neverAnswered, request, (event) => running.run(event)));
    const failed = ended?.then(
      () => new Error(`${form.name} ended without a call to AWS.`),
      (error: Error) => error,
    );
    const first = await Promise.race([firstCall, failed]);
    if (typeof first !== 'number') throw first;
    const { cpuMs, peakBytes } = await running.stop();
    return {
      loadedMs: (await loadedAt) - started,
      acceptedMs: (await acceptedAt) - started,
      calledMs: first - started,
      cpuMs,
      peakBytes,
    };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Nobody answers here, so nobody listens. */
const neverAnswered = {
  open: () => ({ url: 'http://127.0.0.1:9/', body: new Promise<string>(() => {}) }),
};
