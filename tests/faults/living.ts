import { vi } from 'vitest';
import type { Properties } from '../support/memory-aws/events.ts';
import type { Invocation } from '../support/memory-aws/invoke.ts';
import type { MemoryAws } from '../support/memory-aws/memory-aws.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import { tidyUp } from './hand-made.ts';
import {
  type Findings,
  inspectBundle,
  inspectInvocation,
  inspectKeysOfPeople,
  inspectRemoval,
  keysOfPeople,
  note,
} from './inspection.ts';
import type { Fault } from './life.ts';
import type { Request } from './stack.ts';
import { type Story, tell } from './story.ts';

/** A life as it goes on. */
export type Living = {
  story: Story;
  findings: Findings;
  bystanders: string;
  properties: Properties;
  /** Somebody has done something by hand that may keep the function from its work. */
  blocked: boolean;
  /** Somebody has done something by hand since the last request, which any request sets right. */
  drifted: boolean;
  /** A request has not ended well, and what follows on it has not come yet. */
  unsettled: boolean;
  /** The token of a rotation that has not ended. */
  rotation: string | undefined;
  /** How many rotations were begun. */
  rotations: number;
  /** Requests that were answered with SUCCESS, with their answers. */
  done: Request[];
  figures: { runs: number; faults: number };
};

export const status = (invocation: Invocation) => invocation.answers[0]?.Status;
export const pass = (seconds: number): void => {
  vi.setSystemTime(Date.now() + seconds * 1000);
};

/** Lets a call of what comes next go wrong. @returns whether it has */
function plan(aws: MemoryAws, planned: Fault | undefined): () => boolean {
  const kind = planned && FAULT_KINDS[planned.kind];
  let hit = false;
  if (planned && kind) {
    let target: string | undefined;
    aws.failCall(
      (call) => {
        const first = call.number === planned.call;
        if (first) target = `${call.action} ${call.target?.name}`;
        const struck =
          first || (!Number.isFinite(kind.times) && target === `${call.action} ${call.target?.name}`);
        hit ||= struck;
        return struck;
      },
      kind.fault,
      kind.times,
    );
  }
  return () => hit;
}

/** Sends an event, perhaps with a fault, and looks at what holds whatever comes of it. */
export async function deliver(
  living: Living,
  request: Request,
  planned?: Fault,
): Promise<{ invocation: Invocation; hit: boolean }> {
  const { story, findings, bystanders } = living;
  const { aws } = story.place;
  aws.forgetCalls();
  const wasHit = plan(aws, planned);
  const keys = keysOfPeople(story);
  const invocation = await tell(story, request);
  aws.faults.length = 0;
  const hit = wasHit();
  if (request.event.RequestType !== 'Delete') inspectKeysOfPeople(findings, story, keys);
  living.figures.runs += 1;
  living.figures.faults += hit ? 1 : 0;
  inspectInvocation(findings, story, invocation, bystanders);
  return { invocation, hit };
}

/** Sends a request, perhaps with a fault, and looks at what comes of it. */
export async function send(living: Living, request: Request, planned?: Fault): Promise<Invocation> {
  const { story, findings } = living;
  const kind = planned && FAULT_KINDS[planned.kind];
  const { invocation, hit } = await deliver(living, request, planned);
  const [answer] = invocation.answers;
  if (answer?.Status === 'SUCCESS') {
    living.done.push(request);
    living.drifted = false;
    if (request.event.RequestType === 'Delete') inspectRemoval(findings, story, answer.PhysicalResourceId);
    else inspectBundle(findings, story, request, answer.PhysicalResourceId);
  } else if (!living.blocked && (!hit || kind?.passes)) {
    note(findings, 'nothing fails without a cause', [
      `${request.name}: ${answer?.Status}: ${answer?.Reason}`,
    ]);
  }
  return invocation;
}

/** People take what they did by hand out of the function's way; a key that goes with it is their loss. */
export function clearTheWay(living: Living): void {
  const { place, byHand, watch } = living.story;
  tidyUp(place.aws, byHand);
  watch.forgive();
  living.blocked = false;
}

/** Sends a request until it succeeds, with people tidying up in between; CloudFormation's user does the same. */
export async function insist(living: Living, ask: () => Request): Promise<Invocation> {
  for (let tries = 1; ; tries++) {
    const invocation = await send(living, ask());
    if (status(invocation) === 'SUCCESS' || tries === 3) {
      if (tries === 3)
        note(living.findings, 'in the end it succeeds', [`${ask().name}: ${invocation.answers[0]?.Reason}`]);
      return invocation;
    }
    clearTheWay(living);
    pass(60);
  }
}
