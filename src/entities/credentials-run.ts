import type { Aws } from '../aws.ts';
import { codeOf } from '../aws.ts';
import type { DesiredSecret, DesiredUser } from '../bundle.ts';
import { log } from '../log.ts';
import type { CredentialsPlan, LiveCredentials } from './credentials-plan.ts';

/** The run of a plan: what it works with. */
export interface Run {
  aws: Aws;
  user: DesiredUser;
  desired: DesiredSecret;
  live: LiveCredentials;
  plan: CredentialsPlan;
  currentId: string | undefined;
  /** The version that gives up the keys of a run that seemed dead; it carries AWSPENDING. */
  closingId: string | undefined;
  /** The version that carries AWSPENDING, once one was stored. */
  pendingId: string | undefined;
  /** The console password may be another than the current version's. */
  passwordTouched: boolean;
}

/** Runs a compensation; what it throws is logged, since the failure that asked for it is the one to tell. */
export async function tryTo<T>(compensate: () => Promise<T>): Promise<T | undefined> {
  try {
    return await compensate();
  } catch (error) {
    log({ level: 'warning', compensation: codeOf(error) });
    return undefined;
  }
}
