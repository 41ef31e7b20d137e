import { harshestDay } from '../support/harsh-days.ts';
import { dropTimers, settle } from '../support/memory-aws/clock.ts';
import type { Properties } from '../support/memory-aws/events.ts';
import { type Invocation, startFunction } from '../support/memory-aws/invoke.ts';
import type { MemoryAws } from '../support/memory-aws/memory-aws.ts';
import { STEPS, type Step } from '../support/rotation.ts';
import { ailments, namesOf } from './health.ts';
import { type Findings, note } from './inspection.ts';
import { healthy, later, nothingLeft, type Race } from './races.ts';
import { stepOf, tokenOf } from './rotation.ts';
import { create, type Request, remove, type Stack, update } from './stack.ts';
import type { Story } from './story.ts';

/** A step of a rotation by Secrets Manager, which knows nothing of CloudFormation, meets a request of the stack. */

const A: Properties = { Tags: 'Team=data', RotationDays: 30 };
/** The token of the rotation that meets a request, and that of the next one. */
const [MET, NEXT] = [tokenOf('met'), tokenOf('next')];

const step =
  (name: Step) =>
  (_: Stack, story: Story): Request =>
    later(() => stepOf(story, name, MET, namesOf(A).secret));

const created = () => create(A);
const until = (last: Step) => [created, ...STEPS.slice(0, STEPS.indexOf(last)).map(step)];

/** Secrets Manager goes on: it asks for the steps of the rotation once more, and some day for those of a new one. */
async function rotate({ place }: Story, ask: (name: Step) => Request): Promise<string[]> {
  const failures: string[] = [];
  for (const name of STEPS) {
    const { end, thrown } = await settle(startFunction(place, ask(name).event));
    dropTimers();
    if (end !== 'returned') failures.push(`${name}: ${(thrown as Error | undefined)?.message ?? end}`);
  }
  return failures;
}

/** The request has been carried out, the rotation may go on or not, and the next one goes through. */
function bothLive(properties: Properties): Race['end'] {
  return async (findings, story, runs) => {
    const [request] = runs.filter(({ event }) => 'RequestType' in event);
    const answer = request?.answers[0];
    note(
      findings,
      'the request succeeds',
      answer?.Status === 'SUCCESS' ? [] : [`${answer?.Status}: ${answer?.Reason}`],
    );
    await healthy(properties)(findings, story, [request, request] as [Invocation, Invocation]);
    const { aws } = story.place;
    const { secret } = namesOf(properties);
    const ill = () => ailments(aws, properties, answer?.PhysicalResourceId ?? '', story.byHand);
    await rotate(story, (name) => stepOf(story, name, MET, secret));
    note(findings, 'the bundle is healthy when the steps came again', ill());
    const failures = await rotate(story, (name) => stepOf(story, name, NEXT, secret));
    note(findings, 'the next rotation goes through', failures);
    const current = Object.entries(aws.secrets[secret]?.versions ?? {}).find(([, { stages }]) =>
      stages.includes('AWSCURRENT'),
    )?.[0];
    note(findings, 'the next rotation is in force', current === NEXT ? [] : [`${current} is`]);
    note(findings, 'the bundle is healthy after the next rotation', ill());
  };
}

/** The bundle is gone, and no step makes anything of it anew. */
async function gone(findings: Findings, story: Story, runs: [Invocation, Invocation]): Promise<void> {
  await nothingLeft(findings, story, runs);
  await rotate(story, (name) => stepOf(story, name, MET, namesOf(A).secret));
  await nothingLeft(findings, story, runs);
}

const meets = (name: Step, what: string, change: Properties): Race => ({
  name: `${name} of a rotation while an Update ${what}`,
  before: until(name),
  requests: (stack, _, story) => [step(name)(stack, story), later(() => update(stack, { ...A, ...change }))],
  end: bothLive({ ...A, ...change }),
});

const meetsDelete = (name: Step): Race => ({
  name: `${name} of a rotation while the Delete runs`,
  before: until(name),
  requests: (stack, _, story) => [
    step(name)(stack, story),
    later(() => remove(stack.id ?? '', { ...A, DeletionProtection: 'Off' })),
  ],
  end: gone,
});

const atBest: Race[] = [
  meets('createSecret', 'makes a new key', { AccessKeySerial: 2 }),
  meets('finishSecret', 'makes a new key', { AccessKeySerial: 2 }),
  meets('createSecret', 'makes a new password', { PasswordSerial: 2 }),
  meets('finishSecret', 'renames the secret', { SecretName: 'elsewhere' }),
  meets('createSecret', 'makes another user', { UserName: 'other' }),
  meets('finishSecret', 'changes tags', { Tags: 'Team=cache' }),
  meetsDelete('createSecret'),
  meetsDelete('finishSecret'),
];

export const rotationRaces: Race[] = [
  ...atBest,
  ...atBest.slice(0, 2).map((race, index) => ({
    ...race,
    name: `${race.name}, on the harshest day`,
    world: (aws: MemoryAws) => harshestDay(aws, index + 1),
    step: 5,
  })),
];
