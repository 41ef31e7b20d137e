import {
  GetInstanceProfileCommand,
  GetLoginProfileCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  NoSuchEntityException,
  paginateListInstanceProfiles,
  paginateListPolicies,
  paginateListRoles,
  paginateListUsers,
  type Tag,
} from '@aws-sdk/client-iam';
import type { Clients } from './clients.ts';

/** Something that exists in IAM. */
export interface Entity {
  kind: 'Policy' | 'Role' | 'Instance profile' | 'User' | 'Console password' | 'Access key';
  name: string;
  detail: string;
  tags: Record<string, string>;
}

/** Everything that exists in the account's IAM, AWS's own policies aside. */
export async function inventory({ iam }: Clients): Promise<Entity[]> {
  const entities: Entity[] = [];
  for await (const page of paginateListPolicies({ client: iam }, { Scope: 'Local' })) {
    for (const { Arn } of page.Policies ?? []) {
      entities.push(await policyEntity(iam, Arn));
    }
  }
  for await (const page of paginateListRoles({ client: iam }, {})) {
    for (const { RoleName } of page.Roles ?? []) {
      entities.push(await roleEntity(iam, RoleName));
    }
  }
  for await (const page of paginateListInstanceProfiles({ client: iam }, {})) {
    for (const { InstanceProfileName } of page.InstanceProfiles ?? []) {
      entities.push(await profileEntity(iam, InstanceProfileName));
    }
  }
  for await (const page of paginateListUsers({ client: iam }, {})) {
    for (const { UserName } of page.Users ?? []) {
      entities.push(...(await userEntities(iam, UserName)));
    }
  }
  return entities;
}

type Iam = Clients['iam'];

async function policyEntity(iam: Iam, PolicyArn: string | undefined): Promise<Entity> {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const detail = `version ${Policy?.DefaultVersionId}, attached to ${Policy?.AttachmentCount}`;
  return { kind: 'Policy', name: Policy?.PolicyName ?? '', detail, tags: tagMap(Policy?.Tags) };
}

async function roleEntity(iam: Iam, RoleName: string | undefined): Promise<Entity> {
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  const trust = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '{}'));
  const trusted = JSON.stringify(trust.Statement?.[0]?.Principal ?? {}).replace(/[{}"]/g, '');
  const policies = (AttachedPolicies ?? []).map(({ PolicyName }) => PolicyName).join(', ');
  return {
    kind: 'Role',
    name: RoleName ?? '',
    detail: `${policies}; trusts ${trusted}`,
    tags: tagMap(Role?.Tags),
  };
}

async function profileEntity(iam: Iam, InstanceProfileName: string | undefined): Promise<Entity> {
  const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
  const roles = (InstanceProfile?.Roles ?? []).map(({ RoleName }) => RoleName).join(', ');
  return {
    kind: 'Instance profile',
    name: InstanceProfileName ?? '',
    detail: `role ${roles}`,
    tags: tagMap(InstanceProfile?.Tags),
  };
}

async function userEntities(iam: Iam, UserName: string | undefined): Promise<Entity[]> {
  const { User } = await iam.send(new GetUserCommand({ UserName }));
  const { AttachedPolicies } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName }));
  const name = UserName ?? '';
  const policies = (AttachedPolicies ?? []).map(({ PolicyName }) => PolicyName).join(', ');
  const entities: Entity[] = [{ kind: 'User', name, detail: policies, tags: tagMap(User?.Tags) }];
  if (await hasPassword(iam, UserName)) {
    entities.push({ kind: 'Console password', name, detail: 'can sign in to the console', tags: {} });
  }
  for (const { AccessKeyId, Status } of AccessKeyMetadata ?? []) {
    entities.push({ kind: 'Access key', name: AccessKeyId ?? '', detail: `of ${name}, ${Status}`, tags: {} });
  }
  return entities;
}

async function hasPassword(iam: Iam, UserName: string | undefined): Promise<boolean> {
  try {
    await iam.send(new GetLoginProfileCommand({ UserName }));
    return true;
  } catch (error) {
    if (error instanceof NoSuchEntityException) {
      return false;
    }
    throw error;
  }
}

function tagMap(tags: Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));
}
