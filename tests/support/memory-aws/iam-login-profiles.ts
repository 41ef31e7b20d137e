import type * as iam from '@aws-sdk/client-iam';
import {
  alreadyExists,
  noSuchEntity,
  passwordPolicyViolation,
  temporarilyUnmodifiable,
} from './iam-errors.ts';
import { read, referred, user } from './iam-lookup.ts';
import type { PasswordPolicy, User } from './iam-state.ts';
import type { Operations } from './operation.ts';
import type { World } from './world.ts';

const SYMBOL = /[!@#$%^&*()_+\-=[\]{}|']/;

/** What IAM asks of passwords in an account that has set no policy: 8 characters, three of the four classes. */
function checkDefaultPolicy(password: string): void {
  const classes = [/[A-Z]/, /[a-z]/, /[0-9]/, SYMBOL].filter((each) => each.test(password));
  if (password.length < 8 || password.length > 128 || classes.length < 3) {
    throw passwordPolicyViolation('Password does not conform to the account password policy.');
  }
}

function checkPolicy(policy: PasswordPolicy, password: string): void {
  const wants: [boolean, RegExp, string][] = [
    [policy.requireUppercase, /[A-Z]/, 'at least one uppercase letter'],
    [policy.requireLowercase, /[a-z]/, 'at least one lowercase letter'],
    [policy.requireNumbers, /[0-9]/, 'at least one number'],
    [policy.requireSymbols, SYMBOL, 'at least one symbol'],
    [true, new RegExp(`^.{${policy.minimumLength},128}$`), `a minimum length of ${policy.minimumLength}`],
  ];
  for (const [wanted, pattern, words] of wants) {
    if (wanted && !pattern.test(password)) throw passwordPolicyViolation(`Password should have ${words}`);
  }
}

function accepted(world: World, password = ''): string {
  if (world.passwordPolicy) checkPolicy(world.passwordPolicy, password);
  else checkDefaultPolicy(password);
  world.minted.push(password);
  return password;
}

/** A login profile that is still being made can be neither changed nor deleted, and neither can its user. */
export function loginProfileIsSettled(world: World, entity: User): void {
  if (entity.loginProfile && Date.now() < entity.loginProfile.createdAt + world.lag.loginProfile) {
    throw temporarilyUnmodifiable(
      `Login Profile for User ${entity.name} cannot be modified while login profile is being created.`,
    );
  }
}

function loginProfile(world: World, entity: User) {
  if (!entity.loginProfile) throw noSuchEntity(`Login Profile for User ${entity.name} cannot be found.`);
  loginProfileIsSettled(world, entity);
  return entity.loginProfile;
}

const answer = (entity: User) => ({
  LoginProfile: {
    UserName: entity.name,
    CreateDate: new Date(entity.loginProfile?.createdAt ?? 0),
    PasswordResetRequired: entity.loginProfile?.resetRequired ?? false,
  },
});

export const loginProfileOperations = {
  CreateLoginProfile(world: World, input: iam.CreateLoginProfileCommandInput) {
    const entity = referred(world, user(world, input.UserName));
    if (entity.loginProfile) throw alreadyExists(`Login Profile for user ${entity.name} already exists.`);
    entity.loginProfile = {
      password: accepted(world, input.Password),
      createdAt: Date.now(),
      resetRequired: input.PasswordResetRequired ?? false,
    };
    return answer(entity);
  },

  GetLoginProfile(world: World, input: iam.GetLoginProfileCommandInput) {
    const entity = read(world, user(world, input.UserName));
    if (!entity.loginProfile) throw noSuchEntity(`Login Profile for User ${entity.name} cannot be found.`);
    read(world, { name: entity.name, createdAt: entity.loginProfile.createdAt });
    return answer(entity);
  },

  UpdateLoginProfile(world: World, input: iam.UpdateLoginProfileCommandInput) {
    const profile = loginProfile(world, user(world, input.UserName));
    if (input.Password !== undefined) profile.password = accepted(world, input.Password);
    profile.resetRequired = input.PasswordResetRequired ?? profile.resetRequired;
    return {};
  },

  DeleteLoginProfile(world: World, input: iam.DeleteLoginProfileCommandInput) {
    const entity = user(world, input.UserName);
    loginProfile(world, entity);
    delete entity.loginProfile;
    return {};
  },

  GetAccountPasswordPolicy(world: World, _input: iam.GetAccountPasswordPolicyCommandInput) {
    const policy = world.passwordPolicy;
    if (!policy) {
      throw noSuchEntity(`The Password Policy with domain name ${world.accountId} cannot be found.`);
    }
    return {
      PasswordPolicy: {
        MinimumPasswordLength: policy.minimumLength,
        RequireSymbols: policy.requireSymbols,
        RequireNumbers: policy.requireNumbers,
        RequireUppercaseCharacters: policy.requireUppercase,
        RequireLowercaseCharacters: policy.requireLowercase,
        AllowUsersToChangePassword: false,
        ExpirePasswords: false,
      },
    };
  },
} satisfies Operations;
