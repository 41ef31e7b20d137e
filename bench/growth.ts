import type { LocalAws } from '../local/aws.ts';
import type { ResponseServer } from '../local/cloudformation/response-server.ts';
import type { FunctionForm } from './function-process.ts';
import { type FunctionProcess, type Report, startFunction } from './function-process.ts';
import { preparedEnvironment } from './ledger.ts';
import { deliver, lifeIn } from './lives.ts';
import { round } from './statistics.ts';

/** What it takes to bring a bundle to more accounts, after those before. */
export interface Growth {
  /** How many accounts have a bundle then. */
  accounts: number;
  /** How many were added in this step. */
  added: number;
  /** From the first event to the last answer of this step, divided by the accounts added, in milliseconds. */
  elapsedMsPerAccount: number;
  /** CPU time of the function's processes, likewise. */
  cpuMsPerAccount: number;
  /** What the largest process still uses after a garbage collection, in bytes. */
  heapBytes: number;
  /** The most memory that one process has had so far, in bytes. */
  peakBytes: number;
}

/** Accounts under way at the same time, each in a process of its own, as a stack set with that many concurrent accounts. */
export const concurrency = 4;
export const accountNumbers = [1, 10, 100, 1000];

/**
 * Creates bundles in more and more accounts of one local AWS. The processes stay warm and take one account after the
 * other, so that memory which is not given back would show.
 */
export async function measureGrowth(
  aws: LocalAws,
  responses: ResponseServer,
  form: FunctionForm,
): Promise<Growth[]> {
  await aws.reset();
  await aws.settings({ latencyMs: 0, keyActivationSeconds: 0 });
  const environment = await preparedEnvironment(aws, responses);
  const processes = Array.from({ length: concurrency }, () => startFunction(form, environment));
  const last = await Promise.all(processes.map(({ loaded }) => loaded));
  const prepare = async (from: number, to: number) => {
    for (let number = from; number <= to; number += 1)
      await preparedEnvironment(aws, responses, accountId(number));
  };
  await prepare(5000, 5000 + concurrency);
  // Every process has handled one event before, in accounts that are not counted: compiling is a matter of cold starts.
  await Promise.all(processes.map((running, slot) => createIn(responses, running, accountId(5000 + slot))));
  const growth: Growth[] = [];
  let done = 0;
  for (const accounts of accountNumbers) {
    const first = done;
    await prepare(first + 1, accounts + concurrency);
    const started = performance.now();
    let cpuMs = 0;
    await Promise.all(
      processes.map(async (running, slot) => {
        while (done < accounts) {
          done += 1;
          const report = await createIn(responses, running, accountId(done));
          cpuMs += report.cpuMs - (last[slot]?.cpuMs ?? 0);
          last[slot] = report;
        }
      }),
    );
    const added = accounts - first;
    const elapsedMs = performance.now() - started;
    // The calls are not looked at here, and the local AWS keeps each of them.
    await aws.clearCalls();
    const heaps = await Promise.all(processes.map((running) => running.heap()));
    growth.push({
      accounts,
      added,
      elapsedMsPerAccount: round(elapsedMs / added),
      cpuMsPerAccount: round(cpuMs / added),
      heapBytes: Math.max(...heaps),
      peakBytes: Math.max(...last.map(({ peakBytes }) => peakBytes)),
    });
  }
  await Promise.all(processes.map((running) => running.stop()));
  return growth;
}

const accountId = (number: number): string => String(200_000_000_000 + number);

/** The local AWS takes an access key id of twelve digits for the account. Credentials that expire are read anew. */
async function createIn(
  responses: ResponseServer,
  running: FunctionProcess,
  account: string,
): Promise<Report> {
  const environment = {
    AWS_ACCESS_KEY_ID: account,
    AWS_CREDENTIAL_EXPIRATION: new Date().toISOString(),
  };
  const [create] = lifeIn(account);
  let report: Report | undefined;
  await create?.play((request) =>
    deliver(responses, request, async (event) => {
      report = await running.run(event, environment);
    }),
  );
  if (!report) throw new Error(`No bundle was created in the account ${account}.`);
  return report;
}
