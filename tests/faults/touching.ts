import type { Call } from '../support/memory-aws/calls.ts';
import { LOGICAL_ID, STACK_ID } from '../support/memory-aws/events.ts';
import type { Invocation } from '../support/memory-aws/invoke.ts';
import { BUNDLE_TAG, idPrefix, isOurs, STACK_TAG } from './ours.ts';

/** What makes an entity, and so must carry the tags of its owner itself. */
const CREATES = ['CreateUser', 'CreateRole', 'CreatePolicy', 'CreateInstanceProfile', 'CreateSecret'];
const TAGGING = ['TagUser', 'TagRole', 'TagPolicy', 'TagInstanceProfile', 'TagResource'];

function tagsOfInput({ input }: Call): Record<string, string> {
  const tags = (input.Tags ?? []) as { Key: string; Value: string }[];
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** An adoption that failed is taken back, perhaps a second time because the first answer was lost. */
const takesOurTagsOff = ({ action, input }: Call): boolean =>
  action.startsWith('Untag') &&
  [input.TagKeys].flat().every((key) => /^(rv-access:|UsedBy$)/.test(String(key)));

/** Calls that try to change what does not belong to the bundle, or make something without saying whose it is. */
export function foreignTouches({ event, calls }: Invocation): string[] {
  // A step of a rotation does not tell of which stack.
  const { StackId = STACK_ID, LogicalResourceId = LOGICAL_ID } = event;
  const prefix = idPrefix(StackId, LogicalResourceId);
  const adopts = event.ResourceProperties?.ExistingEntities === 'Adopt';
  return calls
    .filter(isWrong)
    .map(({ action, target }) => `${action} on the ${target?.kind} ${target?.name}`);

  function isWrong(call: Call): boolean {
    const { action, target, mutating } = call;
    if (!mutating || !target) return false;
    if (CREATES.includes(action)) {
      const tags = tagsOfInput(call);
      return !isOurs(tags, prefix) || tags[STACK_TAG] !== StackId;
    }
    if (!target.tags) return false;
    if (isOurs(target.tags, prefix)) return false;
    // Our role is taken out of somebody else's profile.
    if (action === 'RemoveRoleFromInstanceProfile') return false;
    if (adopts && (TAGGING.includes(action) || takesOurTagsOff(call))) return false;
    // A secret that a bundle left behind scheduled for deletion, whatever bundle that was.
    return !(['RestoreSecret', 'TagResource'].includes(action) && target.tags[BUNDLE_TAG] !== undefined);
  }
}
