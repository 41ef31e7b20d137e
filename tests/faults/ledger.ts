import type { World } from '../support/memory-aws/world.ts';

/** The parts of the ledger's state that tests look at. */
type State = { owners?: Record<string, { id: string; since: string }>; keys?: object };

/** What the ledger says of all resources whose keys begin so, one after the other. */
function states(world: Pick<World, 'ledger'>, prefix: string): State[] {
  return Object.values(world.ledger)
    .flatMap((items) => Object.entries(items))
    .filter(([key]) => key.startsWith(prefix))
    .map(([, item]) => JSON.parse(item.state?.S ?? '{}'));
}

/** The names that the ledger gives to a physical id, as `user redislabs-user`. */
export const namesOwnedBy = (world: Pick<World, 'ledger'>, id: string): string[] =>
  states(world, 'rv-access/')
    .flatMap(({ owners }) => Object.entries(owners ?? {}))
    .filter(([, owner]) => owner.id === id)
    .map(([name]) => name);

/** Ids of access keys that the ledger knows as the bundle's. */
export function keysInLedger(world: Partial<Pick<World, 'ledger'>>): string[] {
  const { ledger } = world;
  if (!ledger) return [];
  const text = JSON.stringify(states({ ledger }, 'rv-access/').map(({ keys }) => keys));
  return text.match(/AKIA[A-Z0-9]{16}/g) ?? [];
}
