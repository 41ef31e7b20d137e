import type { Kind } from './actions.ts';
import type { Context } from './may-call.ts';
import { accountId, stackId } from './role.ts';

/** The ARN of an entity of the account; of a secret with the six characters that Secrets Manager adds. */
export function arnOf(kind: Kind | 'group' | 'mfa', name: string): string {
  return kind === 'secret'
    ? `arn:aws:secretsmanager:us-east-1:${accountId}:secret:${name}-AbCdEf`
    : `arn:aws:iam::${accountId}:${kind}/${name}`;
}

/** The names that a stack has without parameters, by kind. */
export const defaultNames: Record<Kind, string[]> = {
  user: ['redislabs-user'],
  role: ['redislabs-cluster-node-role', 'redislabs-role'],
  policy: ['RedisLabsInstanceRolePolicy', 'RedislabsIAMUserRestrictedPolicy'],
  'instance-profile': ['redislabs-cluster-node-role'],
  secret: ['rv-access/redislabs-user'],
};

const bundleTag = 'rv-access/redis-access/Bundle/0123456789abcdef-0123456789abcdef';
export const otherStackId = stackId.replace('redis-access', 'other-team').replace('4f6a1b20', '99999999');

/** The tags that an entity carries, as condition keys. */
export const tags = {
  own: { 'aws:ResourceTag/rv-access:stack': stackId, 'aws:ResourceTag/rv-access:bundle': bundleTag },
  otherStack: {
    'aws:ResourceTag/rv-access:stack': otherStackId,
    'aws:ResourceTag/rv-access:bundle': bundleTag,
  },
  none: {},
} satisfies Record<string, Context>;

/** The tags that a call sets, as condition keys. */
export const sets = {
  ownStack: {
    'aws:RequestTag/UsedBy': 'RedisLabs',
    'aws:RequestTag/rv-access:stack': stackId,
    'aws:RequestTag/rv-access:bundle': bundleTag,
    'aws:TagKeys': ['UsedBy', 'rv-access:stack', 'rv-access:bundle'],
  },
  otherStack: { 'aws:RequestTag/rv-access:stack': otherStackId, 'aws:TagKeys': ['rv-access:stack'] },
  ownBundle: { 'aws:RequestTag/rv-access:bundle': bundleTag, 'aws:TagKeys': ['rv-access:bundle'] },
  others: { 'aws:RequestTag/Team': 'Data', 'aws:TagKeys': ['Team'] },
} satisfies Record<string, Context>;
