import type { Call, Kind } from '../support/memory-aws/calls.ts';
import { tagging } from './actions.ts';
import { arnOf } from './arns.ts';
import type { Authorization, Context } from './may-call.ts';
import { accountId } from './role.ts';

type Input = Record<string, unknown>;

/** Asked about something else than the entity that the call names: what, by the call's input. */
const otherResources: Record<string, (input: Input) => string> = {
  'iam:GetAccountPasswordPolicy': () => '*',
  'secretsmanager:GetRandomPassword': () => '*',
  'dynamodb:GetItem': ({ TableName }) => tableArn(String(TableName)),
  'dynamodb:PutItem': ({ TableName }) => tableArn(String(TableName)),
  'iam:RemoveUserFromGroup': ({ GroupName }) => arnOf('group', String(GroupName)),
  'iam:DeleteVirtualMFADevice': ({ SerialNumber }) => String(SerialNumber),
  // The call names a key; IAM asks about the user whom it belongs to.
  'iam:GetAccessKeyLastUsed': () => arnOf('user', 'owner-of-the-key'),
};

/**
 * What AWS asks IAM before it carries a call out. Mostly that is one question; making something with tags is also
 * tagging it, and adding a role to an instance profile is also passing it.
 */
export function authorizationsOf({ service, action, input, target }: Call): Authorization[] {
  // Whoever signs with the new key may ask who he is: no policy is asked.
  if (service === 'sts') return [];
  const name = `${service}:${action}`;
  const other = otherResources[name];
  if (other) return [{ action: name, resource: other(input) }];
  // Asked beside the first look, about what may be gone: IAM is asked again until it is there, and a denial is a warning.
  if (action === 'SimulatePrincipalPolicy' && !target?.tags) return [];
  if (!target) throw new Error(`${name} names nothing that it is about.`);

  const resource = resourceOf(target.kind, target.name);
  const context = { ...tagsOf(target.tags), ...requestContext(input) };
  const asked: Authorization[] = [{ action: name, resource, context }];
  if (input.Tags && action.startsWith('Create')) {
    const { 'iam:PermissionsBoundary': _, ...tagsSet } = context;
    // Whether the new tags count as there already is AWS's affair: it has to work either way.
    for (const seen of [{}, tagsOf(requestTags(input))])
      asked.push({ action: tagging[target.kind], resource, context: { ...tagsSet, ...seen } });
  }
  if (action === 'AddRoleToInstanceProfile')
    asked.push({
      action: 'iam:PassRole',
      resource: arnOf('role', String(input.RoleName)),
      context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    });
  if (input.AddReplicaRegions && action === 'CreateSecret')
    asked.push({ action: 'secretsmanager:ReplicateSecretToRegions', resource, context: tagsOf(target.tags) });
  return asked;
}

function tableArn(name: string): string {
  return `arn:aws:dynamodb:us-east-1:${accountId}:table/${name}`;
}

function resourceOf(kind: Kind, name: string): string {
  return name.startsWith('arn:') ? name : arnOf(kind, name);
}

function tagsOf(tags: Record<string, string> = {}): Context {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}

function requestTags({ Tags }: Input): Record<string, string> {
  return Object.fromEntries(
    ((Tags ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
  );
}

/** The condition keys that the input of a call sets. */
function requestContext(input: Input): Context {
  const set = requestTags(input);
  const keys = (input.TagKeys as string[] | undefined) ?? Object.keys(set);
  return {
    ...Object.fromEntries(Object.entries(set).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(keys.length > 0 && { 'aws:TagKeys': keys }),
    ...(input.PermissionsBoundary !== undefined && {
      'iam:PermissionsBoundary': String(input.PermissionsBoundary),
    }),
    ...(isAttachment(input) && { 'iam:PolicyARN': String(input.PolicyArn) }),
  };
}

/** Only attaching and detaching name a policy and somebody who has it. */
function isAttachment(input: Input): boolean {
  return 'PolicyArn' in input && ('RoleName' in input || 'UserName' in input);
}
