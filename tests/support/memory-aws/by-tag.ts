import { type Call, targetOf } from './calls.ts';
import { denial } from './faults.ts';
import { seenBy } from './stale-reads.ts';
import type { World } from './world.ts';

/** By which the function's role may touch what is there. */
export const STACK_TAG = 'rv-access:stack';

/** Reads that the function's role has by the tag on what is read. */
const READ_BY_TAG = /^(Get(SecretValue|ResourcePolicy)|SimulatePrincipalPolicy)$/;

/** Writes that it has by a name or by another kind of resource: making, tagging, and taking out of a group or profile. */
const NOT_BY_TAG =
  /^(Create(InstanceProfile|Policy|Role|User|Secret)|Tag.*|DeleteVirtualMFADevice|Remove(RoleFrom|UserFrom).*|GetRandomPassword)$/;

/**
 * What the function's role may do only to what carries the stack's tag is denied about what is not there: IAM judges before
 * anybody looks, and what is not there carries no tag. IAM hears of what is there, and of its tag, as late as reads do.
 * That nothing else is touched than what carries the tag is looked at after each run, and not here.
 *
 * @throws the denial
 */
export function denyByTag(world: World, { service, action, input, mutating, ...call }: Call): void {
  if (world.mayAll || (service !== 'iam' && service !== 'secretsmanager')) return;
  if (!(mutating ? !NOT_BY_TAG.test(action) : READ_BY_TAG.test(action))) return;
  const target = targetOf(seenBy(world), service, input);
  const isTagged = STACK_TAG in (targetOf(world, service, input)?.tags ?? {});
  if (target && (!target.tags || (isTagged && !(STACK_TAG in target.tags))))
    throw denial({ ...call, service, action, input, mutating, target }, world.accountId, false);
}
