import { DeleteUserCommand, GetUserCommand } from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { absent } from '../aws/error-codes.ts';
import { fromAwsTags } from '../bundle/tags.ts';
import { deletePatiently, stepsFor, type ToDelete } from '../resource/deletion.ts';
import { type AccessKey, deleteAccessKey, listAccessKeys, setKeyStatus } from './access-key.ts';
import { removePassword } from './login-profile.ts';
import { stepsForAttachments } from './user-attachments.ts';

/** A user that is to go, and its access keys as IAM lists them. */
export interface UserToDelete extends ToDelete {
  keys: AccessKey[];
}

/**
 * Looks at a user that is to go, and at everything that hangs on it.
 *
 * @param madeIds the access keys that the ledger knows, since lists may be stale
 */
export async function userToDelete(aws: Aws, UserName: string, madeIds: string[]): Promise<UserToDelete> {
  const listing = listAccessKeys(aws, UserName);
  const idsToDelete = async () => [
    ...new Set([...madeIds, ...((await listAccessKeys(aws, UserName)) ?? []).map(({ id }) => id)]),
  ];
  const ids = listing.then((listed = []) => [...new Set([...madeIds, ...listed.map(({ id }) => id)])]);
  const deleteKey = (id: string) => () => deleteAccessKey(aws, UserName, id);
  const [found, keys, deactivate, deleteKeys, attachments] = await Promise.all([
    absent(aws.iam(new GetUserCommand({ UserName }))),
    listing.catch(() => []),
    stepsFor(ids, (id) => () => setKeyStatus(aws, UserName, id, 'Inactive')),
    stepsFor(ids, deleteKey),
    stepsForAttachments(aws, UserName),
  ]);
  const endLogin = () => removePassword(aws, UserName);
  return {
    tags: found?.User && fromAwsTags(found.User.Tags),
    keys: keys ?? [],
    deletion: {
      revoke: [...deactivate, endLogin],
      detach: [...deleteKeys, ...attachments],
      delete: () =>
        deletePatiently(
          aws,
          () => absent(aws.iam(new DeleteUserCommand({ UserName }))),
          async () => [
            ...(await stepsFor(idsToDelete(), deleteKey)),
            endLogin,
            ...(await stepsForAttachments(aws, UserName)),
          ],
        ),
    },
  };
}
