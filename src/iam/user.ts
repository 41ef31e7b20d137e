import {
  AttachUserPolicyCommand,
  CreateUserCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  ListAttachedUserPoliciesCommand,
  PutUserPermissionsBoundaryCommand,
  TagUserCommand,
  UntagUserCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../aws/clients.ts';
import { absent } from '../aws/error-codes.ts';
import type { DesiredUser } from '../bundle/bundle.ts';
import { fromAwsTags, toAwsTags } from '../bundle/tags.ts';
import { hanging, stepsFor, stepsForAll, type ToDelete } from '../resource/deletion.ts';
import type { Resource } from '../resource/resource.ts';
import { deleteAccessKey, listAccessKeys, setKeyStatus } from './access-key.ts';
import { type HolderCalls, holder, type ObservedHolder } from './holder.ts';
import { removePassword } from './login-profile.ts';
import { hangingOnUser } from './user-attachments.ts';

/** The user with its policy; its credentials are in `credentials/`. */
export function user(aws: Aws, desired: DesiredUser): Resource<DesiredUser, ObservedHolder> {
  const { name: UserName, boundaryArn, tags } = desired;
  const PermissionsBoundary = boundaryArn || undefined;
  return holder('user', userCalls(aws, UserName), desired, () =>
    aws.iam(new CreateUserCommand({ UserName, PermissionsBoundary, Tags: toAwsTags(tags) })),
  );
}

export function userCalls({ iam }: Aws, UserName: string): HolderCalls {
  return {
    get: async () => (await absent(iam(new GetUserCommand({ UserName }))))?.User,
    tag: (tags) => iam(new TagUserCommand({ UserName, Tags: toAwsTags(tags) }), { fresh: true }),
    untag: (TagKeys) => iam(new UntagUserCommand({ UserName, TagKeys })),
    putBoundary: (arn) => iam(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: arn })),
    removeBoundary: () => iam(new DeleteUserPermissionsBoundaryCommand({ UserName })),
    attach: (PolicyArn) => iam(new AttachUserPolicyCommand({ UserName, PolicyArn }), { fresh: true }),
    policies: hanging(
      (Marker) => iam(new ListAttachedUserPoliciesCommand({ UserName, Marker })),
      (page) => page.AttachedPolicies?.map(({ PolicyArn = '' }) => PolicyArn),
      (PolicyArn) => iam(new DetachUserPolicyCommand({ UserName, PolicyArn })),
    ),
  };
}

/**
 * Looks at a user that is to go, and at its access keys.
 *
 * @param madeIds the access keys that the ledger knows, since lists may be stale
 */
export async function userToDelete(aws: Aws, UserName: string, madeIds: string[]): Promise<ToDelete> {
  const calls = userCalls(aws, UserName);
  const list = () => listAccessKeys(aws, UserName);
  const listing = list();
  const idsOf = async (listed: typeof listing) => [
    ...new Set([...madeIds, ...(await listed).map(({ id }) => id)]),
  ];
  const [found, keys, deactivate] = await Promise.all([
    calls.get(),
    listing.catch(() => []),
    stepsFor(idsOf(listing), (id) => setKeyStatus(aws, UserName, id, 'Inactive')),
  ]);
  const deleteKey = (id: string) => deleteAccessKey(aws, UserName, id);
  return {
    tags: found && fromAwsTags(found.Tags),
    untag: calls.untag,
    keys,
    revoke: [...deactivate, () => removePassword(aws, UserName)],
    detach: async (again) => [
      ...(await stepsFor(idsOf(again ? list() : listing), deleteKey)),
      ...(await stepsForAll([calls.policies, ...hangingOnUser(aws, UserName)])),
    ],
    delete: () => absent(aws.iam(new DeleteUserCommand({ UserName }))),
  };
}
