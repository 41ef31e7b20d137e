import type { Aws } from '../aws/clients.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { iamArn, secretConsoleUrl, signInUrl } from '../bundle/stack.ts';
import { instanceProfile, instanceProfileToDelete } from '../iam/instance-profile.ts';
import { managedPolicy, policyToDelete } from '../iam/managed-policy.ts';
import { hangingOnRole, role, roleToDelete } from '../iam/role.ts';
import { user, userToDelete } from '../iam/user.ts';
import { hangingOnUser } from '../iam/user-attachments.ts';
import { ownerKey } from '../ledger/owners.ts';
import { extras, type ToDelete } from '../resource/deletion.ts';
import type { Resource } from '../resource/resource.ts';
import { secretToDelete } from '../secret/delete.ts';
import { secretExtras } from '../secret/readers.ts';
import { secret } from '../secret/secret.ts';

/** What deleting a resource has to know of the rest of the bundle. */
export interface DeletionContext {
  bundle: Bundle;
  /** Whether the ledger gives a user or role to this bundle. */
  isOwn(kind: string, name: string): boolean;
  /** Ids of the access keys that the ledger knows of a user. */
  madeIds(user: string): string[];
}

/** One kind of resource: what the engine iterates over. */
export interface Row {
  kind: string;
  /** The bundle's resources of this kind, as they should be. */
  resources(aws: Aws, bundle: Bundle): Resource[];
  /** Looks at one that is to go. */
  toDelete(aws: Aws, name: string, context: DeletionContext): Promise<ToDelete>;
  /** It goes when everything is gone that it can hang on. */
  goesLast?: boolean;
  /** What people have hung on one, and an Update leaves alone, as words for a report. */
  drift?(aws: Aws, name: string, bundle: Bundle): Promise<string[]>;
  /** Attributes for `Fn::GetAtt` that follow from the names. */
  attributes(bundle: Bundle): Record<string, string>;
}

/** Instead of AWS where the catalogue is asked for what is desired only. */
export const NO_CALLS = {} as never;

/**
 * The catalogue: one row for each kind of resource. Observing, planning, deleting, reporting and `Fn::GetAtt` iterate it,
 * so a new kind is one file, its desired state in `bundle.ts` and one row here.
 */
export const CATALOGUE: Row[] = [
  {
    kind: 'policy',
    resources: (aws, { instancePolicy, userPolicy }) => [
      managedPolicy(aws, instancePolicy),
      managedPolicy(aws, userPolicy),
    ],
    toDelete: (aws, name, { bundle, isOwn }) =>
      policyToDelete(aws, iamArn(bundle.stack, 'policy', name), isOwn),
    goesLast: true,
    attributes: ({ instancePolicy, userPolicy }) => ({
      InstancePolicyArn: instancePolicy.arn,
      UserPolicyArn: userPolicy.arn,
    }),
  },
  {
    kind: 'role',
    resources: (aws, { instanceRole, consoleRole }) => [
      role(aws, instanceRole),
      ...(consoleRole ? [role(aws, consoleRole)] : []),
    ],
    toDelete: (aws, name) => roleToDelete(aws, name),
    drift: (aws, name) => extras(hangingOnRole(aws, name)),
    attributes: ({ instanceRole, consoleRole }) => ({
      InstanceRoleName: instanceRole.name,
      InstanceRoleArn: instanceRole.arn,
      ConsoleRoleName: consoleRole?.name ?? '',
      ConsoleRoleArn: consoleRole?.arn ?? '',
    }),
  },
  {
    kind: 'instance profile',
    resources: (aws, bundle) => [instanceProfile(aws, bundle.instanceProfile)],
    toDelete: (aws, name) => instanceProfileToDelete(aws, name),
    attributes: (bundle) => ({ InstanceProfileArn: bundle.instanceProfile.arn }),
  },
  {
    kind: 'user',
    resources: (aws, bundle) => [user(aws, bundle.user)],
    toDelete: (aws, name, { madeIds }) => userToDelete(aws, name, madeIds(name)),
    drift: (aws, name) => extras(hangingOnUser(aws, name)),
    attributes: (bundle) => ({
      UserName: bundle.user.name,
      UserArn: bundle.user.arn,
      SignInLoginUrl: signInUrl(bundle.stack),
    }),
  },
  {
    kind: 'secret',
    resources: (aws, bundle) => [secret(aws, bundle.secret)],
    toDelete: (aws, name, { bundle }) => secretToDelete(aws, name, bundle.secret.recoveryDays),
    drift: (aws, _name, bundle) => secretExtras(aws, bundle.secret),
    attributes: (bundle) => ({
      SecretName: bundle.secret.name,
      SecretConsoleUrl: secretConsoleUrl(bundle.stack, bundle.secret.name),
    }),
  },
];

/** All resources of a bundle, each with the ledger's word for it. */
export function resourcesOf(aws: Aws, bundle: Bundle): { key: string; resource: Resource }[] {
  return CATALOGUE.flatMap((row) => row.resources(aws, bundle)).map((resource) => ({
    key: ownerKey({ kind: resource.kind, name: resource.desired.name }),
    resource,
  }));
}

/** The row of a name in the ledger (`role redislabs-role`), and the name alone. */
export function rowOf(key: string): { row: Row; name: string } {
  const row = CATALOGUE.find(({ kind }) => key.startsWith(`${kind} `));
  if (!row) throw new TypeError(`The ledger tells of "${key}", which is no resource of a bundle.`);
  return { row, name: key.slice(row.kind.length + 1) };
}
