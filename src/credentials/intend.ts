import { randomUUID } from 'node:crypto';
import type { Intent, LedgerState } from '../ledger/state.ts';
import type { ObservedCredentials } from './observe.ts';
import type { CredentialsPlan } from './plan.ts';
import type { CredentialsRun } from './run.ts';

/** Notes what is about to happen: where AWSCURRENT is, and which password is in force, is not certain from now on. */
export function intendCredentials(
  state: LedgerState,
  { user }: Pick<CredentialsRun, 'user'>,
  observed: ObservedCredentials,
  plan: CredentialsPlan,
): void {
  state.keys.isMoving = true;
  if (!plan.setPassword && !(plan.removePassword && observed.knowsPassword)) return;
  const hadOne = observed.knowsPassword ? state.keys.password?.hadOne : observed.hasPassword;
  state.keys.password = { user: user.name, ...(hadOne && { hadOne }) };
  if (plan.setPassword && !plan.passwordFrom) state.keys.passwordsMade = (state.keys.passwordsMade ?? 0) + 1;
}

/** What the ledger has to know before a key is made: which ones are there, and where it will be stored. */
export const intentOf = (
  { user, secret }: Pick<CredentialsRun, 'user' | 'secret'>,
  { keys }: ObservedCredentials,
  { retire }: Pick<CredentialsPlan, 'retire'>,
): Intent => ({
  user: user.name,
  serial: secret.accessKeySerial,
  baseline: keys.map(({ id }) => id).filter((id) => !retire.includes(id)),
  token: { secret: secret.name, version: randomUUID() },
});
