import type { Aws } from '../aws/clients.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { currentKey } from '../ledger/keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerState, RawProperties } from '../ledger/state.ts';

/** A request to bring a bundle to what it should be, while the lease is held. */
export interface Reconciling {
  aws: Aws;
  ledger: Ledger;
  bundle: Bundle;
  /** The properties that it follows from, as CloudFormation has sent them. */
  properties: RawProperties;
  /** The physical id that CloudFormation knows; for a Create the one that it will get. */
  knownId: string;
  /** The state that an Update leaves, by CloudFormation's word. */
  before: Bundle | undefined;
  /** ARN of this function, which Secrets Manager calls to rotate. */
  functionArn: string;
}

/** What there is once the bundle is as it should be. */
export interface Reconciled {
  /** The attributes for `Fn::GetAtt` that only carrying a request out tells; empty: there is none, or it is not known. */
  found: Record<
    'SecretArn' | 'AccessKeyId' | 'AccessKeyCreated' | 'CloudAccountId' | 'PreflightFindings',
    string
  >;
  warnings: string[];
}

/** What the ledger tells of it. */
export function foundIn(
  { keys, registration }: LedgerState,
  { properties }: Bundle,
  SecretArn: string,
  AccessKeyId = currentKey(keys)?.id ?? '',
): Reconciled['found'] {
  const cloudAccountId = properties.RedisCloudApiSecretArn && registration?.known.cloudAccountId;
  return {
    SecretArn,
    AccessKeyId,
    AccessKeyCreated: keys.made.find(({ id }) => id === AccessKeyId)?.madeAt ?? '',
    CloudAccountId: String(cloudAccountId ?? ''),
    PreflightFindings: '',
  };
}
