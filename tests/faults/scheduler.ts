import type { CustomResourceEvent } from '../../src/event.ts';
import type { Call } from '../memory-aws/calls.ts';
import { dropTimers, settle, turn } from '../memory-aws/clock.ts';
import { type Invocation, type Place, startFunction } from '../memory-aws/invoke.ts';

/** Where two runs take turns: the first waits before this call of its own, then the second before that one of its own. */
export type Switches = { first: number; second?: number };

/** Holds back the calls of a run from a certain one on, until it is let go. */
function barrier(from: number) {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let reach = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  let seen = 0;
  return {
    open: () => open(),
    reached,
    async pass(): Promise<void> {
      if (seen++ < from) return;
      reach();
      await opened;
    },
  };
}

/**
 * Runs the function on two events at once, in an order that is fixed: the first until the call at which it is stopped,
 * then the second until its own or its end, then the first to its end, then the rest of the second.
 */
export async function interleave(
  place: Place,
  events: [CustomResourceEvent, CustomResourceEvent],
  { first, second = Number.POSITIVE_INFINITY }: Switches,
): Promise<[Invocation, Invocation]> {
  const names: (string | undefined)[] = ['the first run', 'the second run'];
  const barriers = [barrier(first), barrier(second)] as const;
  place.aws.gate = async (call: Call) => {
    const index = names.indexOf(call.run);
    await barriers[index]?.pass();
  };
  try {
    const one = startFunction(place, events[0], names[0]);
    await settle(Promise.race([one, barriers[0].reached]));
    const two = startFunction(place, events[1], names[1]);
    await settle(Promise.race([two, barriers[1].reached]));
    barriers[0].open();
    await turn();
    const ended = await settle(one);
    barriers[1].open();
    return [ended, await settle(two)];
  } finally {
    delete place.aws.gate;
    dropTimers();
  }
}
