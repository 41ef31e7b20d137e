import type { Aws } from '../aws/clients.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Tags } from '../bundle/tags.ts';
import { type ObservedCredentials, observeCredentials, type SecretStages } from '../credentials/observe.ts';
import type { LedgerState, Owner } from '../ledger/state.ts';
import { keysAtRedis } from '../redis-cloud/registration.ts';
import { type LookedUp, lookUp } from '../resource/ownership.ts';
import type { Resource } from '../resource/resource.ts';
import type { ObservedSecret } from '../secret/secret.ts';
import { resourcesOf } from './resources.ts';

/** A resource as it should be and as it is. */
export interface ObservedResource extends LookedUp<{ tags: Tags }> {
  /** The ledger's word for it. */
  key: string;
  resource: Resource;
  owner: Owner | undefined;
}

/** All of a bundle as it was read, before anything is touched. */
export interface Observed {
  resources: ObservedResource[];
  credentials: ObservedCredentials;
}

/** Whether the ledger has never known anything of this bundle, or has lost it: tags are all there is to go by. */
export function knowsNothing({ owners, history }: LedgerState): boolean {
  return Object.keys(owners).length === 0 && !history.some(({ outcome }) => outcome);
}

/** Reads everything at once. Values of a secret that is not ours are not read. */
export async function observe(aws: Aws, bundle: Bundle, state: LedgerState): Promise<Observed> {
  const desired = resourcesOf(aws, bundle);
  const lookUps = desired.map(async ({ key, resource }): Promise<ObservedResource> => {
    const owner = state.owners[key];
    const found = await lookUp(aws, resource, owner, bundle.tag, knowsNothing(state));
    return { ...found, key, resource, owner };
  });
  const ofSecret = lookUps[desired.findIndex(({ resource }) => resource.kind === 'secret')];
  const secret = Promise.resolve(ofSecret).then((found) => stagesOf(bundle, found));
  const [resources, credentials] = await Promise.all([
    Promise.all(lookUps),
    observeCredentials(aws, state.keys, bundle.user.name, secret, heldByRedis(bundle, state)),
  ]);
  return { resources, credentials };
}

/** The keys that Redis has where its API cannot be asked to take another one. What was released is nobody's care. */
function heldByRedis({ properties }: Bundle, { registration }: LedgerState): string[] {
  if (properties.RedisCloudApiSecretArn || registration?.known.released) return [];
  return keysAtRedis(registration?.known);
}

function stagesOf({ secret }: Bundle, found: ObservedResource | undefined): SecretStages {
  const observed = found?.observed as ObservedSecret | undefined;
  const isReadable = found?.standing === 'owned' && !observed?.deletedDate;
  return { name: secret.name, stages: isReadable ? observed?.stages : undefined };
}
