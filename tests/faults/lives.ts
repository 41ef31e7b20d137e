import { harshestDay } from '../support/harsh-days.ts';
import { INVENTED_ID } from '../support/memory-aws/events.ts';
import { handMade } from './hand-made.ts';
import { namesOf } from './health.ts';
import {
  type Findings,
  inspectInvocation,
  inspectNothingElse,
  inspectRemoval,
  noFindings,
  note,
} from './inspection.ts';
import { CHANGES, type Life, type Step } from './life.ts';
import { clearTheWay, insist, type Living, pass, send, status } from './living.ts';
import { fingerprint } from './normal-form.ts';
import { slowWorld } from './scenarios.ts';
import { create, remove, reverse, type Stack, update } from './stack.ts';
import { bystandersIn, endStory, newStory, tell } from './story.ts';
import { suspend } from './suspending.ts';
import { check, rotate } from './without-cloudformation.ts';

async function begin(living: Living, step: Extract<Step, { does: 'request' }>): Promise<void> {
  const { story } = living;
  const request = create(living.properties);
  let invocation = await send(living, request, step.fault);
  if (invocation.end === 'crashed' && step.retry) {
    pass(60);
    invocation = await send(living, request);
  }
  if (status(invocation) === 'SUCCESS') return;
  pass(invocation.end === 'crashed' ? 360 : 2);
  const id = invocation.answers[0]?.PhysicalResourceId ?? INVENTED_ID;
  await insist(living, () => remove(id, living.properties));
  inspectRemoval(living.findings, story);
}

async function alter(living: Living, step: Extract<Step, { does: 'request' }>): Promise<void> {
  const { story } = living;
  const before: Stack = { ...story.stack };
  const changes = [step.change, ...(step.and ? [step.and] : [])];
  const values = Object.fromEntries(changes.map(([name, index]) => [name, CHANGES[name][index]]));
  const properties = { ...before.properties, ...values };
  const request = update(before, properties);
  let invocation = await send(living, request, step.fault);
  if (invocation.end === 'crashed' && step.retry) {
    pass(60);
    invocation = await send(living, request);
  }
  if (step.rotates) {
    living.unsettled = true;
    await rotate(living, { steps: step.rotates, anew: false });
    living.unsettled = false;
  }
  const succeeded = status(invocation) === 'SUCCESS';
  const after: Stack = { ...story.stack };
  pass(invocation.end === 'crashed' ? 360 : 2);
  if (succeeded && !step.rollBack) {
    living.properties = properties;
    if (after.id !== before.id) {
      await insist(living, () => remove(before.id ?? '', before.properties));
      story.stack = after;
      inspectNothingElse(living.findings, story, properties);
    }
    return;
  }
  living.properties = before.properties ?? {};
  await insist(living, () => reverse(before, after, properties));
  const back: Stack = { ...story.stack };
  if (after.id !== back.id) {
    await insist(living, () => remove(after.id ?? '', properties));
    story.stack = back;
    inspectNothingElse(living.findings, story, living.properties);
  }
}

async function live(living: Living, step: Step): Promise<void> {
  const { story, findings } = living;
  const { aws } = story.place;
  const exists = story.stack.id !== undefined;
  switch (step.does) {
    case 'request':
      return exists ? alter(living, step) : begin(living, step);
    case 'delete': {
      if (!exists) return;
      const { id = '', properties } = story.stack;
      const invocation = await send(living, remove(id, properties), step.fault);
      if (status(invocation) !== 'SUCCESS') {
        pass(60);
        await insist(living, () => remove(id, properties));
      }
      story.stack = {};
      return inspectRemoval(findings, story);
    }
    case 'by hand': {
      const made = handMade[step.what];
      if (!exists || !made) return;
      made.change(aws, namesOf(living.properties), story.byHand);
      living.blocked ||= made.blocks;
      living.drifted = true;
      return story.watch.forgive();
    }
    case 'suspend':
      return exists ? suspend(living, step) : undefined;
    case 'rotate':
      return rotate(living, step);
    case 'check':
      return check(living, step);
    case 'wait':
      return pass(step.seconds);
    case 'again':
      return deliverAgain(living, step.back);
  }
}

/** Lambda delivers an event a second time, long after it was carried out: that must not undo what came after it. */
async function deliverAgain(living: Living, back: number): Promise<void> {
  const { story, findings, done } = living;
  const request = done.at(-1 - back);
  if (!request) return;
  pass(2);
  const before = { stack: { ...story.stack }, promised: new Set(story.watch.promised) };
  const state = fingerprint(story.place.aws);
  const invocation = await tell(story, request);
  living.figures.runs += 1;
  inspectInvocation(findings, story, invocation, living.bystanders);
  story.stack = before.stack;
  story.watch.promised = before.promised;
  if (request === done.at(-1) || living.drifted) return;
  const changed = fingerprint(story.place.aws) !== state;
  const late = `${request.name} ${back} requests late`;
  note(findings, 'a late copy of an event changes nothing', changed ? [`${late} changed something`] : []);
}

/** Lives a life; afterwards the stack is set right and deleted, and nothing may be left. */
export async function liveOut({
  slow,
  harsh,
  rotates,
  steps,
}: Life): Promise<Findings & { runs: number; faults: number }> {
  const story = await newStory((aws) => {
    if (slow) slowWorld(aws);
    if (harsh !== undefined) harshestDay(aws, harsh);
  });
  const living: Living = {
    story,
    findings: noFindings(),
    bystanders: bystandersIn(story),
    properties: rotates ? { RotationDays: 30 } : {},
    blocked: false,
    drifted: false,
    unsettled: false,
    rotation: undefined,
    rotations: 0,
    done: [],
    figures: { runs: 0, faults: 0 },
  };
  try {
    for (const step of steps) {
      await live(living, step);
      pass(20);
      if (living.findings.problems.length > 0) break;
    }
    if (living.findings.problems.length === 0) await end(living);
  } catch (error) {
    note(living.findings, 'nothing hangs', [(error as Error).stack ?? '']);
  } finally {
    endStory(story);
  }
  return { ...living.findings, ...living.figures };
}

async function end(living: Living): Promise<void> {
  const { story } = living;
  if (story.stack.id === undefined) return;
  clearTheWay(living);
  const { id = '', properties = {} } = story.stack;
  await insist(living, () => update(story.stack, { ...properties, Tags: 'Last=update' }));
  await insist(living, () => remove(id, properties));
  inspectRemoval(living.findings, story);
}
