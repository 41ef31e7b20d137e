import { createHash, randomUUID } from 'node:crypto';
import { beginIntent, forgetKeys } from '../ledger/keys.ts';
import type { LedgerState } from '../ledger/state.ts';
import type { ObservedCredentials } from './observe.ts';
import type { CredentialsPlan } from './plan.ts';
import type { CredentialsRun } from './run.ts';

/** A version id, which is also the request token of the call that stores it. */
export const newToken = () => createHash('sha256').update(randomUUID()).digest('hex');

/**
 * Notes what is about to happen to credentials, before it does: which keys are there before one is made, and that the
 * password which is in force is not certain from now on.
 */
export function intendCredentials(
  state: LedgerState,
  { user, secret }: Pick<CredentialsRun, 'user' | 'secret'>,
  observed: ObservedCredentials,
  plan: CredentialsPlan,
): void {
  forgetKeys(state, observed.lost);
  state.keys.isMoving = true;
  if (plan.setPassword || (plan.removePassword && observed.knowsPassword)) {
    const hadOne = observed.knowsPassword ? state.keys.password?.hadOne : observed.hasPassword;
    state.keys.password = { user: user.name, ...(hadOne && { hadOne }) };
    if (plan.setPassword && !plan.passwordFrom)
      state.keys.passwordsMade = (state.keys.passwordsMade ?? 0) + 1;
  }
  if (plan.keyFrom) return;
  beginIntent(state, {
    user: user.name,
    serial: secret.accessKeySerial,
    baseline: observed.keys.map(({ id }) => id).filter((id) => !plan.retire.includes(id)),
    token: { secret: secret.name, version: newToken() },
  });
}
