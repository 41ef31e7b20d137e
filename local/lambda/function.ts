import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from './container.ts';
import { startFleet } from './fleet.ts';
import type { FunctionCode } from './task-root.ts';

export interface LambdaConfiguration {
  arn: string;
  name: string;
  code: FunctionCode;
  /** As in the template: `index.`, then what the file exports. */
  handler: string;
  timeoutMs: number;
  memoryMb: number;
  /** The environment of the process, but for the variables that Lambda itself sets. */
  environment: Record<string, string>;
  /** How often an event is run again after a failure: 0, 1 or 2. */
  maximumRetries: number;
}

export interface InvokeOptions {
  /** Instead of the configured time-out. */
  timeoutMs?: number;
  /** Pauses before the first and the second retry. Lambda waits one and two minutes; default 50 ms each. */
  retryDelaysMs?: number[];
  /** Called when the handler begins, for the first run and for each retry. */
  onAttempt?: (running: RunningAttempt) => void;
}

/** One run of the handler for an event. Runs of the same event (retries) share the request id. */
export interface Attempt extends Outcome {
  requestId: string;
  /** 1 for the first run, 2 and 3 for the retries. */
  attempt: number;
}

/** A run that has just begun. */
export interface RunningAttempt {
  event: unknown;
  requestId: string;
  attempt: number;
  /** Ends the process under the handler at once, as a crash does. */
  kill(): void;
}

/** A function as the Lambda service runs it. */
export interface LambdaFunction {
  /**
   * Runs the event as an asynchronous invocation: after an error, a crash or a time-out the same event is run again.
   * Resolves with all runs when it succeeded or the retries are used up; never rejects.
   */
  invoke(event: unknown, options?: InvokeOptions): Promise<Attempt[]>;
  /** New configuration (and code, read again) for later runs; a run that has begun ends as it began. */
  configure(configuration: LambdaConfiguration): void;
  /** Deletes the function: a run that has begun may end, but nothing is run again. */
  remove(): void;
  /** Ends all runs now, as crashes without retry. */
  stop(): void;
}

export function createFunction(initial: LambdaConfiguration): LambdaFunction {
  let configuration = initial;
  let fleet = startFleet(initial);
  let removed = false;

  return {
    invoke: async (event, options = {}) => {
      const requestId = randomUUID();
      const attempts: Attempt[] = [];
      const retryDelaysMs = (options.retryDelaysMs ?? [50, 50]).slice(0, configuration.maximumRetries);
      for (const delayMs of [0, ...retryDelaysMs]) {
        await sleep(delayMs);
        if (removed) {
          break;
        }
        const attempt = attempts.length + 1;
        const timeoutMs = options.timeoutMs ?? configuration.timeoutMs;
        const { outcome, kill } = fleet.run({ event, requestId, functionArn: configuration.arn }, timeoutMs);
        options.onAttempt?.({ event, requestId, attempt, kill });
        attempts.push({ ...(await outcome), requestId, attempt });
        if (attempts.at(-1)?.outcome === 'success') {
          break;
        }
      }
      return attempts;
    },
    configure: (changed) => {
      fleet.retire();
      configuration = changed;
      fleet = startFleet(changed);
    },
    remove: () => {
      removed = true;
      fleet.retire();
    },
    stop: () => {
      removed = true;
      fleet.stop();
    },
  };
}
