import type { CustomResourceEvent } from '../../src/cloudformation/event.ts';
import type { Call } from '../support/memory-aws/calls.ts';
import { dropTimers, elapsed, settle, turn } from '../support/memory-aws/clock.ts';
import { type Invocation, type Place, startFunction } from '../support/memory-aws/invoke.ts';

/**
 * Where two runs take turns: the first waits before this call of its own, then the second before that one of its own.
 * `beating`: what a run says to the ledger goes through all the while, so that others can tell that it is alive.
 */
export type Switches = { first: number; second?: number; beating?: boolean };

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

/** For how long a call can be on its way before the client takes it for lost, in milliseconds. */
const LONGEST_CALL = 30_000;

/**
 * Runs the function on two events at once, in an order that is fixed: the first until the call at which it is stopped,
 * then the second until its own or its end, then the first to its end, then the rest of the second. Where one waits for
 * the other, it does so only for as long as a call can be on its way.
 */
export async function interleave(
  place: Place,
  events: [CustomResourceEvent, CustomResourceEvent],
  { first, second = Number.POSITIVE_INFINITY, beating = false }: Switches,
): Promise<[Invocation, Invocation]> {
  const names: (string | undefined)[] = ['the first run', 'the second run'];
  const barriers = [barrier(first), barrier(second)] as const;
  place.aws.gate = async (call: Call) => {
    if (beating && call.service === 'dynamodb') return;
    const index = names.indexOf(call.run);
    await barriers[index]?.pass();
  };
  try {
    const one = startFunction(place, events[0], names[0]);
    await settle(Promise.race([one, barriers[0].reached]));
    const two = startFunction(place, events[1], names[1]);
    await settle(Promise.race([two, barriers[1].reached, elapsed(LONGEST_CALL)]));
    barriers[0].open();
    await turn();
    await settle(Promise.race([one, elapsed(LONGEST_CALL)]));
    barriers[1].open();
    return [await settle(one), await settle(two)];
  } finally {
    delete place.aws.gate;
    dropTimers();
  }
}
