import type { Aws } from '../aws/clients.ts';
import type { DesiredSecret, DesiredUser } from '../bundle/bundle.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { StoredVersion } from '../ledger/state.ts';
import type { SecretContent, SecretVersion } from '../secret/versions.ts';

/** What every step of a change of credentials works with. */
export interface CredentialsRun {
  aws: Aws;
  ledger: Ledger;
  user: DesiredUser;
  secret: DesiredSecret;
}

/** Hands credentials over to who works with them, before they become current. Throws if they are refused. */
export type HandOver = (content: SecretContent) => Promise<void>;

export const storedAs = ({ secret, id }: SecretVersion): StoredVersion => ({ secret, version: id });
