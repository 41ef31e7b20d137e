import { vi } from 'vitest';
import { harshestDay } from '../support/harsh-days.ts';
import { INVENTED_ID, type Properties } from '../support/memory-aws/events.ts';
import type { Tags } from '../support/memory-aws/iam-state.ts';
import type { Invocation } from '../support/memory-aws/invoke.ts';
import type { MemoryAws } from '../support/memory-aws/memory-aws.ts';
import { ailments } from './health.ts';
import { type Findings, inspectInvocation, inspectRemoval, note } from './inspection.ts';
import { BUNDLE_TAG } from './ours.ts';
import { create, type Request, remove, reverse, type Stack, update } from './stack.ts';
import type { Story } from './story.ts';

/** Two requests that are under way at the same time, and what must be true when both are over. */
export type Race = {
  name: string;
  /** How AWS behaves, if not at its best. */
  world?: (aws: MemoryAws) => undefined;
  /** Of so many points at which the first run can be interrupted one is tried. */
  step?: number;
  before: ((stack: Stack, story: Story) => Request)[];
  /** The two; a request that is the same object twice is one event delivered twice. */
  requests: (stack: Stack, earlier: Request[], story: Story) => [Request, Request];
  /** What must be true in the end, apart from what must be true of every run. */
  end: (findings: Findings, story: Story, runs: [Invocation, Invocation]) => void | Promise<void>;
};

const A: Properties = { Tags: 'Team=data' };
const ROTATED: Properties = { ...A, AccessKeySerial: 2, PasswordSerial: 2 };
const TAGGED: Properties = { Tags: 'Team=cache' };

const created = () => create(A);
const to = (properties: Properties) => (stack: Stack) => later(() => update(stack, properties));
/** A request that CloudFormation sends some seconds after the one before. */
export const later = (ask: () => Request, seconds = 10): Request => {
  vi.setSystemTime(Date.now() + seconds * 1000);
  return ask();
};
/** An Update, and its way back, for which CloudFormation asks at once when another resource of the stack fails. */
const thereAndBack = (properties: Properties) => (stack: Stack) => {
  const there = later(() => update(stack, properties));
  return [there, later(() => reverse(stack, stack, properties), 2)] as [Request, Request];
};
const twice = (request: Request): [Request, Request] => [request, request];
const status = ({ answers }: Invocation) => answers[0]?.Status;

export function healthy(properties: Properties) {
  return (findings: Findings, story: Story, runs: [Invocation, Invocation]) => {
    const id = runs[0].answers[0]?.PhysicalResourceId ?? '';
    const problems = ailments(story.place.aws, properties, id, story.byHand);
    note(findings, 'the bundle is healthy after a race', problems);
  };
}

function asBefore(findings: Findings, story: Story, runs: [Invocation, Invocation]): void {
  const { Status, Reason } = runs[1].answers[0] ?? {};
  note(findings, 'the way back succeeds', Status === 'SUCCESS' ? [] : [`${Status}: ${Reason}`]);
  healthy(A)(findings, story, [runs[1], runs[0]]);
  const { users, roles, policies, instanceProfiles } = story.place.aws;
  const teams = [users, roles, policies, instanceProfiles]
    .flatMap((kind) => Object.values<{ name: string; tags: Tags }>(kind))
    .filter(({ tags }) => BUNDLE_TAG in tags)
    .map(({ name, tags }) => ({ name, team: tags.Team }));
  const wrong = teams.filter(({ team }) => team !== 'data').map(({ name, team }) => `${name}: Team=${team}`);
  note(findings, 'the way back ends with what was there before', wrong);
  note(findings, 'the way back leaves nothing else', teams.length === 6 ? [] : [JSON.stringify(teams)]);
}

function bothSucceed(findings: Findings, runs: [Invocation, Invocation]): void {
  const failed = runs.filter((run) => status(run) !== 'SUCCESS');
  note(
    findings,
    'neither of two equal runs fails',
    failed.map(({ answers }) => `${answers[0]?.Status}: ${answers[0]?.Reason}`),
  );
  const answers = runs.map(({ answers: [answer] }) =>
    JSON.stringify([answer?.PhysicalResourceId, answer?.Data]),
  );
  note(findings, 'two equal runs answer the same', answers[0] === answers[1] ? [] : ['the answers differ']);
}

