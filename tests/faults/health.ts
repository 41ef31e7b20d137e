import type { Properties } from '../support/memory-aws/events.ts';
import type { World } from '../support/memory-aws/world.ts';
import { keysInLedger, namesOwnedBy } from './ledger.ts';
import { BUNDLE_TAG, content, keyOf, resourceOf } from './ours.ts';

/** The names of a bundle's entities, given or by default. */
export function namesOf(properties: Properties) {
  const text = (name: string, fallback: string) => String(properties[name] || fallback);
  const user = text('UserName', 'redislabs-user');
  return {
    user,
    instanceRole: text('InstanceRoleName', 'redislabs-cluster-node-role'),
    instancePolicy: text('InstancePolicyName', 'RedisLabsInstanceRolePolicy'),
    userPolicy: text('UserPolicyName', 'RedislabsIAMUserRestrictedPolicy'),
    consoleRole: text('ConsoleRoleName', 'redislabs-role'),
    secret: text('SecretName', `rv-access/${user}`),
    access: text('ConsoleAccess', 'UserAndRole'),
  };
}

/** All entities that properties ask for, as `user redislabs-user`. */
export function entitiesOf(properties: Properties): string[] {
  const names = namesOf(properties);
  return [
    `user ${names.user}`,
    `role ${names.instanceRole}`,
    `policy ${names.instancePolicy}`,
    `policy ${names.userPolicy}`,
    `instance profile ${names.instanceRole}`,
    `secret ${names.secret}`,
    ...(/Role/.test(names.access) ? [`role ${names.consoleRole}`] : []),
  ];
}

/** What people did to the account that the bundle has to live with. */
export type ByHand = {
  /** Ids of access keys that people made, or that nobody can tell from those any more. */
  keys: string[];
  /** Those among them that people made. */
  made?: string[];
  /** Ids of access keys that people set Inactive. */
  inactive: string[];
};

/**
 * What is wrong with a bundle that was reported as SUCCESS: its entities, what ties them together, and above all its
 * credentials. Empty: nothing.
 */
export function ailments(world: World, properties: Properties, id: string, byHand: ByHand): string[] {
  const names = namesOf(properties);
  const wrong: string[] = [];
  const arn = (resource: string) => `arn:${world.partition}:iam::${world.accountId}:${resource}`;
  const userPolicy = arn(`policy/${names.userPolicy}`);
  const instancePolicy = arn(`policy/${names.instancePolicy}`);
  const user = world.users[names.user];
  const wantsRole = /Role/.test(names.access);
  const wantsPassword = /User/.test(names.access);
  const check = (holds: unknown, problem: string) => {
    if (!holds) wrong.push(problem);
  };
  const ours = (entity: { tags: Record<string, string> } | undefined, what: string) =>
    check(entity?.tags[BUNDLE_TAG] === resourceOf(id), `${what} is missing or not tagged as the bundle's`);

  ours(user, `the user ${names.user}`);
  ours(world.roles[names.instanceRole], `the role ${names.instanceRole}`);
  ours(world.policies[userPolicy], `the policy ${names.userPolicy}`);
  ours(world.policies[instancePolicy], `the policy ${names.instancePolicy}`);
  ours(world.instanceProfiles[names.instanceRole], `the instance profile ${names.instanceRole}`);
  check(user?.attached.includes(userPolicy), 'the user lacks its policy');
  check(
    world.roles[names.instanceRole]?.attached.includes(instancePolicy),
    'the instance role lacks its policy',
  );
  check(
    world.instanceProfiles[names.instanceRole]?.roles.includes(names.instanceRole),
    'the instance profile lacks its role',
  );
  const consoleRole = world.roles[names.consoleRole];
  if (wantsRole) {
    ours(consoleRole, `the role ${names.consoleRole}`);
    check(consoleRole?.attached.includes(userPolicy), 'the console role lacks its policy');
  } else {
    // Until its clean-up, the generation that was replaced may have one of the same name.
    const isIts = namesOwnedBy(world, id).includes(`role ${names.consoleRole}`);
    check(
      !isIts || names.consoleRole === names.instanceRole,
      'the console role is there though it was not asked for',
    );
  }

  const secret = world.secrets[names.secret];
  ours(secret, `the secret ${names.secret}`);
  check(!secret?.deletion, 'the secret is scheduled for deletion');
  check(
    secret?.rotationEnabled === Number(properties.RotationDays ?? 0) > 0,
    'Secrets Manager rotates or not, against the wish',
  );
  const current = content(secret, 'AWSCURRENT');
  const key = keyOf(world, current?.accessKeyId);
  check(key?.user === user, 'AWSCURRENT holds no key of the user');
  check(
    key?.key.active || byHand.inactive.includes(current?.accessKeyId ?? ''),
    'the key in AWSCURRENT is not active',
  );
  check(key?.key.secret === current?.accessSecretKey, 'AWSCURRENT holds the wrong secret access key');
  check(current?.consolePassword === user?.loginProfile?.password, 'AWSCURRENT holds the wrong password');
  check(
    wantsPassword === (user?.loginProfile !== undefined),
    'the console password is there or not, against the wish',
  );
  check(current?.consoleUsername === (wantsPassword ? names.user : undefined), 'consoleUsername is wrong');
  check(current?.iamRoleName === (wantsRole ? names.consoleRole : undefined), 'iamRoleName is wrong');
  wrong.push(...strayKeys(world, names.user, names.secret, byHand));
  return wrong;
}

/** Active keys of the bundle's user that nobody can know: in no labelled version, not in the ledger, not made by a person. */
export function strayKeys(world: World, userName: string, secretName: string, byHand: ByHand): string[] {
  const labelled = Object.values(world.secrets[secretName]?.versions ?? {}).filter(
    ({ stages }) => stages.length > 0,
  );
  const text = labelled.map(({ value }) => value).join('\n');
  const known = [...byHand.keys, ...keysInLedger(world)];
  return (world.users[userName]?.accessKeys ?? [])
    .filter(({ id, active }) => active && !text.includes(id) && !known.includes(id))
    .map(
      ({ id }) => `the key ${id} works but is neither in a labelled version of the secret nor in the ledger`,
    );
}
