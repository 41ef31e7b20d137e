import type { Call } from '../support/memory-aws/calls.ts';
import type { Fault, Which } from '../support/memory-aws/faults.ts';

/** A way in which one call of an operation goes wrong. */
export type FaultKind = {
  name: string;
  fault: Fault;
  /** How many tries in a row are hit. */
  times: number;
  /** One fault that passes by itself: the operation must succeed all the same. */
  passes: boolean;
  /** The process dies: nothing is answered. */
  crashes: boolean;
};

const passing = (fault: Fault & string): FaultKind => ({
  name: fault,
  fault,
  times: 1,
  passes: true,
  crashes: false,
});
const lasting = (name: string, fault: Fault): FaultKind => ({
  name,
  fault,
  times: Number.POSITIVE_INFINITY,
  passes: false,
  crashes: false,
});
const crash = (fault: Fault & string): FaultKind => ({
  name: fault,
  fault,
  times: 1,
  passes: false,
  crashes: true,
});

export const FAULT_KINDS: FaultKind[] = [
  passing('throttled'),
  passing('error500'),
  passing('lostAnswer500'),
  passing('lostAnswerReset'),
  passing('hang'),
  passing('hangAfter'),
  passing('accessDenied'),
  lasting('throttled for good', 'throttled'),
  lasting('every answer lost', 'lostAnswer500'),
  lasting('hangs for good', 'hang'),
  lasting('denied for good', 'accessDenied'),
  lasting('denied explicitly', 'explicitDeny'),
  crash('crashBefore'),
  crash('crashAfter'),
];

/**
 * The calls that a fault kind hits: the one of this number, and, when it lasts, the same call again however often it is
 * repeated.
 */
export function hits(kind: FaultKind, recorded: Call): Which {
  if (Number.isFinite(kind.times)) return recorded.number;
  return (call) =>
    call.number >= recorded.number &&
    call.action === recorded.action &&
    call.target?.name === recorded.target?.name;
}
