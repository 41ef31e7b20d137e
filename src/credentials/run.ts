import type { Aws } from '../aws/clients.ts';
import type { DesiredSecret, DesiredUser } from '../bundle/bundle.ts';
import type { CredentialsPlan, LiveCredentials } from './plan.ts';

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
