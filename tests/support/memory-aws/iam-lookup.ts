import { alreadyExists, iamError, noSuchEntity } from './iam-errors.ts';
import type { InstanceProfile, Policy, Role, User } from './iam-state.ts';
import type { World } from './world.ts';

type Named = { name: string; createdAt: number };

/** IAM does not distinguish names by case. */
function named<T extends Named>(entities: Record<string, T>, name: string | undefined): T | undefined {
  return Object.values(entities).find((entity) => entity.name.toLowerCase() === name?.toLowerCase());
}

const youngerThan = (entity: { createdAt: number }, age: number) => Date.now() < entity.createdAt + age;

/** For reads: what is too new is not seen yet. */
export const seen = <T extends { createdAt: number }>(world: World, entities: T[]): T[] =>
  entities.filter((entity) => !youngerThan(entity, world.lag.reads));

/** For writes to the entity itself, which take place where it was made. */
export function user(world: World, name: string | undefined): User {
  const found = named(world.users, name);
  if (!found) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return found;
}

export function role(world: World, name: string | undefined): Role {
  const found = named(world.roles, name);
  if (!found) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return found;
}

export function instanceProfile(world: World, name: string | undefined): InstanceProfile {
  const found = named(world.instanceProfiles, name);
  if (!found) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return found;
}

export function policy(world: World, arn: string | undefined): Policy {
  const found = Object.values(world.policies).find((each) => each.arn.toLowerCase() === arn?.toLowerCase());
  if (!found) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  return found;
}

/** For reads of one entity: a new one may answer as if it were not there. */
export function read<T extends Named>(world: World, entity: T): T {
  if (youngerThan(entity, world.lag.reads)) {
    throw noSuchEntity(`The entity with name ${entity.name} cannot be found.`);
  }
  return entity;
}

/** For calls that refer to an entity: a new one may be unknown to them. */
export function referred<T extends Named>(world: World, entity: T): T {
  if (youngerThan(entity, world.lag.references)) {
    throw noSuchEntity(`The entity with name ${entity.name} cannot be found.`);
  }
  return entity;
}

const LONGEST: Record<string, number> = { User: 64, Role: 64 };

/** Refuses a name that is too long, that is taken, or was freed so short a time ago that IAM still thinks it is. */
export function requireFreeName(
  world: World,
  entities: Record<string, Named>,
  kind: string,
  name: string,
): void {
  const longest = LONGEST[kind] ?? 128;
  if (name.length > longest)
    throw iamError('ValidationError', `The name of ${kind} must have ${longest} characters at most.`, 400);
  const freedAt = world.freedAt[`${kind}/${name.toLowerCase()}`] ?? 0;
  if (named(entities, name) || Date.now() < freedAt) {
    throw alreadyExists(`${kind} with name ${name} already exists.`);
  }
}

/** Takes an entity out of the world. */
export function forget(world: World, entities: Record<string, Named>, kind: string, entity: Named): void {
  for (const key of Object.keys(entities)) if (entities[key] === entity) delete entities[key];
  world.freedAt[`${kind}/${entity.name.toLowerCase()}`] = Date.now() + world.lag.deletes;
}
