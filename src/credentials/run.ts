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

/** A change of credentials that somebody may work with. */
export interface CredentialsChange extends CredentialsRun {
  /** Is given them before they become current, and before a key that it has is deleted. */
  consumer: Consumer;
}

/** Who works with the credentials and has to be given them: Redis Cloud, if the bundle is registered there. */
export interface Consumer {
  /** Ids of the access keys that it has or may have: none of them may be deleted. */
  keys(): string[];
  /** Hands credentials over, before they become current. Throws if they are refused. */
  handOver(content: SecretContent): Promise<void>;
}

export const storedAs = ({ secret, id }: SecretVersion): StoredVersion => ({ secret, version: id });

/** The version that the ledger tells of, if it could be read. */
export const versionAt = (versions: SecretVersion[], stored: StoredVersion | undefined) =>
  versions.find(({ secret, id }) => secret === stored?.secret && id === stored.version);