export function nothingLeft(findings: Findings, story: Story, [, deleted]: [Invocation, Invocation]): void {
  inspectRemoval(findings, story);
  const answer = deleted.answers[0];
  note(
    findings,
    'a Delete succeeds whatever runs beside it',
    answer?.Status === 'SUCCESS' ? [] : [`${answer?.Status}: ${answer?.Reason}`],
  );
}

const atBest: Race[] = [
  {
    name: 'two deliveries of one Create',
    before: [],
    requests: () => twice(create(A)),
    end(findings, story, runs) {
      bothSucceed(findings, runs);
      healthy(A)(findings, story, runs);
    },
  },
  {
    name: 'two deliveries of one rotation',
    before: [created],
    requests: (stack) => twice(update(stack, ROTATED)),
    end(findings, story, runs) {
      bothSucceed(findings, runs);
      healthy(ROTATED)(findings, story, runs);
    },
  },
  {
    name: 'two deliveries of one Delete',
    before: [created],
    requests: ({ id = '' }) => twice(remove(id, A)),
    end: nothingLeft,
  },
  {
    name: 'a Delete with an invented id while the Create runs',
    before: [],
    requests: () => [create(A), later(() => remove(INVENTED_ID, A))],
    end: nothingLeft,
  },
  {
    name: 'a Delete with an invented id while the Create runs over a secret scheduled for deletion',
    before: [created, ({ id = '' }) => later(() => remove(id, A))],
    requests: () => [later(() => create(A)), later(() => remove(INVENTED_ID, A))],
    end: nothingLeft,
  },
  {
    name: 'the way back while the Update runs that it takes back',
    before: [created],
    requests: thereAndBack({ ...TAGGED, AccessKeySerial: 2, ConsoleAccess: 'None' }),
    end: asBefore,
  },
  {
    name: 'the way back while the replacement runs that it takes back',
    before: [created],
    requests: thereAndBack({ ...TAGGED, UserName: 'other' }),
    end: asBefore,
  },
  {
    name: 'the way back while an Update runs that renames the secret',
    before: [created],
    requests: thereAndBack({ ...A, SecretName: 'elsewhere', PasswordSerial: 2 }),
    end: asBefore,
  },
  {
    name: 'a late delivery of an old Update while a newer one runs',
    before: [created, to(TAGGED)],
    requests: (stack, earlier) => [later(() => update(stack, ROTATED)), earlier[1] as Request],
    end: healthy(ROTATED),
  },
  {
    name: 'a late delivery of the Create while an Update runs',
    before: [created],
    requests: (stack, earlier) => [later(() => update(stack, ROTATED)), earlier[0] as Request],
    end: healthy(ROTATED),
  },
  {
    name: 'a late delivery of an Update while the Delete runs',
    before: [created, to(TAGGED)],
    requests: ({ id = '' }, earlier) => [earlier[1] as Request, later(() => remove(id, TAGGED))],
    end: nothingLeft,
  },
  {
    name: 'a late delivery of the Create while the Delete runs',
    before: [created],
    requests: ({ id = '' }, earlier) => [earlier[0] as Request, later(() => remove(id, A))],
    end: nothingLeft,
  },
];

const ON_THE_HARSHEST_DAY = [
  'two deliveries of one Create',
  'two deliveries of one rotation',
  'a Delete with an invented id while the Create runs',
  'the way back while the replacement runs that it takes back',
  'a late delivery of an Update while the Delete runs',
];

export const races: Race[] = [
  ...atBest,
  ...atBest
    .filter(({ name }) => ON_THE_HARSHEST_DAY.includes(name))
    .map((race, index) => ({
      ...race,
      name: `${race.name}, on the harshest day`,
      world: (aws: MemoryAws) => harshestDay(aws, index + 1),
      step: 5,
    })),
];

/** What holds for every run of a race, whoever wins. */
export function inspectRuns(
  findings: Findings,
  story: Story,
  runs: [Invocation, Invocation],
  bystanders: string,
): void {
  for (const run of runs) inspectInvocation(findings, story, run, bystanders);
}
