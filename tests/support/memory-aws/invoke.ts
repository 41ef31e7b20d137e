import { vi } from 'vitest';
import type { CustomResourceAnswer } from '../../../local/cloudformation/protocol.ts';
import type { CustomResourceEvent } from '../../../src/cloudformation/event.ts';
import type { AnswerBox, Put } from './answers.ts';
import type { Call } from './calls.ts';
import { dropTimers, settle, turn } from './clock.ts';
import { copy } from './copy.ts';
import type { MemoryAws } from './memory-aws.ts';
import type { Line, Output } from './output.ts';
import { runUntilCrash } from './runs.ts';

/** The function's time-out, in milliseconds. */
export const TIMEOUT = 300_000;

/** The surroundings of the function: AWS, CloudFormation's answer box, the log. */
export type Place = { aws: MemoryAws; box: AnswerBox; output: Output; handler: Handler };

/** All that one invocation of the function did. */
export type Invocation = {
  event: CustomResourceEvent;
  /** Answers that CloudFormation got, parsed; normally one. */
  answers: CustomResourceAnswer[];
  puts: Put[];
  calls: Call[];
  lines: Line[];
  end: 'returned' | 'threw' | 'crashed';
  thrown?: unknown;
  /** Mutating calls that were made after the answer. */
  late: Call[];
  startedAt: number;
  endedAt: number;
};

/** How long it took, in seconds. */
export const secondsOf = ({ startedAt, endedAt }: Pick<Invocation, 'startedAt' | 'endedAt'>) =>
  (endedAt - startedAt) / 1000;

export type Handler = (event: CustomResourceEvent, context: object) => Promise<unknown>;

let invocations = 0;

function context(name: string) {
  const end = Date.now() + TIMEOUT;
  return {
    awsRequestId: name,
    functionName: 'redis-access-BundleFunction',
    getRemainingTimeInMillis: () => Math.max(0, end - Date.now()),
  };
}

/** Loads the function; not while a fake clock runs, since reading files takes real time. */
export async function loadHandler(): Promise<Handler> {
  const { handler } = await import('../../../src/index.ts');
  return handler as unknown as Handler;
}

/** Starts the function on an event, as Lambda does; the clock has to be run for it to end. */
export async function startFunction(
  { aws, box, output, handler }: Place,
  event: CustomResourceEvent,
  name = `invocation ${++invocations}`,
): Promise<Invocation> {
  const startedAt = Date.now();
  let thrown: unknown;
  const run = async (): Promise<'returned' | 'threw'> => {
    try {
      await handler(copy(event), context(name));
      return 'returned';
    } catch (error) {
      thrown = error;
      return 'threw';
    }
  };
  const outcome = await runUntilCrash(run, name);
  const puts = box.puts.filter((put) => put.run === name);
  const calls = aws.calls.filter((call) => call.run === name);
  const answered = puts[0]?.moment ?? Number.POSITIVE_INFINITY;
  return {
    event,
    answers: puts.map(({ body }) => JSON.parse(body)),
    puts,
    calls,
    lines: output.lines.filter((line) => line.run === name),
    end: outcome.crashed ? 'crashed' : outcome.value,
    ...(thrown === undefined ? {} : { thrown }),
    late: calls.filter((call) => call.mutating && call.startedAt > answered),
    startedAt,
    endedAt: Date.now(),
  };
}

/** Runs the function on an event, from timer to timer, and whatever it leaves behind for another ten minutes. */
export async function invoke(place: Place, event: CustomResourceEvent): Promise<Invocation> {
  const invocation = await settle(startFunction(place, event));
  if (invocation.end === 'crashed') {
    dropTimers();
  } else if (vi.getTimerCount() > 0) {
    const before = place.aws.calls.length;
    for (let minute = 0; minute < 10; minute++) {
      vi.advanceTimersByTime(60_000);
      await turn();
    }
    invocation.late.push(...place.aws.calls.slice(before).filter(({ mutating }) => mutating));
    dropTimers();
  }
  return invocation;
}
