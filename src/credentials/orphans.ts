import type { Aws } from '../aws/clients.ts';
import { poll } from '../aws/patience.ts';
import { STALE } from '../aws/times.ts';
import { lastUse, listAccessKeys } from '../iam/access-key.ts';
import { endIntent } from '../ledger/keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Intent } from '../ledger/state.ts';
import { readVersion } from '../secret/versions.ts';

/**
 * The keys that a run has made under an intent that stands, and not stored: those that are neither in its baseline nor
 * the bundle's nor in anybody's service. IAM may list them late, so nothing is believed before its reads can be stale no more.
 *
 * @returns ids that may be deleted
 */
export async function lostKeys(
  aws: Aws,
  { state }: Pick<Ledger, 'state'>,
  { user, baseline }: Intent,
): Promise<string[]> {
  const known = [...baseline, ...state.keys.gone, ...state.keys.made.map(({ id }) => id)];
  const seen = new Set<string>();
  await poll(
    async () => {
      for (const { id } of await listAccessKeys(aws, user)) if (!known.includes(id)) seen.add(id);
    },
    () => false,
    STALE,
    aws.signal,
  );
  const ids = [...seen];
  const used = await Promise.all(ids.map((id) => lastUse(aws, id)));
  return ids.filter((_, index) => !used[index]);
}

/**
 * Ends the intent of a run that died: the key is in the version that it was to be stored in, or it is lost and becomes an
 * orphan, which the next change of credentials deletes.
 */
export async function resolveIntent(aws: Aws, ledger: Ledger): Promise<void> {
  const { intent } = ledger.state.keys;
  if (!intent) return;
  const [version, lost] = await Promise.all([
    readVersion(aws, intent.token.secret, intent.token.version, [], { surely: true }).catch(() => undefined),
    lostKeys(aws, ledger, intent),
  ]);
  const stored = version?.content.accessKeyId;
  const orphans = lost.filter((id) => id !== stored);
  ledger.note((state) => endIntent(state, stored, orphans));
}
