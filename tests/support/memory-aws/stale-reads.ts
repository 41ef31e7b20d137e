import type { InstanceProfile, Policy, Role, User } from './iam-state.ts';
import { draw } from './random.ts';
import type { Secret } from './secrets-state.ts';
import type { World } from './world.ts';

/** What a read can be late about, each thing on its own. */
export const STALE_KINDS = [
  'existence',
  'tags',
  'boundary',
  'attached',
  'inline',
  'keys',
  'loginProfile',
  'extras',
  'trust',
  'profileRoles',
  'policyVersions',
  'defaultVersion',
  'secretDeletion',
  'secretSettings',
  'secretVersions',
  'labels',
] as const;
export type StaleKind = (typeof STALE_KINDS)[number];

/** How late reads are: each by a time drawn anew, from so many milliseconds to so many. */
export type StaleReads = {
  /** What is drawn depends on this alone. */
  seed: number;
  from: number;
  to: number;
  kinds: 'all' | StaleKind[];
};

type Aspects<T> = Partial<Record<StaleKind, (keyof T)[]>>;
const HOLDER: Aspects<Role & User> = {
  tags: ['tags'],
  boundary: ['boundaryArn'],
  attached: ['attached'],
  inline: ['inline'],
};
const ASPECTS = {
  users: {
    ...HOLDER,
    keys: ['accessKeys'],
    loginProfile: ['loginProfile'],
    extras: ['groups', 'mfaDevices', 'sshKeys', 'certificates', 'serviceCredentials'],
  } as Aspects<User>,
  roles: { ...HOLDER, trust: ['trust'] } as Aspects<Role>,
  policies: {
    tags: ['tags'],
    policyVersions: ['versions'],
    defaultVersion: ['defaultVersionId'],
  } as Aspects<Policy>,
  instanceProfiles: { tags: ['tags'], profileRoles: ['roles'] } as Aspects<InstanceProfile>,
  secrets: {
    tags: ['tags'],
    secretDeletion: ['deletion'],
    secretSettings: ['description', 'kmsKeyId', 'rotationEnabled', 'resourcePolicy', 'replicas', 'leaving'],
  } as Aspects<Secret>,
};
type Part = keyof typeof ASPECTS;
type Entity = { arn: string; id?: string };

/** The same entity, and not another one that has its name now. */
const same = (one: Entity | undefined, other: Entity) => one?.arn === other.arn && one.id === other.id;

/** The world as one read sees it. Nothing that is done to it changes the world. */
export function seenBy(world: World): World {
  const { staleReads, past } = world;
  const newest = past.at(-1)?.changedAt ?? Number.NEGATIVE_INFINITY;
  if (!staleReads || newest <= Date.now() - staleReads.to) return world;
  const view = { ...world };
  for (const part of Object.keys(ASPECTS) as Part[]) view[part] = seenPart(world, staleReads, part) as never;
  return view;
}

function seenPart(world: World, how: StaleReads, part: Part): Record<string, Entity> {
  const past = world.past.filter(({ changedAt }) => changedAt > Date.now() - how.to);
  const stages = [...past.map(({ before }) => before[part]), world[part]] as Record<string, Entity>[];
  /** The stage that a read about this shows: that of a moment drawn anew. */
  const stageFor = (kind: StaleKind): number => {
    if (how.kinds !== 'all' && !how.kinds.includes(kind)) return past.length;
    const moment = Date.now() - drawLag(world, how);
    const index = past.findIndex(({ changedAt }) => changedAt > moment);
    return index < 0 ? past.length : index;
  };
  const seen: Record<string, Entity> = {};
  for (const name of new Set(stages.flatMap(Object.keys))) {
    const found = stages[stageFor('existence')]?.[name];
    if (!found) continue;
    // Of what reads as there, each aspect is as old as it happens to be, but no older than the thing itself.
    const first = stages.findIndex((stage) => same(stage[name], found));
    const last = stages.findLastIndex((stage) => same(stage[name], found));
    const at = (kind: StaleKind) => stages[Math.min(last, Math.max(first, stageFor(kind)))]?.[name];
    seen[name] = composed(part, found, at);
  }
  return seen;
}

function composed(part: Part, found: Entity, at: (kind: StaleKind) => Entity | undefined): Entity {
  const entity: Record<string, unknown> = { ...found };
  for (const [kind, fields] of Object.entries(ASPECTS[part])) {
    const state = at(kind as StaleKind) as Record<string, unknown> | undefined;
    for (const field of fields) {
      if (state?.[field] === undefined) delete entity[field];
      else entity[field] = state[field];
    }
  }
  if (part === 'secrets') entity.versions = seenVersions(at);
  return entity as unknown as Entity;
}

/** Which versions there are, and where the labels sit, are two things to be late about. */
function seenVersions(at: (kind: StaleKind) => Entity | undefined): Secret['versions'] {
  const { versions = {} } = (at('secretVersions') ?? {}) as Partial<Secret>;
  const { versions: labelled = {} } = (at('labels') ?? {}) as Partial<Secret>;
  return Object.fromEntries(
    Object.entries(versions).map(([id, version]) => [
      id,
      { ...version, stages: [...(labelled[id]?.stages ?? [])] },
    ]),
  );
}

function drawLag(world: World, { from, to }: StaleReads): number {
  return from + Math.floor(drawn(world) * (to - from + 1));
}

/** A number from 0 to 1, another one each time. */
export function drawn(world: World): number {
  const { drawn: number, next } = draw(world.luck ^ (world.staleReads?.seed ?? 0));
  world.luck = next ^ (world.staleReads?.seed ?? 0);
  return number;
}
