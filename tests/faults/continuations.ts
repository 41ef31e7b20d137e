import { vi } from 'vitest';
import { INVENTED_ID, type Properties } from '../support/memory-aws/events.ts';
import type { Invocation } from '../support/memory-aws/invoke.ts';
import type { MemoryAws } from '../support/memory-aws/memory-aws.ts';
import {
  type Findings,
  inspectBundle,
  inspectInvocation,
  inspectNothingElse,
  inspectRemoval,
  note,
} from './inspection.ts';
import { fingerprint } from './normal-form.ts';
import type { Scenario } from './scenarios.ts';
import { type Request, remove, reverse, type Stack } from './stack.ts';
import { type Story, tell } from './story.ts';

/** What exists, as text. */
const everything = (aws: MemoryAws) => JSON.stringify(aws.snapshot());

/** What was true before the operation, and what a run without faults makes of it. */
export type Reference = {
  before: Stack;
  fingerprintBefore: (otherKeys: boolean) => string;
  fingerprintAfter: string;
  /** The physical id that the run without faults answered. */
  id: string;
  bystanders: string;
  scenario: Scenario;
};

/** What may follow an operation that met a fault. */
export type Continuation = {
  name: string;
  follows: (request: Request, first: Invocation, reference: Reference) => boolean;
  run: (
    findings: Findings,
    story: Story,
    request: Request,
    first: Invocation,
    reference: Reference,
  ) => Promise<void>;
};

/** Lambda runs an event again a minute after it has died. */
const RETRY = 60_000;
/** CloudFormation gives up waiting for an answer. */
const SERVICE_TIMEOUT = 360_000;
/** CloudFormation goes on soon after an answer. */
const SOON = 2000;

/** Lets time pass between two requests. */
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

const status = (invocation: Invocation) => invocation.answers[0]?.Status ?? 'no answer';
const type = (request: Request) => request.event.RequestType;
const rotates = (before: Properties = {}, after: Properties = {}) =>
  ['AccessKeySerial', 'PasswordSerial', 'ConsoleAccess'].some((name) => before[name] !== after[name]);

async function tellWell(
  findings: Findings,
  story: Story,
  request: Request,
  { bystanders }: Reference,
): Promise<Invocation> {
  const invocation = await tell(story, request);
  inspectInvocation(findings, story, invocation, bystanders);
  const said = status(invocation);
  note(
    findings,
    'what follows a fault goes well',
    said === 'SUCCESS' ? [] : [`${request.name}: ${said}: ${invocation.answers[0]?.Reason}`],
  );
  return invocation;
}

const same = (findings: Findings, invariant: string, found: string, wanted: string) =>
  note(findings, invariant, found === wanted ? [] : [difference(found, wanted)]);

/** The first lines in which two normal forms differ. */
function difference(found: string, wanted: string): string {
  const lines = wanted.split('\n');
  const index = found.split('\n').findIndex((line, number) => line !== lines[number]);
  return `line ${index}: found ${found.split('\n')[index]?.trim()} where there should be ${lines[index]?.trim()}`;
}

