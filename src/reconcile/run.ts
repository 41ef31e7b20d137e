import type { Aws } from '../aws/clients.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Identity } from '../bundle/bundle-id.ts';
import type { Tags } from '../bundle/tags.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RawProperties } from '../ledger/state.ts';

/** A request to bring a bundle to what it should be, while the lease is held. */
export interface Reconciling {
  aws: Aws;
  ledger: Ledger;
  identity: Identity;
  bundle: Bundle;
  /** The properties that it follows from, as CloudFormation has sent them. */
  properties: RawProperties;
  /** The physical id that CloudFormation knows; for a Create the one that it will get. */
  knownId: string;
  /** The state that an Update leaves, by CloudFormation's word. */
  before: Bundle | undefined;
  /** Of the user, in that state. */
  tagsBefore: Tags;
  /** ARN of this function, which Secrets Manager calls to rotate. */
  functionArn: string;
}

/** What there is once the bundle is as it should be. */
export interface Reconciled {
  secretArn: string;
  accessKeyId: string;
  /** ISO 8601; empty if it is not known. */
  accessKeyCreated: string;
  /** At Redis; empty if the bundle is not registered. */
  cloudAccountId: string;
  /** Number of actions that others take from Redis; empty if it was not looked for. */
  preflightFindings: string;
  warnings: string[];
}
