import { type Aws, together } from '../aws/clients.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { BUNDLE_TAG, type Tags } from '../bundle/tags.ts';
import { instanceProfile } from '../iam/instance-profile.ts';
import { managedPolicy } from '../iam/managed-policy.ts';
import { role } from '../iam/role.ts';
import { user } from '../iam/user.ts';
import type { Entity } from '../resource/resource.ts';
import { claimSecret } from '../secret/ensure.ts';
import { observeSecret } from '../secret/secret.ts';

/**
 * Gives the entities of a bundle that a failed replacement had taken over their old id again.
 *
 * @param bundle the bundle before the replacement
 * @param from the id of the replacement
 * @param to the id that CloudFormation knows
 */
export async function handBack(aws: Aws, bundle: Bundle, from: string, to: string): Promise<void> {
  const owner: Tags = { [BUNDLE_TAG]: to };
  const boundary = { desired: '', before: '' };
  const give = async <Live extends { tags: Tags }>(entity: Entity<Live>) => {
    const live = await entity.observe();
    if (live?.tags[BUNDLE_TAG] === from) await entity.tag(owner);
  };
  const giveSecret = async () => {
    const live = await observeSecret(aws, bundle.secret.name, () => false);
    if (live?.tags[BUNDLE_TAG] === from) await claimSecret(aws, to, bundle.secret, live, owner, {});
  };
  await together([
    give(managedPolicy(aws, bundle.instancePolicy, {})),
    give(managedPolicy(aws, bundle.userPolicy, {})),
    give(role(aws, bundle.instanceRole, {}, boundary)),
    give(role(aws, bundle.consoleRole, {}, boundary)),
    give(instanceProfile(aws, bundle.instanceProfile.name, bundle.instanceRole.name, {})),
    give(user(aws, bundle.user, {}, boundary)),
    giveSecret(),
  ]);
}
