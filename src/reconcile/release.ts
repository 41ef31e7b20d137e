import type { Aws } from '../aws/clients.ts';
import { absent, codeOf, isDenial } from '../aws/error-codes.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { BUNDLE_TAG, STACK_TAG } from '../bundle/tags.ts';
import { deleteAccessKey } from '../iam/access-key.ts';
import { removePassword } from '../iam/login-profile.ts';
import { madeFor } from '../ledger/keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { secretToDelete } from '../secret/delete.ts';
import { tagSecret } from '../secret/secret.ts';
import type { Target } from './delete.ts';

/**
 * Lets go of what a request had begun to take over and not completed: it stays as it was found, without our tags and
 * without the credentials that were made for it. A secret that was restored is scheduled for deletion again.
 */
export async function release(
  aws: Aws,
  ledger: Ledger,
  { row, name, found, owner }: Target,
  { tag, providerStackId, secret }: Bundle,
): Promise<void> {
  const isOurs = found.tags?.[BUNDLE_TAG] === tag;
  if (owner?.since === 'restoring') {
    // The function may delete what carries its stack's tag only, and a run that died may not have set it.
    const tags = { [STACK_TAG]: providerStackId, [BUNDLE_TAG]: tag };
    if (!isOurs)
      await absent(tagSecret(aws, name, tags)).catch((error) => {
        // It is scheduled for deletion.
        if (codeOf(error) !== 'InvalidRequest') throw error;
      });
    await (await secretToDelete(aws, name, secret.recoveryDays)).delete();
    return;
  }
  // What was not tagged yet is as it was found: the function may touch only what carries its tags.
  if (found.tags && !isOurs) return;
  const { keys } = ledger.state;
  if (row.kind === 'user') {
    for (const { id } of madeFor(keys, name)) await deleteAccessKey(aws, name, id);
    if (keys.password?.user === name && !keys.password.hadOne) await removePassword(aws, name);
  }
  const added = owner?.added ?? [];
  const untag = async (keys: string[]) => keys.length > 0 && (await absent(found.untag(keys)));
  try {
    await untag(added);
  } catch (error) {
    // Secrets Manager lets nobody take off the tag by which he may do that, so a secret keeps it: it claims nothing alone.
    if (row.kind !== 'secret' || !isDenial(error as Error)) throw error;
    await untag(added.filter((key) => key !== STACK_TAG));
  }
}
