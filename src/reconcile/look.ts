import { ConflictError, PreconditionError } from '../errors.ts';
import { type InForceBundles, mayBeInForce, standing } from '../ledger/in-force.ts';
import { forgetKeys } from '../ledger/keys.ts';
import { warn } from '../log.ts';
import { knowsNothing, type Observed, observe } from './observe.ts';
import { makePlan, type Plan } from './plan.ts';
import { rebuild } from './rebuild.ts';
import { type ObservedRegistration, observeRegistration } from './registration.ts';
import type { Reconciling } from './run.ts';

/** All that a look has shown, and what may be in force by the ledger. */
export interface Seen {
  observed: Observed;
  registration: ObservedRegistration | undefined;
  mayBe: InForceBundles;
}

/** @throws ConflictError if the ledger was lost; it has been rebuilt then, and a fresh look will do */
export async function look({ aws, ledger, bundle, before, knownId }: Reconciling): Promise<Seen> {
  const mayBe = mayBeInForce(bundle, ledger.state);
  const [observed, registration] = await Promise.all([
    observe(aws, bundle, ledger.state),
    observeRegistration(aws, bundle, ledger.state),
  ]);
  if (knowsNothing(ledger.state) && observed.resources.some(({ standing: whose }) => whose === 'owned')) {
    await rebuild(aws, ledger, before ? [bundle, before] : [bundle], knownId);
    throw new ConflictError('The ledger was lost and has been rebuilt.');
  }
  const { lost } = observed.credentials;
  if (lost.length > 0) ledger.note((state) => forgetKeys(state, lost));
  return { observed, registration, mayBe };
}

/** @throws PreconditionError if something is in the way */
export function planFrom(run: Reconciling, { observed, registration, mayBe }: Seen): Plan {
  const { state } = run.ledger;
  // Keys that a suspension has made Inactive will be Active when it counts.
  const suspended = standing(state)?.keys ?? [];
  for (const key of observed.credentials.keys) key.active ||= suspended.includes(key.id);
  const plan = makePlan({ ...run, state, mayBe }, observed);
  const conflicts = [...plan.conflicts, ...(registration?.conflicts ?? [])];
  if (conflicts.length > 0) throw new PreconditionError(conflicts);
  for (const warning of plan.warnings) warn(warning);
  return plan;
}
