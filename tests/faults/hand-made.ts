import type { MemoryAws } from '../support/memory-aws/memory-aws.ts';
import type { ByHand, namesOf } from './health.ts';
import { content } from './ours.ts';

/** A change that a person makes to the bundle in the account. */
export type HandMade = {
  /** May keep the function from doing its work until somebody has tidied up. */
  blocks: boolean;
  change: (aws: MemoryAws, names: ReturnType<typeof namesOf>, byHand: ByHand) => void;
};

const DOCUMENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
});
const FOREIGN_ROLE = 'role-of-a-person';
const FOREIGN_PROFILE = 'profile-of-a-person';

const policyNamed = (aws: MemoryAws, name: string) =>
  Object.values(aws.policies).find((policy) => policy.name === name);

/** What nobody can tell any more: which key was ours. */
function keysAreLost(aws: MemoryAws, user: string, byHand: ByHand): void {
  byHand.keys.push(...(aws.users[user]?.accessKeys ?? []).map(({ id }) => id));
}

function addVersions(aws: MemoryAws, name: string, oldestIsDefault: boolean): void {
  const policy = policyNamed(aws, name);
  while (policy && policy.versions.length < 5) {
    policy.versions.push({ id: `v${policy.nextVersion++}`, document: DOCUMENT, createdAt: Date.now() });
  }
  if (policy) policy.defaultVersionId = policy.versions.at(oldestIsDefault ? 0 : -1)?.id ?? 'v1';
}

function makeKey(aws: MemoryAws, user: string, byHand: ByHand, createdAt?: number): void {
  const key = aws.addAccessKeyByHand(user);
  if (createdAt !== undefined) key.createdAt = createdAt;
  byHand.keys.push(key.id);
  byHand.made = [...(byHand.made ?? []), key.id];
}

const hasRoom = (aws: MemoryAws, user: string) => (aws.users[user]?.accessKeys.length ?? 9) < 2;

