import { type Aws, backoff, codeOf, sleep } from '../aws/clients.ts';
import { isSameResource, stackNameOf } from '../bundle/bundle.ts';
import { BUNDLE_TAG, missingTags, STACK_TAG, staleTagKeys, type Tags } from '../bundle/tags.ts';
import { OvertakenError } from '../errors.ts';

/** One thing to do. Steps of one list do not depend on one another. */
export type Step = () => Promise<unknown>;

/**
 * An entity of IAM as it should be, and how it gets there. Entities know neither one another nor CloudFormation.
 * `Live` is what is there now; it always has the tags.
 */
export interface Entity<Live extends { tags: Tags }> {
  /** For messages: "user", "role", … */
  kind: string;
  name: string;
  /** What is there, or undefined. */
  observe(): Promise<Live | undefined>;
  /** Makes it, tags and boundary in the same call, and gives back what is there then. */
  create(): Promise<Live>;
  tag(tags: Tags): Promise<unknown>;
  untag(keys: string[]): Promise<unknown>;
  /** What differs from what is wanted, as steps that set it right. Empty: nothing. */
  shape(live: Live): Step[];
  /** What is in the way of it, as sentences for the user. Empty: nothing. */
  obstacles?(live: Live): string[];
}

/** Who may own an entity that a bundle takes hold of. */
export interface Claim {
  /** The bundle's physical id. */
  id: string;
  /** Further ids that it takes entities over from: those of the states before and after in an Update. */
  predecessors: string[];
  /** Take over what others own. */
  adopt: boolean;
  /** The tags that the entity shall carry. */
  tags: Tags;
  /** The user's tags of the state before. */
  tagsBefore: Tags;
  /** Collects what this request has made, as `user "redislabs-user"`. */
  made: Set<string>;
}

/** Work on one entity. */
export interface Plan {
  /** Whether there is anything to do. */
  needed: boolean;
  /** Makes it, or makes it ours; resolves to the steps that shape it then. */
  claim(): Promise<Step[]>;
  /** What is left to do when the whole request has succeeded: an adopted entity becomes the bundle's own. */
  settle: Step[];
}

/**
 * The owner of an entity whose adoption is under way. Only when the whole request has succeeded does the entity become
 * the bundle's own; until then a Delete leaves it alone, so that a failed adoption deletes nothing that was there.
 */
export const adopting = (id: string) => `${id}/adopting`;

/** Whether the bundle may change an entity with these tags. Whatever the names, it is the same resource of the stack. */
export function owns({ id, predecessors }: Pick<Claim, 'id' | 'predecessors'>, tags: Tags): boolean {
  const owner = tags[BUNDLE_TAG];
  return (
    owner !== undefined && ([id, adopting(id), ...predecessors].includes(owner) || isSameResource(owner, id))
  );
}

/** The tags that an entity shall carry while the request is under way. */
export function tagsUnderWay(claim: Claim, live: Tags | undefined): Tags {
  const adopted = live && (!owns(claim, live) || live[BUNDLE_TAG] === adopting(claim.id));
  return adopted ? { ...claim.tags, [BUNDLE_TAG]: adopting(claim.id) } : claim.tags;
}

/** The sentence for an entity that is somebody else's. */
export function notOwned(kind: string, name: string, tags: Tags): string {
  const owner = tags[BUNDLE_TAG];
  const region = tags[STACK_TAG]?.split(':')[3];
  const whose = owner
    ? `belongs to the bundle of the stack "${stackNameOf(owner) ?? owner}"${region ? ` in ${region}` : ''}`
    : 'was not made by this bundle';
  return (
    `The ${kind} "${name}" exists already and ${whose}; it was not touched. ` +
    'Choose another name, delete it, or set ExistingEntities to Adopt to take it over.'
  );
}

/** An entity as it was found, and what follows from that. */
export interface Assessment<Live> {
  live: Live | undefined;
  /** What stands in the way of claiming it, as sentences for the user. */
  obstacles: string[];
  plan: Plan;
}

/** Looks at an entity; changes nothing. */
export async function assess<Live extends { tags: Tags }>(
  aws: Aws,
  entity: Entity<Live>,
  claim: Claim,
): Promise<Assessment<Live>> {
  const live = await entity.observe();
  return { live, obstacles: obstaclesTo(entity, live, claim), plan: planEntity(aws, entity, live, claim) };
}

function obstaclesTo<Live extends { tags: Tags }>(
  entity: Entity<Live>,
  live: Live | undefined,
  claim: Claim,
): string[] {
  if (!live) return [];
  const ours = owns(claim, live.tags) && live.tags[BUNDLE_TAG] !== adopting(claim.id);
  if (!claim.adopt && !ours) return [notOwned(entity.kind, entity.name, live.tags)];
  return entity.obstacles?.(live) ?? [];
}

function planEntity<Live extends { tags: Tags }>(
  aws: Aws,
  entity: Entity<Live>,
  live: Live | undefined,
  claim: Claim,
): Plan {
  if (!live) return { needed: true, claim: () => createOrFind(aws, entity, claim), settle: [] };
  const missing = missingTags(live.tags, tagsUnderWay(claim, live.tags));
  const stale = staleTagKeys(live.tags, claim.tags, claim.tagsBefore);
  const shape = entity.shape(live);
  if (stale.length > 0) shape.push(() => entity.untag(stale));
  return {
    needed: shape.length > 0 || Object.keys(missing).length > 0 || live.tags[BUNDLE_TAG] !== claim.id,
    // The function's role may only touch what carries the stack's tag, so an adopted entity is tagged first of all.
    async claim() {
      if (Object.keys(missing).length > 0) await entity.tag(missing);
      return shape;
    },
    settle: tagsUnderWay(claim, live.tags) === claim.tags ? [] : [() => entity.tag(owner(claim))],
  };
}

const owner = ({ id }: Claim): Tags => ({ [BUNDLE_TAG]: id });

/** How often an entity that exists by one answer of IAM and does not by another is looked for. */
const LOOKS = 12;

/**
 * Creates an entity. When it is there after all, this very call was applied although its answer was lost, or another
 * run of the same request was faster, or a stale read had hidden it: it is read until it shows and taken if it is ours.
 * Or IAM still holds the name of one that was deleted a moment ago: then it is created again.
 */
async function createOrFind<Live extends { tags: Tags }>(
  aws: Aws,
  entity: Entity<Live>,
  claim: Claim,
): Promise<Step[]> {
  for (let looks = 1; ; looks += 1) {
    try {
      const live = await entity.create();
      claim.made.add(`${entity.kind} "${entity.name}"`);
      return entity.shape(live);
    } catch (error) {
      if (codeOf(error) !== 'EntityAlreadyExists' || looks >= LOOKS) throw error;
      // What is somebody else's is refused, or adopted, by a run that starts anew with all of its checks.
      if (await entity.observe())
        throw new OvertakenError(`The ${entity.kind} "${entity.name}" keeps changing. Try again.`);
      await sleep(backoff(looks), aws.signal);
    }
  }
}
