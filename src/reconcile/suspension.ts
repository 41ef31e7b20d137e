import type { Aws } from '../aws/clients.ts';
import { together } from '../aws/patience.ts';
import { type Bundle, bundleOf } from '../bundle/bundle.ts';
import { listKeys } from '../credentials/observe.ts';
import { PreconditionError } from '../errors.ts';
import { setKeyStatus } from '../iam/access-key.ts';
import { attachDenyAll, detachDenyAll } from '../iam/deny-all.ts';
import { removePassword } from '../iam/login-profile.ts';
import { beginChange, standing } from '../ledger/in-force.ts';
import { madeFor } from '../ledger/keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { ownerKey, take } from '../ledger/owners.ts';
import { describeSecret } from '../secret/secret.ts';
import { deleteNames } from './delete.ts';
import { unknownNames } from './plan.ts';
import { resourcesOf } from './resources.ts';
import { foundIn, type Reconciled, type Reconciling } from './run.ts';

/**
 * Locks Redis out at once, and does nothing else: every access key of the user Inactive, the console password gone, and
 * AWS's own policy that denies everything on the user and the console role. The instance role is left alone, so the nodes
 * keep their databases. Done again it changes nothing.
 *
 * @throws PreconditionError if there is more to the request than that; nothing was changed then
 */
export async function suspend(run: Reconciling): Promise<Reconciled> {
  const { aws, ledger, bundle, properties } = run;
  refuseMore(run);
  const { user, stack } = bundle;
  const listed = await listKeys(aws, user.name, madeFor(ledger.state.keys, user.name));
  // Its end makes Active again what is so now, and what was so before the suspension that stands or has just ended.
  const before = ledger.state.suspension?.keys ?? [];
  const keys = listed.filter(({ id, active }) => active || before.includes(id)).map(({ id }) => id);
  // The console role that is there, whether or not the request would have one: it takes none away, nor makes one.
  const { ConsoleRoleName: name } = bundle.properties;
  const role = ownerKey({ kind: 'role', name }) in ledger.state.owners ? name : undefined;
  const suspension = { user: user.name, role, keys };
  const unknown = unknownNames(ledger.state, run);
  await ledger.write((state) => {
    beginChange(state, properties);
    take(
      state,
      bundle.id,
      resourcesOf(aws, bundle).map(({ key }) => ({ key, since: 'making' })),
    );
    if (state.registration) state.registration = { ...state.registration, generation: bundle.id };
    state.suspension = suspension;
    if (state.keys.password?.user === user.name)
      state.keys.password = { ...state.keys.password, stored: undefined };
  });
  await together([
    // A read may be stale, so that a key which seems to be Inactive is made so all the same.
    ...listed.map(({ id }) => setKeyStatus(aws, user.name, id, 'Inactive')),
    removePassword(aws, user.name),
    attachDenyAll(aws, stack.partition, suspension),
  ]);
  await deleteNames(aws, ledger, unknown, bundle);
  const arn = (await describeSecret(aws, bundle.secret.name))?.arn ?? '';
  return {
    found: foundIn(ledger.state, bundle, arn),
    warnings: ['Access is suspended: Redis is locked out until Access is Active again.'],
  };
}

/** A suspension is for the moment when every second counts: names and serials stay as they are or were. */
function refuseMore({ ledger, bundle }: Reconciling): void {
  const { inForce, before } = ledger.state;
  const isSame = (other: Bundle) =>
    other.id === bundle.id &&
    other.secret.accessKeySerial === bundle.secret.accessKeySerial &&
    other.secret.passwordSerial === bundle.secret.passwordSerial;
  const known = [inForce, before].flatMap((state) => (state ? [bundleOf(bundle, state.properties)] : []));
  if (known.some(isSame)) return;
  throw new PreconditionError([
    known.length === 0
      ? 'Access Suspended locks out what is there, and there is nothing yet. Nothing was changed. Set Access to Active.'
      : 'Access Suspended changes nothing else: names, AccessKeySerial and PasswordSerial must stay as they are. ' +
        'Nothing was changed. Suspend access alone first.',
  ]);
}

/** Undoes exactly what the suspension has done; the console password follows with the credentials. */
export async function resume(aws: Aws, ledger: Ledger, { stack }: Bundle): Promise<void> {
  const suspension = standing(ledger.state);
  if (!suspension) return;
  const { user, keys } = suspension;
  await together([
    detachDenyAll(aws, stack.partition, suspension),
    ...keys.map((id) => setKeyStatus(aws, user, id, 'Active')),
  ]);
  ledger.note((state) => {
    state.suspension = { ...suspension, ended: true };
  });
}
