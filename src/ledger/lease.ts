import { DescribeSecretCommand, UntagResourceCommand } from '@aws-sdk/client-secrets-manager';
import { type Aws, sleep, together } from '../aws/clients.ts';
import { tryTo } from '../aws/compensation.ts';
import { fromAwsTags, REQUESTS_TAG, type Tags } from '../bundle/tags.ts';
import { BlockedError } from '../errors.ts';
import { tagSecret } from '../secret/ensure.ts';
import { sentAt } from './history.ts';

/**
 * Requests that change one bundle take turns. When another resource of the stack fails, CloudFormation asks for the
 * state before while the Update may still be running, and both at once would end in a mixture. So each run first tells
 * that it is at work, in a tag of its own on the secret, and then looks who else is: of two that do so at least one
 * sees the other. The one that was sent later waits, the other one, if it has not begun to change anything, gives up.
 */
const RUN_TAG = 'rv-access:run-';

/** In milliseconds. */
const LOOK_INTERVAL = 500;
/** How long a turn may take, in milliseconds. */
const LONGEST = 120_000;
/** For how long others wait for it, since it may have crashed: until its last call has surely ended, in milliseconds. */
const PATIENCE = LONGEST + 40_000;

/** What is said to a request that comes too late. */
export const FOLLOWED =
  'CloudFormation has sent another request for this bundle after this one, and that was faster. Try again.';

/** What tells of a turn, to be taken away when it ends. */
export interface Turn {
  /** Names of the secrets that tell. */
  secrets: Set<string>;
  /** The tag of this run, and of runs that crashed. */
  tagKeys: Set<string>;
}

/**
 * Waits for the turn of a request.
 *
 * @param secrets the bundle's, as they were read
 * @param key of the request, as of `requestKey`
 * @param turn is filled in on the way
 * @returns whether what was read before still holds; if not, other requests have worked since
 * @throws BlockedError if a later request is at work
 */
export async function takeTurn(
  aws: Aws,
  secrets: { name: string; tags: Tags }[],
  key: string,
  turn: Turn,
): Promise<boolean> {
  const began = Date.now();
  const own: RunTag = [RUN_TAG + key, String(began)];
  const othersIn = (tags: Tags) => runsIn(tags).filter(([tag]) => tag !== own[0]);
  turn.tagKeys.add(own[0]);
  await together(
    secrets.map(async ({ name }) => {
      turn.secrets.add(name);
      await tagSecret(aws, name, Object.fromEntries([own]));
    }),
  );
  let holds = !secrets.some(({ tags }) => othersIn(tags).some(isAlive));
  for (;;) {
    const now = await together(secrets.map(({ name }) => tagsOf(aws, name)));
    const others = now.flatMap(othersIn);
    const alive = others.filter(isAlive);
    for (const [tag] of others) if (!alive.some(([other]) => other === tag)) turn.tagKeys.add(tag);
    if (alive.some((other) => bySending(other, own) > 0)) throw new BlockedError([FOLLOWED]);
    if (alive.length === 0) {
      holds &&= secrets.every(({ tags }, index) => tags[REQUESTS_TAG] === now[index]?.[REQUESTS_TAG]);
      if (holds) aws.turnEndsAt = began + LONGEST;
      return holds;
    }
    holds = false;
    await sleep(LOOK_INTERVAL, aws.signal);
  }
}

/** The tag of a run, and when it began, in milliseconds since 1970. */
type RunTag = [string, string];

const runsIn = (tags: Tags): RunTag[] => Object.entries(tags).filter(([tag]) => tag.startsWith(RUN_TAG));

const isAlive = ([, began]: RunTag) => Date.now() - Number(began) <= PATIENCE;

/** Takes over the turn of a run of the same request that died, so that it will be ended. */
export function inheritTurn(secrets: { name: string; tags: Tags }[], key: string, turn: Turn): void {
  for (const { name, tags } of secrets)
    if (RUN_TAG + key in tags) {
      turn.secrets.add(name);
      turn.tagKeys.add(RUN_TAG + key);
    }
}

/** Ends a turn. If that fails, the next request waits in vain for a while. */
export async function endTurn(aws: Aws, { secrets, tagKeys }: Turn): Promise<void> {
  aws.turnEndsAt = Number.POSITIVE_INFINITY;
  await Promise.all(
    [...secrets].map((SecretId) =>
      tryTo(() => aws.secrets(new UntagResourceCommand({ SecretId, TagKeys: [...tagKeys] }))),
    ),
  );
}

async function tagsOf(aws: Aws, SecretId: string): Promise<Tags> {
  return fromAwsTags((await aws.secrets(new DescribeSecretCommand({ SecretId }))).Tags);
}

/** By the times at which the requests were sent; where these are equal or unknown, by when the runs began. */
function bySending([tag, began]: RunTag, [otherTag, otherBegan]: RunTag): number {
  return sentAt(tag) - sentAt(otherTag) || Number(began) - Number(otherBegan) || (tag < otherTag ? -1 : 1);
}
