import { type Bundle, bundleOf } from '../bundle/bundle.ts';
import type { Identity } from '../bundle/bundle-id.ts';
import type { InForce, LedgerState, RawProperties, Suspension } from './state.ts';

/** More unfinished requests than this are not told apart: anything may be in force then. */
const MAX_UNDER_WAY = 8;

/**
 * What may be in force by the ledger: what the last successful request has carried out, and what requests that did not
 * end well may have. Reads may be stale, so what differs from any of these is written whatever a read says.
 */
export type InForceBundles = (Bundle | undefined)[];

/** The bundles that may be in force; undefined stands for anything. */
export function mayBeInForce(
  identity: Identity,
  { inForce, underWay }: Pick<LedgerState, 'inForce' | 'underWay'>,
): InForceBundles {
  const states = [...(inForce ? [inForce.properties] : []), ...underWay];
  return states.map((properties) => (properties ? bundleOf(identity, properties) : undefined));
}

/** Notes that a request is about to change something, unless that may be in force already. */
export function beginChange(state: LedgerState, properties: RawProperties): void {
  const text = JSON.stringify(properties);
  if ([state.inForce?.properties, ...state.underWay].some((other) => JSON.stringify(other) === text)) return;
  state.underWay = state.underWay.length < MAX_UNDER_WAY ? [...state.underWay, properties] : [null];
}

/** The request has succeeded. */
export function carryOut(state: LedgerState, inForce: InForce): void {
  state.before = state.inForce;
  state.inForce = inForce;
  state.underWay = [];
}

/** The suspension that stands, if one does. */
export function standing({ suspension }: LedgerState): Suspension | undefined {
  return suspension?.ended ? undefined : suspension;
}
