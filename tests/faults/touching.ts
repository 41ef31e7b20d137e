import type { Call } from '../support/memory-aws/calls.ts';
import type { Invocation } from '../support/memory-aws/invoke.ts';
import { BUNDLE_TAG, idPrefix, isBeingAdopted, isOurs, STACK_TAG } from './ours.ts';

/** What makes an entity, and so must carry the tags of its owner itself. */
const CREATES = ['CreateUser', 'CreateRole', 'CreatePolicy', 'CreateInstanceProfile', 'CreateSecret'];
const TAGGING = ['TagUser', 'TagRole', 'TagPolicy', 'TagInstanceProfile', 'TagResource'];

/** What an adoption that failed has made on a stranger's user. */
const KILLS = ['UpdateAccessKey', 'DeleteAccessKey', 'DeleteLoginProfile'];

function tagsOfInput({ input }: Call): Record<string, string> {
  const tags = (input.Tags ?? []) as { Key: string; Value: string }[];
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** Calls that try to change what does not belong to the bundle, or make something without saying whose it is. */
export function foreignTouches({ event, calls }: Invocation): string[] {
  const prefix = idPrefix(event.StackId, event.LogicalResourceId);
  const adopts = event.ResourceProperties?.ExistingEntities === 'Adopt';
  const deletesOf =
    event.RequestType === 'Delete' && event.PhysicalResourceId?.startsWith(prefix)
      ? event.PhysicalResourceId
      : undefined;
  return calls
    .filter(isWrong)
    .map(({ action, target }) => `${action} on the ${target?.kind} ${target?.name}`);

  function isWrong(call: Call): boolean {
    const { action, target, mutating } = call;
    if (!mutating || !target) return false;
    if (CREATES.includes(action)) {
      const tags = tagsOfInput(call);
      return !isOurs(tags, prefix) || tags[STACK_TAG] !== event.StackId;
    }
    if (!target.tags) return false;
    if (isOurs(target.tags, prefix, deletesOf)) return false;
    // A policy that goes is detached from what the bundle has handed over to its successor.
    if (isOurs(target.tags, prefix) && /^Detach/.test(action)) return false;
    // Our role is taken out of somebody else's profile.
    if (action === 'RemoveRoleFromInstanceProfile') return false;
    if (adopts && TAGGING.includes(action)) return false;
    // What an adoption under way has changed is set right or, when it fails, taken back as far as that can be.
    if (isBeingAdopted(target.tags, prefix))
      return event.RequestType === 'Delete' && !KILLS.includes(action) && !/^Detach/.test(action);
    // A secret that a bundle left behind scheduled for deletion, whatever bundle that was.
    return !(['RestoreSecret', 'TagResource'].includes(action) && target.tags[BUNDLE_TAG] !== undefined);
  }
}