export const handMade: Record<string, HandMade> = {
  'makes an access key': {
    blocks: true,
    change(aws, { user }, byHand) {
      if (hasRoom(aws, user)) makeKey(aws, user, byHand);
    },
  },
  'makes an access key just now': {
    blocks: true,
    change(aws, { user }, byHand) {
      if (hasRoom(aws, user)) makeKey(aws, user, byHand, Date.now());
    },
  },
  'races IAM to a third access key': {
    blocks: true,
    change(aws, { user }, byHand) {
      if (aws.users[user]) makeKey(aws, user, byHand);
    },
  },
  'deletes the access key in service': {
    blocks: false,
    change(aws, { user, secret }) {
      const id = content(aws.secrets[secret], 'AWSCURRENT')?.accessKeyId;
      const owner = aws.users[user];
      if (owner) owner.accessKeys = owner.accessKeys.filter((key) => key.id !== id);
    },
  },
  'sets the access key in service inactive': {
    blocks: false,
    change(aws, { user, secret }, byHand) {
      const id = content(aws.secrets[secret], 'AWSCURRENT')?.accessKeyId;
      for (const key of aws.users[user]?.accessKeys ?? []) {
        if (key.id === id) {
          key.active = false;
          byHand.inactive.push(key.id);
        }
      }
    },
  },
  'deletes the console password': {
    blocks: false,
    change(aws, { user }) {
      delete aws.users[user]?.loginProfile;
    },
  },
  'fills the versions of a policy': {
    blocks: false,
    change: (aws, { userPolicy }) => addVersions(aws, userPolicy, false),
  },
  'fills the versions of a policy and makes the oldest the default': {
    blocks: false,
    change: (aws, { instancePolicy }) => addVersions(aws, instancePolicy, true),
  },
  'attaches a policy of the bundle to a role of its own': {
    blocks: true,
    change(aws, { userPolicy }) {
      const arn = policyNamed(aws, userPolicy)?.arn;
      const role = aws.roles[FOREIGN_ROLE] ?? aws.addForeignRole(FOREIGN_ROLE);
      if (arn && !role.attached.includes(arn)) role.attached.push(arn);
    },
  },
  'deletes the user': {
    blocks: false,
    change(aws, { user }) {
      delete aws.users[user];
    },
  },
  'deletes the instance role': {
    blocks: false,
    change(aws, { instanceRole }) {
      delete aws.roles[instanceRole];
      for (const profile of Object.values(aws.instanceProfiles)) {
        profile.roles = profile.roles.filter((name) => name !== instanceRole);
      }
    },
  },
  'deletes the console role': {
    blocks: false,
    change(aws, { consoleRole }) {
      delete aws.roles[consoleRole];
    },
  },
  'deletes the instance profile': {
    blocks: false,
    change(aws, { instanceRole }) {
      delete aws.instanceProfiles[instanceRole];
    },
  },
  'deletes a policy': {
    blocks: false,
    change(aws, { userPolicy }) {
      const arn = policyNamed(aws, userPolicy)?.arn ?? '';
      delete aws.policies[arn];
      for (const holder of [...Object.values(aws.users), ...Object.values(aws.roles)]) {
        holder.attached = holder.attached.filter((each) => each !== arn);
      }
    },
  },
  'detaches what was attached': {
    blocks: false,
    change(aws, { user, instanceRole }) {
      for (const holder of [aws.users[user], aws.roles[instanceRole]]) if (holder) holder.attached = [];
    },
  },
  'hangs everything on the user': {
    blocks: false,
    change(aws, { user }) {
      if (aws.users[user]?.sshKeys.length === 0) aws.hangEverythingOn(user);
    },
  },
  'puts the instance role into another profile': {
    blocks: false,
    change(aws, { instanceRole }) {
      if (aws.roles[instanceRole]) aws.addForeignInstanceProfile(FOREIGN_PROFILE, [instanceRole]);
    },
  },
  'puts another role into the instance profile': {
    blocks: true,
    change(aws, { instanceRole }) {
      aws.roles[FOREIGN_ROLE] ?? aws.addForeignRole(FOREIGN_ROLE);
      const profile = aws.instanceProfiles[instanceRole];
      if (profile) profile.roles = [FOREIGN_ROLE];
    },
  },
  'schedules the secret for deletion': {
    blocks: true,
    change(aws, { secret, user }, byHand) {
      const found = aws.secrets[secret];
      if (found && found.replicas.length === 0) {
        found.deletion = { requestedAt: Date.now(), dueAt: Date.now() + 30 * 86_400_000 };
        keysAreLost(aws, user, byHand);
      }
    },
  },
  'deletes the secret': {
    blocks: true,
    change(aws, { secret, user }, byHand) {
      delete aws.secrets[secret];
      keysAreLost(aws, user, byHand);
    },
  },
  'writes nonsense into the secret': {
    blocks: true,
    change(aws, { secret, user }, byHand) {
      const found = aws.secrets[secret];
      if (!found) return;
      for (const version of Object.values(found.versions)) version.stages = [];
      found.versions[`by-hand-${aws.serial++}`.padEnd(32, '-')] = {
        value: '{nonsense',
        stages: ['AWSCURRENT'],
        createdAt: Date.now(),
      };
      keysAreLost(aws, user, byHand);
    },
  },
  'sets a resource policy on the secret': {
    blocks: false,
    change(aws, { secret }) {
      const found = aws.secrets[secret];
      if (found) found.resourcePolicy = '{"Version":"2012-10-17","Statement":[]}';
    },
  },
  'asks for stronger passwords': {
    blocks: false,
    change(aws) {
      aws.passwordPolicy = {
        minimumLength: 40,
        requireSymbols: true,
        requireNumbers: true,
        requireUppercase: true,
        requireLowercase: true,
      };
    },
  },
  'uses the access key': {
    blocks: true,
    change(aws, { secret }) {
      aws.useAccessKey(content(aws.secrets[secret], 'AWSCURRENT')?.accessKeyId ?? '', 'ec2');
    },
  },
};

/** Takes out of the function's way whatever people have put there. */
export function tidyUp(aws: MemoryAws, byHand: ByHand): void {
  const live = Object.values(aws.secrets).filter(({ deletion }) => !deletion);
  const inService = live.map((secret) => content(secret, 'AWSCURRENT')?.accessKeyId);
  for (const user of Object.values(aws.users)) {
    user.accessKeys = user.accessKeys.filter(({ id }) => !byHand.keys.includes(id) || inService.includes(id));
  }
  for (const profile of Object.values(aws.instanceProfiles))
    profile.roles = profile.roles.filter((role) => role !== FOREIGN_ROLE);
  delete aws.roles[FOREIGN_ROLE];
  delete aws.instanceProfiles[FOREIGN_PROFILE];
  for (const user of Object.values(aws.users)) for (const key of user.accessKeys) delete key.lastUsed;
}
