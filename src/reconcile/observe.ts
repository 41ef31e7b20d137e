import type { Aws } from '../aws/clients.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { BUNDLE_TAG, type Tags } from '../bundle/tags.ts';
import { observeCredentials } from '../credentials/observe.ts';
import type { LiveCredentials } from '../credentials/plan.ts';
import { instanceProfile } from '../iam/instance-profile.ts';
import { managedPolicy } from '../iam/managed-policy.ts';
import { role } from '../iam/role.ts';
import { type LiveUser, user } from '../iam/user.ts';
import { type Assessment, assess, type Claim, owns } from '../resource/resource.ts';
import { type LiveSecret, observeSecret } from '../secret/secret.ts';

/** All of a bundle as it was read, before anything is touched. */
export interface Observation {
  /** Of the six entities those that shall be there. */
  wanted: Assessment<{ tags: Tags }>[];
  user: Assessment<LiveUser>;
  /** Whether there is a console role of this bundle that shall not be there. */
  dropsConsoleRole: boolean;
  /** Who owns what is there of the six entities. */
  owners: string[];
  /** The secret of the wanted name. */
  secret: LiveSecret | undefined;
  /** The secret that held the credentials until now, if its name changes. */
  inherited: LiveSecret | undefined;
  credentials: LiveCredentials;
  readCredentialsAgain: () => Promise<LiveCredentials>;
}

/**
 * Reads everything at once. Values of a secret that is not ours are not read.
 *
 * @param boundaryBefore the boundary that the state before had set; empty: none
 * @param secretBefore the name of the secret in the state before, if there was one
 */
export async function observe(
  aws: Aws,
  bundle: Bundle,
  claim: Claim,
  boundaryBefore = '',
  secretBefore = bundle.secret.name,
): Promise<Observation> {
  const { id, tags } = bundle;
  const boundary = { desired: bundle.boundaryArn, before: boundaryBefore };
  const readSecret = (name: string) => observeSecret(aws, name, (live) => owns(claim, live));
  const secretRead = readSecret(bundle.secret.name);
  const inheritedRead =
    secretBefore === bundle.secret.name ? Promise.resolve(undefined) : readSecret(secretBefore);
  const readCredentials = (read: Promise<LiveSecret | undefined>) =>
    observeCredentials(aws, bundle.user.name, read, inheritedRead);
  const [bundleUser, consoleRole, others, secret, inherited, credentials] = await Promise.all([
    assess(aws, user(aws, bundle.user, tags, boundary), claim),
    assess(aws, role(aws, bundle.consoleRole, tags, boundary), claim),
    Promise.all([
      assess(aws, managedPolicy(aws, bundle.instancePolicy, tags), claim),
      assess(aws, managedPolicy(aws, bundle.userPolicy, tags), claim),
      assess(aws, role(aws, bundle.instanceRole, tags, boundary), claim),
      assess(aws, instanceProfile(aws, bundle.instanceProfile.name, bundle.instanceRole.name, tags), claim),
    ]),
    secretRead,
    inheritedRead,
    readCredentials(secretRead),
  ]);
  const entities = [...others, bundleUser, consoleRole];
  const { wanted } = bundle.consoleRole;
  return {
    wanted: wanted ? entities : [...others, bundleUser],
    user: bundleUser,
    dropsConsoleRole: !wanted && consoleRole.live?.tags[BUNDLE_TAG] === id,
    owners: entities.flatMap(({ live }) => live?.tags[BUNDLE_TAG] ?? []),
    secret,
    inherited,
    credentials,
    readCredentialsAgain: () => readCredentials(readSecret(bundle.secret.name)),
  };
}
