import type * as iam from '@aws-sdk/client-iam';
import { attach, attachedPage, clearBoundary, detach, setBoundary } from './iam-attachments.ts';
import { noSuchEntity } from './iam-errors.ts';
import { read } from './iam-lookup.ts';
import type { PolicyHolder } from './iam-state.ts';
import { addTags, removeTags } from './iam-tags.ts';
import type { Operations } from './operation.ts';
import { iamPage } from './pages.ts';
import type { World } from './world.ts';

/** The name stands in `UserName` or `RoleName`; what else an operation is told is the same for both. */
type Of<Input> = Omit<Input, 'RoleName'> & { UserName?: string; RoleName?: string };

/**
 * What IAM does alike for users and for roles: tags, permissions boundary, attached and inline policies. The operations
 * have the kind in their names: `TagUser`, `TagRole`.
 */
export function policyHolderOperations(
  kind: 'User' | 'Role',
  find: (world: World, name: string | undefined) => PolicyHolder,
): Operations {
  const holder = (world: World, input: Of<object>) => find(world, input[`${kind}Name`]);
  return {
    [`Tag${kind}`](world: World, input: Of<iam.TagRoleCommandInput>) {
      addTags(holder(world, input).tags, input.Tags);
      return {};
    },

    [`Untag${kind}`](world: World, input: Of<iam.UntagRoleCommandInput>) {
      removeTags(holder(world, input).tags, input.TagKeys);
      return {};
    },

    [`Put${kind}PermissionsBoundary`](world: World, input: Of<iam.PutRolePermissionsBoundaryCommandInput>) {
      return setBoundary(world, holder(world, input), input.PermissionsBoundary);
    },

    [`Delete${kind}PermissionsBoundary`](world: World, input: Of<object>) {
      return clearBoundary(holder(world, input));
    },

    [`Attach${kind}Policy`](world: World, input: Of<iam.AttachRolePolicyCommandInput>) {
      return attach(world, holder(world, input), `PoliciesPer${kind}`, input.PolicyArn);
    },

    [`Detach${kind}Policy`](world: World, input: Of<iam.DetachRolePolicyCommandInput>) {
      return detach(holder(world, input), input.PolicyArn);
    },

    [`ListAttached${kind}Policies`](world: World, input: Of<iam.ListAttachedRolePoliciesCommandInput>) {
      return attachedPage(world, read(world, holder(world, input)), input);
    },

    [`List${kind}Policies`](world: World, input: Of<iam.ListRolePoliciesCommandInput>) {
      const { inline } = read(world, holder(world, input));
      const { items, ...page } = iamPage(world, Object.keys(inline), input);
      return { ...page, PolicyNames: items };
    },

    [`Delete${kind}Policy`](world: World, input: Of<iam.DeleteRolePolicyCommandInput>) {
      const { inline } = holder(world, input);
      const name = input.PolicyName ?? '';
      if (!(name in inline))
        throw noSuchEntity(`The ${kind.toLowerCase()} policy with name ${name} cannot be found.`);
      delete inline[name];
      return {};
    },
  };
}
