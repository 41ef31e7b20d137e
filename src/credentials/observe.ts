import type { Aws } from '../aws/clients.ts';
import { poll } from '../aws/patience.ts';
import { STALE } from '../aws/times.ts';
import { type AccessKey, listAccessKeys } from '../iam/access-key.ts';
import { hasLoginProfile } from '../iam/login-profile.ts';
import { madeFor } from '../ledger/keys.ts';
import type { Keys, MadeKey, StoredVersion } from '../ledger/state.ts';
import { describeSecret } from '../secret/secret.ts';
import { CURRENT, readVersion, type SecretVersion } from '../secret/versions.ts';

/** What is there of a user's credentials, by the ledger and by what AWS says. */
export interface ObservedCredentials {
  /** All keys of the user, ours and others', as IAM lists them. */
  keys: AccessKey[];
  /** Those that the ledger says are ours and that are there. */
  made: MadeKey[];
  /** Ids of keys of ours that are there no more: somebody has deleted them. */
  lost: string[];
  hasPassword: boolean;
  /** Versions of the desired secret that have a label, and of any secret that hold a key of ours. */
  versions: SecretVersion[];
  /** Which version is in force, by the ledger. */
  current: StoredVersion | undefined;
  /** Whether AWSCURRENT may be elsewhere all the same. */
  isMoving: boolean;
  /** Which version's password is in force, by the ledger; undefined: none, or it is not certain. */
  password: StoredVersion | undefined;
  /** Whether the bundle has given this user a password, as far as the ledger knows. */
  knowsPassword: boolean;
  /** Ids of keys that Redis has, and in place of which it cannot be given another one: they stay. */
  held: string[];
}

/** The name of the secret, and the labels of its versions if it is there and ours. */
export interface SecretStages {
  name: string;
  stages: Record<string, string[]> | undefined;
}

/**
 * Reads a user's credentials. What contradicts the ledger is read again: a list that lacks a key of ours, a login profile
 * that is there or not, a label of AWSCURRENT. What has not changed after that, a person has done.
 */
export async function observeCredentials(
  aws: Aws,
  keys: Keys,
  userName: string,
  secret: Promise<SecretStages>,
  held: string[] = [],
): Promise<ObservedCredentials> {
  const ours = madeFor(keys, userName);
  const [listed, hasPassword, versions] = await Promise.all([
    listKeys(aws, userName, ours),
    findLogin(aws, userName, keys),
    secret.then((described) => readVersions(aws, described, keys)),
  ]);
  const isThere = ({ id }: { id: string }) => listed.some((key) => key.id === id);
  return {
    keys: listed.filter(({ id }) => !keys.gone.includes(id)),
    made: ours.filter(isThere),
    lost: ours.filter((key) => !isThere(key)).map(({ id }) => id),
    hasPassword,
    versions,
    current: keys.current,
    isMoving: keys.isMoving === true,
    password: keys.password?.user === userName ? keys.password.stored : undefined,
    knowsPassword: keys.password?.user === userName,
    held,
  };
}

/** All keys of a user; a list that lacks one of ours is read again. */
export function listKeys(aws: Aws, userName: string, ours: MadeKey[]): Promise<AccessKey[]> {
  const hasAll = (listed: AccessKey[]) => ours.every(({ id }) => listed.some((key) => key.id === id));
  return poll(() => listAccessKeys(aws, userName), hasAll, STALE, aws.signal);
}

function findLogin(aws: Aws, userName: string, { password }: Keys): Promise<boolean> {
  const agrees = (has: boolean) => !(password?.stored && password.user === userName) || has;
  return poll(() => hasLoginProfile(aws, userName), agrees, STALE, aws.signal);
}

/** The versions of the secret that have a label, if it is there and ours, and those of any that hold a key of ours. */
export async function readVersions(
  aws: Aws,
  { name, stages }: SecretStages,
  { current, made }: Keys,
): Promise<SecretVersion[]> {
  const labelled = stages ? await settleStages(aws, name, stages, current) : {};
  const elsewhere = current?.secret === name ? undefined : current;
  const stored = [elsewhere, ...made.map((key) => key.stored)]
    .filter((version) => version !== undefined)
    .filter(({ secret }) => secret !== name || stages);
  const known = Object.keys(labelled).map((version): StoredVersion => ({ secret: name, version }));
  const unique = new Map([...known, ...stored].map((each) => [`${each.secret} ${each.version}`, each]));
  const versions = await Promise.all(
    [...unique.values()].map(({ secret, version }) =>
      readVersion(aws, secret, version, (secret === name && labelled[version]) || [], {
        surely: stored.some((each) => each.secret === secret && each.version === version),
      }),
    ),
  );
  return versions.filter((version) => version !== undefined);
}

/** The labels, with AWSCURRENT where the ledger says that it is, unless somebody has moved it. */
async function settleStages(
  aws: Aws,
  name: string,
  stages: Record<string, string[]>,
  current: StoredVersion | undefined,
): Promise<Record<string, string[]>> {
  const agrees = (seen: Record<string, string[]>) =>
    current?.secret !== name || seen[current.version]?.includes(CURRENT) === true;
  if (agrees(stages)) return stages;
  const describe = async () => (await describeSecret(aws, name))?.stages ?? {};
  return poll(describe, agrees, STALE, aws.signal);
}
