import type { Call } from '../support/memory-aws/calls.ts';
import type { Invocation } from '../support/memory-aws/invoke.ts';
import { type Continuation, continuations, type Reference } from './continuations.ts';
import { FAULT_KINDS, type FaultKind, hits } from './fault-kinds.ts';
import { type Figures, noFigures } from './figures.ts';
import {
  type Findings,
  inspectBundle,
  inspectInvocation,
  inspectLeftovers,
  inspectRemoval,
  noFindings,
  note,
} from './inspection.ts';
import { fingerprint } from './normal-form.ts';
import type { Scenario } from './scenarios.ts';
import type { Request } from './stack.ts';
import {
  type Bookmark,
  bookmark,
  bystandersIn,
  endStory,
  newStory,
  reopen,
  type Story,
  tell,
} from './story.ts';

/** Something that went wrong, with all that is needed to see it again. */
export type Breach = { scenario: string; call: string; fault: string; then: string; problem: string };

/** Which faults to try: all of them, or some. */
export type Choice = (call: Call, kind: FaultKind) => boolean;

export type Sweep = {
  scenario: Scenario;
  story: Story;
  start: Bookmark;
  reference: Reference;
  figures: Figures;
  breaches: Breach[];
};

/** Plays a scenario up to its operation, and once through without faults. */
export async function prepare(scenario: Scenario): Promise<{ sweep: Sweep; calls: Call[] }> {
  const story = await newStory(scenario.world);
  const ids: string[] = [];
  for (const ask of scenario.before) {
    const invocation = await tell(story, ask(story.stack, ids));
    const { Status, Reason, PhysicalResourceId = '' } = invocation.answers[0] ?? {};
    if (Status !== 'SUCCESS') throw new Error(`"${scenario.name}" does not get to its operation: ${Reason}`);
    if (!ids.includes(PhysicalResourceId)) ids.push(PhysicalResourceId);
  }
  scenario.byHand?.(story.place.aws, story.byHand);
  story.watch.forgive();
  const start = bookmark(story);
  const [strict, lenient] = [fingerprint(story.place.aws), fingerprint(story.place.aws, false)];
  const before = { ...story.stack };
  const bystanders = bystandersIn(story);
  reopen(story, start);
  const request = scenario.request(story.stack, ids);
  const invocation = await tell(story, request);
  const reference: Reference = {
    before,
    fingerprintBefore: (otherKeys) => (otherKeys ? strict : lenient),
    fingerprintAfter: fingerprint(story.place.aws),
    id: invocation.answers[0]?.PhysicalResourceId ?? '',
    bystanders,
    scenario,
  };
  const figures = noFigures();
  const sweep: Sweep = {
    scenario: { ...scenario, request: (stack) => scenario.request(stack, ids) },
    story,
    start,
    reference,
    figures,
    breaches: [],
  };
  const findings = noFindings();
  inspectFirst(findings, sweep, request, invocation);
  report(sweep, findings, 'no call', 'no fault', 'nothing');
  return { sweep, calls: [...invocation.calls] };
}

export function report(
  { scenario, figures, breaches }: Sweep,
  findings: Findings,
  call: string,
  fault: string,
  then: string,
) {
  figures.runs += 1;
  figures.checks += findings.checks;
  for (const problem of findings.problems)
    breaches.push({ scenario: scenario.name, call, fault, then, problem });
}

function inspectFirst(
  findings: Findings,
  { story, reference }: Sweep,
  request: Request,
  invocation: Invocation,
  planned: Planned[] = [],
): void {
  inspectInvocation(findings, story, invocation, reference.bystanders);
  const [answer] = invocation.answers;
  const succeeded = answer?.Status === 'SUCCESS';
  if (planned.every(({ kind }) => kind.passes)) {
    note(
      findings,
      'what passes does not fail an operation',
      succeeded ? [] : [`${answer?.Status}: ${answer?.Reason}`],
    );
  }
  if (planned.length === 1 && planned[0]?.kind.crashes) {
    note(findings, 'a crash crashes', invocation.end === 'crashed' ? [] : [`it ${invocation.end}`]);
  }
  if (!answer) return;
  if (request.event.RequestType !== 'Delete') {
    if (succeeded) inspectBundle(findings, story, request, answer.PhysicalResourceId);
  } else if (succeeded) inspectRemoval(findings, story, request.event.PhysicalResourceId);
  else
    inspectLeftovers(
      findings,
      story,
      request,
      planned.map(({ call }) => call),
    );
}

/** What goes wrong in one run. */
export type Planned = { call: Call; kind: FaultKind };

/** Runs the operation with faults; gives back the calls that it made. */
export async function runWith({ story, scenario, start }: Sweep, planned: Planned[]): Promise<Invocation> {
  reopen(story, start);
  for (const { call, kind } of planned) story.place.aws.failCall(hits(kind, call), kind.fault, kind.times);
  const invocation = await tell(story, scenario.request(story.stack, []));
  story.place.aws.faults.length = 0;
  return invocation;
}

/** Lets calls of the operation go wrong, then tries everything that may follow. */
export async function sweepFaults(sweep: Sweep, planned: Planned[]): Promise<Invocation> {
  const { story, scenario } = sweep;
  const first = await runWith(sweep, planned);
  const request = { ...scenario.request(story.stack, []), event: first.event };
  const call = planned.map((each) => `${each.call.number} ${each.call.action}`).join(', ');
  const fault = planned.map(({ kind }) => kind.name).join(', ');
  const findings = noFindings();
  inspectFirst(findings, sweep, request, first, planned);
  report(sweep, findings, call, fault, 'nothing');
  sweep.figures.faults += planned.length;
  await followAll(sweep, request, first, call, fault);
  return first;
}

async function follow(
  continuation: Continuation,
  { story, reference }: Sweep,
  request: Request,
  first: Invocation,
): Promise<Findings> {
  const findings = noFindings();
  try {
    await continuation.run(findings, story, request, first, reference);
  } catch (error) {
    note(findings, 'nothing hangs', [(error as Error).message]);
  }
  note(findings, 'what is beside AWS is well at rest', (await story.beside?.atRest()) ?? []);
  return findings;
}

/** Tries everything that may follow an operation in which something went wrong. */
export async function followAll(
  sweep: Sweep,
  request: Request,
  first: Invocation,
  call: string,
  fault: string,
): Promise<void> {
  const after = bookmark(sweep.story);
  for (const continuation of continuations) {
    if (!continuation.follows(request, first, sweep.reference)) continue;
    reopen(sweep.story, after);
    report(sweep, await follow(continuation, sweep, request, first), call, fault, continuation.name);
  }
}

/** Tries the chosen faults at every call of a scenario's operation, with everything that may follow each. */
export async function sweepScenario(
  scenario: Scenario,
  choose: Choice = () => true,
): Promise<{ figures: Figures; breaches: Breach[] }> {
  const startedAt = performance.now();
  const { sweep, calls } = await prepare(scenario);
  try {
    for (const call of calls) {
      for (const kind of FAULT_KINDS) if (choose(call, kind)) await sweepFaults(sweep, [{ call, kind }]);
    }
  } finally {
    endStory(sweep.story);
  }
  sweep.figures.seconds = (performance.now() - startedAt) / 1000;
  return sweep;
}