export const continuations: Continuation[] = [
  {
    name: 'the same event again',
    follows: () => true,
    async run(findings, story, request, first, reference) {
      pass(first.end === 'crashed' ? RETRY : SOON);
      const { aws } = story.place;
      const before = everything(aws);
      if (status(first) === 'FAILED' && type(request) !== 'Delete') {
        // CloudFormation has its answer: a copy of the event that comes late may be carried out or refused.
        inspectInvocation(findings, story, await tell(story, request), reference.bystanders);
        return;
      }
      const again = await tellWell(findings, story, request, reference);
      if (status(first) === 'SUCCESS') {
        const changed = before !== everything(aws);
        note(findings, 'a replay changes nothing', changed ? ['the replay changed something'] : []);
        const [one, two] = [first, again].map(({ answers: [answer] }) =>
          JSON.stringify([answer?.PhysicalResourceId, answer?.Data]),
        );
        note(findings, 'a replay gets the same answer', one === two ? [] : ['the answers differ']);
      }
      if (type(request) === 'Delete') inspectRemoval(findings, story, request.event.PhysicalResourceId);
      else inspectBundle(findings, story, request, again.answers[0]?.PhysicalResourceId ?? '');
      same(findings, 'the same state in the end', fingerprint(aws), reference.fingerprintAfter);
    },
  },
  ...[true, false].map(
    (known): Continuation => ({
      name: known ? 'Delete with our id' : 'Delete with an invented id',
      follows: (request) => type(request) === 'Create',
      async run(findings, story, request, first, reference) {
        // Another resource of the stack may fail at any time: then the Delete comes while nothing is known of the Create.
        if (first.end !== 'crashed') pass(SOON);
        const id = known ? reference.id : INVENTED_ID;
        await tellWell(findings, story, remove(id, request.properties), reference);
        inspectRemoval(findings, story);
      },
    }),
  ),
  {
    name: 'reverse Update',
    follows: (request, first, { scenario }) =>
      type(request) === 'Update' && status(first) !== 'SUCCESS' && !scenario.oneWay,
    async run(findings, story, request, first, reference) {
      pass(first.end === 'crashed' ? SERVICE_TIMEOUT : SOON);
      const back = reverse(reference.before, reference.before, request.properties ?? {});
      await tellWell(findings, story, back, reference);
      inspectBundle(findings, story, back, reference.before.id ?? '');
      inspectNothingElse(findings, story, back.properties ?? {});
      // A key that was put in service, or may have been, has been handed out: it stays, as the other key.
      const handedOut = first.calls.some(
        ({ action, applied, error }) => action === 'UpdateSecretVersionStage' && (applied > 0 || error),
      );
      const strict = !(reference.scenario.losesOtherKey || first.end === 'crashed' || handedOut);
      const found = fingerprint(story.place.aws, strict);
      same(findings, 'a failed Update can be taken back', found, reference.fingerprintBefore(strict));
    },
  },
  {
    name: 'roll-back of an Update that had succeeded',
    follows: (request, first, { scenario }) =>
      type(request) === 'Update' && status(first) === 'SUCCESS' && !scenario.oneWay,
    async run(findings, story, request, _first, reference) {
      pass(SOON);
      const after = { ...story.stack };
      const back = reverse(reference.before, after, request.properties ?? {});
      const returned = await tellWell(findings, story, back, reference);
      const id = returned.answers[0]?.PhysicalResourceId ?? '';
      note(
        findings,
        'a rolled-back Update gives the old id back',
        id === reference.before.id ? [] : [`got the id ${id}`],
      );
      if (after.id !== id) {
        await tellWell(findings, story, remove(after.id ?? '', request.properties), reference);
        inspectRemoval(findings, story, after.id);
      }
      inspectBundle(findings, story, back, id);
      inspectNothingElse(findings, story, back.properties ?? {});
      if (rotates(reference.before.properties, request.properties)) return;
      const found = fingerprint(story.place.aws);
      same(findings, 'a rolled-back Update leaves no trace', found, reference.fingerprintBefore(true));
    },
  },
  {
    name: 'clean-up Delete of the replaced bundle',
    follows: (request, first, { before }) =>
      type(request) === 'Update' &&
      status(first) === 'SUCCESS' &&
      first.answers[0]?.PhysicalResourceId !== before.id,
    async run(findings, story, request, first, reference) {
      pass(SOON);
      const oldId = reference.before.id ?? '';
      await tellWell(findings, story, remove(oldId, reference.before.properties), reference);
      inspectRemoval(findings, story, oldId);
      inspectBundle(findings, story, request, first.answers[0]?.PhysicalResourceId ?? '');
      inspectNothingElse(findings, story, request.properties ?? {});
    },
  },
  {
    name: 'Delete of the stack after a failed Update was taken back',
    follows: (request, first, { scenario }) =>
      type(request) === 'Update' && status(first) !== 'SUCCESS' && !scenario.oneWay,
    async run(findings, story, request, first, reference) {
      pass(first.end === 'crashed' ? SERVICE_TIMEOUT : SOON);
      const { before } = reference;
      await tellWell(findings, story, reverse(before, before, request.properties ?? {}), reference);
      await tellWell(findings, story, remove(before.id ?? '', before.properties), reference);
      inspectRemoval(findings, story);
    },
  },
];
