import { DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { GetAccessKeyLastUsedCommand } from '@aws-sdk/client-iam';
import type { Target } from '../accounts/target.ts';
import { assumeRole, type Caller } from '../aws/assume-role.ts';
import type { Clients, Credentials } from '../aws/clients.ts';
import { isDenied, isNoSuchStack, messageOf } from '../aws/errors.ts';
import { type AccountStatus, unread } from './account-status.ts';
import { latestMetrics } from './metrics.ts';

export interface Access {
  /** Name of the role in each account; the caller's own account needs none. */
  role: string;
  caller: Caller;
  home: Clients;
  clientsFor: (region: string, credentials?: Credentials) => Clients;
}

const DAY_MS = 86_400_000;

/** Reads how the bundle of an account stands. Never fails: what is in the way is part of the answer. */
export async function readAccount(target: Target, access: Access): Promise<AccountStatus> {
  if (!target.stack) return unread(target, 'no stack', target.reason || 'The stack set has no stack here.');
  try {
    const clients = await clientsIn(target, access);
    const { Stacks: [stack] = [] } = await clients.cloudFormation.send(
      new DescribeStacksCommand({ StackName: target.stack }),
    );
    if (!stack) return unread(target, 'no stack', 'There is no such stack.');
    return await statusOf(target, stack, clients);
  } catch (error) {
    if (isNoSuchStack(error)) return unread(target, 'no stack', messageOf(error));
    return unread(target, isDenied(error) ? 'denied' : 'failed', messageOf(error));
  }
}

async function clientsIn({ account, region }: Target, access: Access): Promise<Clients> {
  const { caller, role, home, clientsFor } = access;
  if (account === caller.accountId) return clientsFor(region);
  const path = role.replace(/^\//, '');
  const credentials = await assumeRole(home.sts, `arn:${caller.partition}:iam::${account}:role/${path}`);
  return clientsFor(region, credentials);
}

async function statusOf(target: Target, stack: Stack, clients: Clients): Promise<AccountStatus> {
  const outputs = new Map(stack.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const parameters = new Map(
    stack.Parameters?.map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]),
  );
  const keyId = outputs.get('AccessKeyId');
  const created = outputs.get('AccessKeyCreated') || null;
  // What is nice to know is not worth an account: a role that may not read it leaves it unknown.
  const [lastUsed, metrics] = await Promise.all([
    keyId ? lastUseOf(clients, keyId).catch(() => null) : null,
    latestMetrics(clients.cloudWatch, stack.StackName ?? '').catch(() => undefined),
  ]);
  const cloudAccountId = outputs.get('CloudAccountId') ?? null;
  const active = metrics?.RegistrationActive;
  return {
    ...unread(target, 'read', target.reason),
    stackStatus: stack.StackStatus ?? null,
    access: parameters.get('Access') ?? null,
    version: outputs.get('Version') ?? null,
    policyEdition: outputs.get('PolicyEdition') ?? null,
    accessKeyId: keyId ?? null,
    keyCreated: created,
    keyAgeDays: created ? Math.floor((Date.now() - Date.parse(created)) / DAY_MS) : null,
    ...lastUsed,
    cloudAccountId,
    registration:
      cloudAccountId === null
        ? null
        : cloudAccountId === ''
          ? 'none'
          : active === undefined
            ? 'registered'
            : active >= 1
              ? 'active'
              : 'not active',
    drift: metrics?.Drift ?? null,
    warnings: outputs.get('Warnings') ?? null,
    secretArn: outputs.get('SecretArn') ?? null,
  };
}

type LastUse = Pick<AccountStatus, 'keyLastUsed' | 'keyLastUsedService'>;

async function lastUseOf({ iam }: Clients, keyId: string): Promise<LastUse> {
  const { AccessKeyLastUsed } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId }));
  const { LastUsedDate, ServiceName = '' } = AccessKeyLastUsed ?? {};
  // IAM says N/A of a key that was never used.
  return LastUsedDate
    ? { keyLastUsed: LastUsedDate.toISOString(), keyLastUsedService: ServiceName }
    : { keyLastUsed: 'never', keyLastUsedService: '' };
}
