import type { Identity } from './iam-state.ts';
import { iamArn, uniqueId } from './identifiers.ts';
import type { World } from './world.ts';

/** How the unique ids of a kind begin; the kinds as they stand in ARNs. */
const PREFIXES = { user: 'AIDA', role: 'AROA', policy: 'ANPA', 'instance-profile': 'AIPA' };

/** What IAM gives a new entity, whatever its kind. */
export function newIdentity(world: World, kind: keyof typeof PREFIXES, name: string, path = '/'): Identity {
  return {
    name,
    path,
    arn: iamArn(world, kind, path, name),
    id: uniqueId(world, PREFIXES[kind]),
    createdAt: Date.now(),
    tags: {},
  };
}
