import {
  type AttachedPolicy,
  GetInstanceProfileCommand,
  GetLoginProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  ListInstanceProfilesCommand,
  ListMFADevicesCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  ListVirtualMFADevicesCommand,
  type Tag,
} from '@aws-sdk/client-iam';

export type Tags = Record<string, string>;

export interface UserState {
  tags: Tags;
  boundary: string | undefined;
  policies: string[];
  /** `Active` or `Inactive` by access key id. */
  keys: Record<string, string>;
  password: 'none' | 'set' | 'to be changed at first sign-in';
  /** Everything else that can hang on a user: `group people`, `inline policy x`, … */
  extras: string[];
}

export interface RoleState {
  tags: Tags;
  boundary: string | undefined;
  trust: unknown;
  policies: string[];
  inline: string[];
}

export interface PolicyState {
  tags: Tags;
  /** Ids of its versions, and the document of the default one. */
  versions: string[];
  document: unknown;
}

export interface IamState {
  users: Record<string, UserState>;
  roles: Record<string, RoleState>;
  instanceProfiles: Record<string, { tags: Tags; roles: string[] }>;
  policies: Record<string, PolicyState>;
  /** Names of the policies attached to each group. */
  groups: Record<string, string[]>;
  virtualMfaDevices: string[];
}

/** All of an account's IAM by name; without times and unique ids. Lists fit into one page here. */
export async function readIam(iam: IAMClient): Promise<IamState> {
  const [users, roles, profiles, policies, groups, devices] = await Promise.all([
    iam.send(new ListUsersCommand({})),
    iam.send(new ListRolesCommand({})),
    iam.send(new ListInstanceProfilesCommand({})),
    iam.send(new ListPoliciesCommand({ Scope: 'Local' })),
    iam.send(new ListGroupsCommand({})),
    iam.send(new ListVirtualMFADevicesCommand({})),
  ]);
  return {
    users: await byName(
      users.Users,
      ({ UserName }) => UserName,
      (name) => readUser(iam, name),
    ),
    roles: await byName(
      roles.Roles,
      ({ RoleName }) => RoleName,
      (name) => readRole(iam, name),
    ),
    instanceProfiles: await byName(
      profiles.InstanceProfiles,
      ({ InstanceProfileName }) => InstanceProfileName,
      (name) => readProfile(iam, name),
    ),
    policies: await byName(
      policies.Policies,
      ({ PolicyName }) => PolicyName,
      (_, { Arn }) => readPolicy(iam, Arn),
    ),
    groups: await byName(
      groups.Groups,
      ({ GroupName }) => GroupName,
      async (GroupName) => attached(await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName }))),
    ),
    virtualMfaDevices: (devices.VirtualMFADevices ?? []).map(({ SerialNumber = '' }) => SerialNumber),
  };
}

async function byName<Item, State>(
  items: Item[] | undefined,
  nameOf: (item: Item) => string | undefined,
  read: (name: string, item: Item) => Promise<State>,
): Promise<Record<string, State>> {
  const named = (items ?? []).map(async (item) => {
    const name = nameOf(item) ?? '';
    return [name, await read(name, item)] as const;
  });
  return Object.fromEntries(await Promise.all(named));
}

async function readUser(iam: IAMClient, UserName: string): Promise<UserState> {
  const [user, policies, keys, password, extras] = await Promise.all([
    iam.send(new GetUserCommand({ UserName })),
    iam.send(new ListAttachedUserPoliciesCommand({ UserName })),
    iam.send(new ListAccessKeysCommand({ UserName })),
    readPassword(iam, UserName),
    readExtras(iam, UserName),
  ]);
  return {
    tags: tagMap(user.User?.Tags),
    boundary: user.User?.PermissionsBoundary?.PermissionsBoundaryArn,
    policies: attached(policies),
    keys: Object.fromEntries(
      (keys.AccessKeyMetadata ?? []).map(({ AccessKeyId = '', Status = '' }) => [AccessKeyId, Status]),
    ),
    password,
    extras,
  };
}

async function readPassword(iam: IAMClient, UserName: string): Promise<UserState['password']> {
  try {
    const { LoginProfile } = await iam.send(new GetLoginProfileCommand({ UserName }));
    return LoginProfile?.PasswordResetRequired ? 'to be changed at first sign-in' : 'set';
  } catch (error) {
    if ((error as Error).name === 'NoSuchEntityException') return 'none';
    throw error;
  }
}

async function readExtras(iam: IAMClient, UserName: string): Promise<string[]> {
  const [inline, groups, devices, sshKeys, certificates, services] = await Promise.all([
    iam.send(new ListUserPoliciesCommand({ UserName })),
    iam.send(new ListGroupsForUserCommand({ UserName })),
    iam.send(new ListMFADevicesCommand({ UserName })),
    iam.send(new ListSSHPublicKeysCommand({ UserName })),
    iam.send(new ListSigningCertificatesCommand({ UserName })),
    iam.send(new ListServiceSpecificCredentialsCommand({ UserName })),
  ]);
  return [
    ...(inline.PolicyNames ?? []).map((name) => `inline policy ${name}`),
    ...(groups.Groups ?? []).map(({ GroupName }) => `group ${GroupName}`),
    ...(devices.MFADevices ?? []).map(({ SerialNumber }) => `MFA device ${SerialNumber}`),
    ...(sshKeys.SSHPublicKeys ?? []).map(() => 'SSH key'),
    ...(certificates.Certificates ?? []).map(() => 'signing certificate'),
    ...(services.ServiceSpecificCredentials ?? []).map(({ ServiceName }) => `credential for ${ServiceName}`),
  ];
}

async function readRole(iam: IAMClient, RoleName: string): Promise<RoleState> {
  const [role, policies, inline] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName })),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
    iam.send(new ListRolePoliciesCommand({ RoleName })),
  ]);
  return {
    tags: tagMap(role.Role?.Tags),
    boundary: role.Role?.PermissionsBoundary?.PermissionsBoundaryArn,
    trust: decoded(role.Role?.AssumeRolePolicyDocument),
    policies: attached(policies),
    inline: inline.PolicyNames ?? [],
  };
}

async function readProfile(iam: IAMClient, InstanceProfileName: string) {
  const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
  const roles = (InstanceProfile?.Roles ?? []).map(({ RoleName = '' }) => RoleName);
  return { tags: tagMap(InstanceProfile?.Tags), roles };
}

async function readPolicy(iam: IAMClient, PolicyArn: string | undefined): Promise<PolicyState> {
  const [policy, versions] = await Promise.all([
    iam.send(new GetPolicyCommand({ PolicyArn })),
    iam.send(new ListPolicyVersionsCommand({ PolicyArn })),
  ]);
  const VersionId = policy.Policy?.DefaultVersionId;
  const version = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  return {
    tags: tagMap(policy.Policy?.Tags),
    versions: (versions.Versions ?? []).map(({ VersionId: id = '' }) => id).sort(),
    document: decoded(version.PolicyVersion?.Document),
  };
}

const tagMap = (tags: Tag[] = []): Tags =>
  Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
const attached = ({ AttachedPolicies = [] }: { AttachedPolicies?: AttachedPolicy[] | undefined }) =>
  AttachedPolicies.map(({ PolicyName = '' }) => PolicyName).sort();
const decoded = (document = '{}'): unknown => JSON.parse(decodeURIComponent(document));
