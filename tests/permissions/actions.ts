import type { InlinePolicy } from './role.ts';

/** What IAM or Secrets Manager asks about: the kind of resource an action is authorised on. */
export type Kind = 'user' | 'role' | 'policy' | 'instance-profile' | 'secret';
export type ActionsByKind = Record<Kind, string[]>;

/** What the function reads, of its own and of anybody's entities: it looks before it touches. */
export const reads: ActionsByKind = {
  user: [
    'iam:GetUser',
    'iam:GetLoginProfile',
    'iam:GetAccessKeyLastUsed',
    'iam:ListAccessKeys',
    'iam:ListAttachedUserPolicies',
    'iam:ListGroupsForUser',
    'iam:ListMFADevices',
    'iam:ListServiceSpecificCredentials',
    'iam:ListSigningCertificates',
    'iam:ListSSHPublicKeys',
    'iam:ListUserPolicies',
  ],
  role: [
    'iam:GetRole',
    'iam:ListAttachedRolePolicies',
    'iam:ListInstanceProfilesForRole',
    'iam:ListRolePolicies',
  ],
  'instance-profile': ['iam:GetInstanceProfile'],
  policy: ['iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:ListEntitiesForPolicy', 'iam:ListPolicyVersions'],
  secret: ['secretsmanager:DescribeSecret'],
};

/** What needs the tag of the function's own stack on the entity. */
export const changes: ActionsByKind = {
  user: [
    'iam:CreateAccessKey',
    'iam:CreateLoginProfile',
    'iam:DeactivateMFADevice',
    'iam:DeleteAccessKey',
    'iam:DeleteLoginProfile',
    'iam:DeleteServiceSpecificCredential',
    'iam:DeleteSigningCertificate',
    'iam:DeleteSSHPublicKey',
    'iam:DeleteUser',
    'iam:DeleteUserPermissionsBoundary',
    'iam:DeleteUserPolicy',
    'iam:DetachUserPolicy',
    'iam:SimulatePrincipalPolicy',
    'iam:UpdateAccessKey',
    'iam:UpdateLoginProfile',
  ],
  role: [
    'iam:DeleteRole',
    'iam:DeleteRolePermissionsBoundary',
    'iam:DeleteRolePolicy',
    'iam:DetachRolePolicy',
    'iam:SimulatePrincipalPolicy',
    'iam:UpdateAssumeRolePolicy',
  ],
  'instance-profile': ['iam:AddRoleToInstanceProfile', 'iam:DeleteInstanceProfile'],
  policy: [
    'iam:CreatePolicyVersion',
    'iam:DeletePolicy',
    'iam:DeletePolicyVersion',
    'iam:SetDefaultPolicyVersion',
  ],
  secret: [
    'secretsmanager:CancelRotateSecret',
    'secretsmanager:DeleteResourcePolicy',
    'secretsmanager:DeleteSecret',
    'secretsmanager:GetResourcePolicy',
    'secretsmanager:GetSecretValue',
    'secretsmanager:PutResourcePolicy',
    'secretsmanager:PutSecretValue',
    'secretsmanager:RemoveRegionsFromReplication',
    'secretsmanager:ReplicateSecretToRegions',
    'secretsmanager:RestoreSecret',
    'secretsmanager:RotateSecret',
    'secretsmanager:UpdateSecret',
    'secretsmanager:UpdateSecretVersionStage',
  ],
};

/** What makes an entity. */
export const creates: Record<Kind, string> = {
  user: 'iam:CreateUser',
  role: 'iam:CreateRole',
  policy: 'iam:CreatePolicy',
  'instance-profile': 'iam:CreateInstanceProfile',
  secret: 'secretsmanager:CreateSecret',
};

/** What sets tags; AWS asks for it on top of the action that makes an entity with tags. */
export const tagging: Record<Kind, string> = {
  user: 'iam:TagUser',
  role: 'iam:TagRole',
  policy: 'iam:TagPolicy',
  'instance-profile': 'iam:TagInstanceProfile',
  secret: 'secretsmanager:TagResource',
};

export const untagging: Record<Kind, string> = {
  user: 'iam:UntagUser',
  role: 'iam:UntagRole',
  policy: 'iam:UntagPolicy',
  'instance-profile': 'iam:UntagInstanceProfile',
  secret: 'secretsmanager:UntagResource',
};

export const attaching = { role: 'iam:AttachRolePolicy', user: 'iam:AttachUserPolicy' };

/** In the role only with a boundary given, instead of the two actions that take one away. */
export const settingBoundary = {
  role: 'iam:PutRolePermissionsBoundary',
  user: 'iam:PutUserPermissionsBoundary',
};
export const removingBoundary = ['iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary'];

/** What is asked about something that carries no tag of the stack, and why the function needs it. */
export const withoutTag: Record<string, string> = {
  'iam:GetAccountPasswordPolicy': 'has no resource: the console password has to satisfy it',
  'secretsmanager:GetRandomPassword': 'has no resource: makes the console password',
  'iam:PassRole': 'adding the instance role to its profile hands it to EC2; confined to that role',
  'iam:RemoveUserFromGroup': 'is asked about the group: a user cannot be deleted before it left its groups',
  'iam:DeleteVirtualMFADevice': 'is asked about the device: it goes with the user it was assigned to',
  'iam:RemoveRoleFromInstanceProfile':
    'is asked about the profile, which may be a foreign one that holds the role',
};

/** What Secrets Manager does with a customer managed key in the function's name. */
export const withKey = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'];

/** On the table of the stack, and on nothing else. */
export const onLedger = ['dynamodb:GetItem', 'dynamodb:PutItem'];

/** Asked of whoever switches rotation on, about the function that rotates. */
export const rotating = 'lambda:InvokeFunction';

/** What Lambda's runtime does in the function's name. */
export const logging = ['logs:CreateLogStream', 'logs:PutLogEvents'];

export const kinds = Object.keys(creates) as Kind[];

/** The actions that the role's policies allow. */
export function allowedActions(policies: InlinePolicy[]): string[] {
  const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const actions = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);
  return [...new Set(actions)].sort();
}
