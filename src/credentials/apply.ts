import type { Aws } from '../aws/clients.ts';
import type { DesiredSecret, DesiredUser } from '../bundle/bundle.ts';
import { deleteAccessKey } from '../iam/access-key.ts';
import { removePassword } from '../iam/login-profile.ts';
import {
  CURRENT,
  PENDING,
  PREVIOUS,
  type SecretContent,
  type SecretVersion,
  staged,
} from '../secret/secret.ts';
import { moveStage, putVersion, versionToken } from '../secret/versions.ts';
import { closeMint, mintAndStore } from './create.ts';
import { type CredentialsPlan, contentOf, isConverged, type LiveCredentials } from './plan.ts';
import type { Run } from './run.ts';
import { prove } from './test.ts';

/**
 * Brings the credentials to what is wanted, in an order in which a crash after any call loses nothing: what is made is
 * stored before it is used, proven before it is promoted, and what it replaces lives on.
 *
 * @param freshPassword a password made beforehand, if the plan needs one
 * @returns the content of the current version
 */
export async function convergeCredentials(
  aws: Aws,
  user: DesiredUser,
  desired: DesiredSecret,
  live: LiveCredentials,
  plan: CredentialsPlan,
  freshPassword: Promise<string> | undefined,
): Promise<SecretContent> {
  const run: Run = {
    aws,
    user,
    desired,
    live,
    plan,
    currentId: staged(live.versions, CURRENT)?.id,
    closingId: undefined,
    pendingId: undefined,
    passwordTouched: false,
  };
  if (isConverged(plan)) return plan.target?.content ?? {};
  if (live.strays.length > 0) run.closingId = await closeMint(run);
  for (const id of plan.retire) await deleteAccessKey(aws, user.name, id);
  if (plan.removePassword) await removePassword(aws, user.name);

  const password = plan.passwordFrom?.content ?? (freshPassword && { consolePassword: await freshPassword });
  const version = await (plan.keyFrom
    ? storeKnownKey(run, plan.keyFrom, password)
    : mintAndStore(run, password));
  const promoted = await prove(run, version);
  await tidyLabels(run, promoted);
  return promoted.content;
}

/** Stores a key that is in some version already, with whatever else has changed. */
async function storeKnownKey(
  run: Run,
  from: SecretVersion,
  password: SecretContent | undefined,
): Promise<SecretVersion> {
  const { aws, desired, user, plan } = run;
  if (plan.target) return plan.target;
  const content = contentOf(desired, user, from.content, password, plan.previousKeyId);
  return putVersion(aws, desired.name, versionToken(content, run.currentId), content);
}

/** Takes AWSPENDING from a version that was not stored just now, and puts AWSPREVIOUS on the one that holds the other key. */
async function tidyLabels(
  { aws, desired, live, plan, currentId, closingId }: Run,
  promoted: SecretVersion,
): Promise<void> {
  const { previousVersion } = plan;
  const pendingId = closingId ?? staged(live.versions, PENDING)?.id;
  if (pendingId && !promoted.stages.includes(PENDING))
    await moveStage(aws, desired.name, PENDING, pendingId, undefined);
  if (previousVersion) {
    const from = promoted.id === currentId ? staged(live.versions, PREVIOUS)?.id : currentId;
    await moveStage(aws, desired.name, PREVIOUS, from, previousVersion.id);
  }
}
