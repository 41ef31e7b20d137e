import type { Aws } from '../aws/clients.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { listAccessKeys } from '../iam/access-key.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { MadeKey, Owner } from '../ledger/state.ts';
import { warn } from '../log.ts';
import { describeSecret } from '../secret/secret.ts';
import { CURRENT, PREVIOUS, readVersion, type SecretVersion } from '../secret/versions.ts';
import { observe } from './observe.ts';

/**
 * Writes a ledger that was lost anew, from the tags and from the labelled versions of the secret: which names are ours,
 * and which keys.
 *
 * @param bundles the states that may be in force, the desired one first; what they share belongs to the known generation
 * @param knownId the physical id that CloudFormation knows
 */
export async function rebuild(
  aws: Aws,
  ledger: Ledger,
  bundles: [Bundle, ...Bundle[]] | Bundle[],
  knownId: string,
): Promise<void> {
  const owners: Record<string, Owner> = {};
  const made = new Map<string, MadeKey>();
  let current: { secret: string; version: string } | undefined;
  for (const bundle of bundles) {
    const { resources } = await observe(aws, bundle, ledger.state, []);
    for (const { key, standing } of resources)
      if (standing === 'owned') owners[key] = { id: knownId, since: 'owned' };
    const isOurs = resources.some(
      ({ resource, standing }) => resource.kind === 'secret' && standing === 'owned',
    );
    const versions = isOurs ? await labelledVersions(aws, bundle.secret.name) : [];
    const listed = (await listAccessKeys(aws, bundle.user.name)) ?? [];
    for (const version of versions) {
      const { accessKeyId = '', accessKeySerial = 1 } = version.content;
      const key = listed.find(({ id }) => id === accessKeyId);
      if (!key) continue;
      const stored = { secret: version.secret, version: version.id };
      if (version.stages.includes(CURRENT)) current = stored;
      made.set(accessKeyId, {
        id: accessKeyId,
        serial: accessKeySerial,
        user: bundle.user.name,
        madeAt: key.createDate.toISOString(),
        stored,
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
    state.keys = { made: [...made.values()], gone: [], current, isMoving: true };
  });
}

async function labelledVersions(aws: Aws, name: string): Promise<SecretVersion[]> {
  const { stages = {}, deletedDate } = (await describeSecret(aws, name)) ?? {};
  if (deletedDate) return [];
  const versions = await Promise.all(
    Object.entries(stages).map(([id, labels]) => readVersion(aws, name, id, labels)),
  );
  return versions.filter((version) => version !== undefined);
}
