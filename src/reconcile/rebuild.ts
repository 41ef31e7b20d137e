import type { Aws } from '../aws/clients.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { MadeKey, Owner } from '../ledger/state.ts';
import { warn } from '../log.ts';
import { CURRENT, PREVIOUS } from '../secret/versions.ts';
import { observe } from './observe.ts';

/**
 * Writes a ledger that was lost anew, from the tags and from the labelled versions of the secret: which names are ours,
 * and which keys.
 *
 * @param bundles the states that may be in force, the desired one first; what they share belongs to the known generation
 * @param knownId the physical id that CloudFormation knows
 */
export async function rebuild(aws: Aws, ledger: Ledger, bundles: Bundle[], knownId: string): Promise<void> {
  const owners: Record<string, Owner> = {};
  const made = new Map<string, MadeKey>();
  for (const bundle of bundles) {
    const { resources, credentials } = await observe(aws, bundle, ledger.state);
    for (const { key, standing } of resources)
      if (standing === 'owned') owners[key] = { id: knownId, since: 'owned' };
    for (const version of credentials.versions) {
      const { accessKeyId = '', accessKeySerial = 1 } = version.content;
      const key = credentials.keys.find(({ id }) => id === accessKeyId);
      if (!key) continue;
      made.set(accessKeyId, {
        id: accessKeyId,
        serial: accessKeySerial,
        user: bundle.user.name,
        madeAt: key.createDate.toISOString(),
        stored: { secret: version.secret, version: version.id },
        served: version.stages.some((stage) => [CURRENT, PREVIOUS].includes(stage)),
      });
    }
  }
  warn(
    `The ledger knew nothing of this bundle although resources with its tag are there (${Object.keys(owners).join(', ')}). ` +
      'It was lost, and has been written anew from their tags and the secret.',
  );
  await ledger.write((state) => {
    state.owners = owners;
    state.keys = { made: [...made.values()], gone: [], isMoving: true };
  });
}
