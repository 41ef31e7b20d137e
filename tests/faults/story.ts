import { vi } from 'vitest';
import { answerBox } from '../support/memory-aws/answers.ts';
import { dropTimers, fakeClock } from '../support/memory-aws/clock.ts';
import { copy } from '../support/memory-aws/copy.ts';
import { lastRequest, type Properties } from '../support/memory-aws/events.ts';
import { type Invocation, invoke, loadHandler, type Place } from '../support/memory-aws/invoke.ts';
import { type MemoryAws, memoryAws } from '../support/memory-aws/memory-aws.ts';
import { captureOutput } from '../support/memory-aws/output.ts';
import type { World } from '../support/memory-aws/world.ts';
import type { ByHand } from './health.ts';
import { learn, PREFIX, type Request, type Stack } from './stack.ts';
import { type Watch, watch } from './watch.ts';

/** A service beside AWS that is told of the bundle: what is wrong there. */
export type Beside = {
  /** Right after a Create or Update was answered with SUCCESS. */
  ailments(properties: Properties, id: string): string[];
  /** After a Delete of everything was answered with SUCCESS. */
  left(): string[];
  /** Whether a Delete that was answered with FAILED has been refused there, so that nothing was to be touched. */
  refuses(): boolean;
  /** When all is done that was ever asked for. */
  atRest(): Promise<string[]>;
};

/** What happens to one stack, and what is seen of it. */
export type Story = {
  beside?: Beside | undefined;
  place: Place;
  stack: Stack;
  byHand: ByHand;
  watch: Watch;
  invocations: Invocation[];
};

/** Names of what is others'. */
export const BYSTANDERS = [
  'somebody-else',
  'another-role',
  'another-profile',
  'AnotherPolicy',
  'another-secret',
];

/** Others in the account, whom nothing that the bundle does may touch. */
function addBystanders({ aws }: Place): void {
  const [user = '', role = '', profile = '', policy = '', secret = ''] = BYSTANDERS;
  aws.addForeignUser(user, { Team: 'other' });
  aws.addAccessKeyByHand(user);
  aws.addForeignRole(role);
  aws.addForeignInstanceProfile(profile, [role]);
  aws.addForeignPolicy(policy);
  aws.addForeignSecret(secret);
}

/** Begins in an account with bystanders only, on a clock that stands still. */
export async function newStory(
  world: (aws: MemoryAws) => Beside | undefined = () => undefined,
): Promise<Story> {
  const handler = await loadHandler();
  fakeClock();
  lastRequest(0);
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const place = { aws: memoryAws(), box: answerBox(), output: captureOutput(), handler };
  const beside = world(place.aws) ?? undefined;
  addBystanders(place);
  const byHand: ByHand = { keys: [], inactive: [] };
  return { place, beside, stack: {}, byHand, watch: watch(place.aws, byHand), invocations: [] };
}

export function endStory({ place }: Story): void {
  place.output.restore();
  place.box.restore();
  place.aws.restore();
  vi.restoreAllMocks();
  vi.useRealTimers();
}

/** Sends a request and lets CloudFormation learn from the answer. */
export async function tell(story: Story, request: Request): Promise<Invocation> {
  const { place, watch } = story;
  if (request.event.RequestType === 'Delete') {
    watch.release(request.event.PhysicalResourceId ?? '');
    if (!request.event.PhysicalResourceId?.startsWith(PREFIX)) watch.promised.clear();
  }
  const invocation = await invoke(place, request.event);
  story.invocations.push(invocation);
  if (request.properties && invocation.answers[0]?.Status === 'SUCCESS') watch.promise(PREFIX);
  story.stack = learn(story.stack, request, invocation);
  return invocation;
}

/** A point in a story to come back to. */
export type Bookmark = {
  world: World;
  now: number;
  request: number;
  stack: Stack;
  byHand: ByHand;
  promised: string[];
};

export function bookmark({ place, stack, byHand, watch }: Story): Bookmark {
  return {
    world: place.aws.save(),
    now: Date.now(),
    request: lastRequest(),
    stack: { ...stack },
    byHand: copy(byHand),
    promised: [...watch.promised],
  };
}

/** Goes back; what was seen since then is forgotten. */
export function reopen(story: Story, mark: Bookmark): void {
  const { place, watch, byHand } = story;
  dropTimers();
  vi.setSystemTime(mark.now);
  lastRequest(mark.request);
  place.aws.load(mark.world);
  place.aws.forgetCalls();
  place.aws.faults.length = 0;
  place.box.puts.length = 0;
  place.output.lines.length = 0;
  story.stack = { ...mark.stack };
  story.invocations = [];
  Object.assign(byHand, copy(mark.byHand));
  watch.breaches.length = 0;
  watch.promised = new Set(mark.promised);
}

/** The bystanders as they are now, as text. */
export function bystandersIn({ place: { aws } }: Story): string {
  const { users, roles, policies, instanceProfiles, secrets } = aws.snapshot();
  const all = [users, roles, policies, instanceProfiles, secrets].flatMap((each) => Object.values(each));
  return JSON.stringify(all.filter(({ name }) => BYSTANDERS.includes(name)));
}
