import { limitExceeded, noSuchEntity } from './iam-errors.ts';
import { policy, referred } from './iam-lookup.ts';
import type { PolicyHolder } from './iam-state.ts';
import { iamPage } from './pages.ts';
import type { World } from './world.ts';

type PageInput = { Marker?: string | undefined; MaxItems?: number | undefined };

const isAwsManaged = (arn: string) => /^arn:[^:]+:iam::aws:policy\//.test(arn);

function attachable(world: World, arn: string): string {
  if (isAwsManaged(arn)) return arn;
  return referred(world, policy(world, arn)).arn;
}

export function attach(world: World, holder: PolicyHolder, quota: string, policyArn = ''): object {
  const arn = attachable(world, policyArn);
  referred(world, holder);
  if (holder.attached.includes(arn)) return {};
  if (holder.attached.length >= world.quotas.attachedPolicies) {
    throw limitExceeded(quota, world.quotas.attachedPolicies);
  }
  holder.attached.push(arn);
  return {};
}

export function detach(holder: PolicyHolder, policyArn = ''): object {
  if (!holder.attached.includes(policyArn)) throw noSuchEntity(`Policy ${policyArn} was not found.`);
  holder.attached = holder.attached.filter((arn) => arn !== policyArn);
  return {};
}

export function attachedPage(world: World, holder: PolicyHolder, input: PageInput) {
  const { items, ...page } = iamPage(world, holder.attached, input);
  return {
    ...page,
    AttachedPolicies: items.map((arn) => ({ PolicyArn: arn, PolicyName: arn.split('/').at(-1) })),
  };
}

export function setBoundary(world: World, holder: PolicyHolder, policyArn = ''): object {
  try {
    holder.boundaryArn = attachable(world, policyArn);
  } catch {
    throw noSuchEntity(`Scope ARN: ${policyArn} does not exist or is not attachable.`);
  }
  return {};
}

export function clearBoundary(holder: PolicyHolder): object {
  if (!holder.boundaryArn) throw noSuchEntity(`${holder.name} has no permissions boundary.`);
  delete holder.boundaryArn;
  return {};
}

export const boundaryAnswer = (holder: PolicyHolder) =>
  holder.boundaryArn
    ? {
        PermissionsBoundary: {
          PermissionsBoundaryType: 'Policy' as const,
          PermissionsBoundaryArn: holder.boundaryArn,
        },
      }
    : {};
