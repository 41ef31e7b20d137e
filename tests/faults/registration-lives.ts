import { vi } from 'vitest';
import { randomOf } from '../../local/redis-cloud/random.ts';
import { harshestDay } from '../support/harsh-days.ts';
import { INVENTED_ID, type Properties } from '../support/memory-aws/events.ts';
import type { Invocation } from '../support/memory-aws/invoke.ts';
import { API_SECRET_ARN } from '../support/redis-cloud.ts';
import { STEPS } from '../support/rotation.ts';
import { namesOf } from './health.ts';
import {
  type Findings,
  inspectBundle,
  inspectInvocation,
  inspectNothingElse,
  inspectRemoval,
  noFindings,
  note,
} from './inspection.ts';
import { disturb, undisturb } from './registration-disturbances.ts';
import { besideRedis, redis } from './registration-scenarios.ts';
import { watchRedis } from './registration-sweep.ts';
import { stepOf, tokenOf } from './rotation.ts';
import { create, type Request, remove, reverse, type Stack, update } from './stack.ts';
import { bystandersIn, endStory, newStory, tell } from './story.ts';

/** What the lives of a registered bundle are made of. */
const CHANGES: Record<string, unknown[]> = {
  RedisCloudApiSecretArn: [API_SECRET_ARN, API_SECRET_ARN, undefined],
  CloudAccountName: [undefined, 'Databases', 'Caches'],
  AccessKeySerial: [1, 2, 3, 4],
  PasswordSerial: [1, 2, 3],
  UserName: [undefined, 'redis-user-2'],
  SecretName: [undefined, 'another/secret'],
  UserPolicyName: [undefined, 'RedisUserPolicy2'],
  Tags: ['Team=a', 'Team=b'],
};
const MOST_STEPS = 10;

/** One life, by its seed: creates, changes, roll-backs and removals, each disturbed in some way. */
export async function liveRegistered(
  seed: number,
): Promise<Findings & { runs: number; faults: number; told: string[] }> {
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const oneOf = <T>(choices: readonly T[]): T => choices[below(choices.length)] as T;
  const accessKeyId = oneOf(['plain', 'masked', 'absent'] as const);
  const story = await newStory((aws) => {
    if (random() < 0.3) harshestDay(aws, seed);
    return besideRedis(aws, {
      receivedMs: oneOf([500, 20_000, 100_000]),
      replicaLagMs: oneOf([0, 1000, 20_000, 60_000]),
      taskReadsNotFound: below(4),
      // Where neither tells, nobody can know what became of a POST whose answer was lost.
      taskTellsId: accessKeyId !== 'plain' || random() < 0.8,
      errorsOver: oneOf(['task', 'http']),
      notFoundOver: oneOf(['task', 'http']),
      accessKeyId,
      awsUserArn: random() < 0.5,
      signInLoginUrl: random() < 0.5,
      credentialsAfterMs: oneOf([0, 0, 30_000]),
      refusedUpdate: oneOf(['active', 'active-error']),
    });
  });
  const findings = noFindings();
  const counts = { runs: 0, faults: 0 };
  const told: string[] = [`seed ${seed}`];
  const bystanders = bystandersIn(story);
  watchRedis({ story });

  let rotation: string | undefined;

  /** Sends a request that something may disturb. */
  const send = async (request: Request, disturbed = false): Promise<Invocation> => {
    const number = redis.asked.length + below(12);
    const what = disturbed ? disturb(story.place, number, oneOf, below) : 'nothing';
    const invocation = await tell(story, request);
    undisturb(story.place);
    const { Status, Reason } = invocation.answers[0] ?? {};
    told.push(
      `${request.name} ${JSON.stringify(request.properties)} with ${what}: ${Status ?? invocation.end} ${Reason ?? ''}`,
    );
    counts.runs += 1;
    if (disturbed) counts.faults += 1;
    inspectInvocation(findings, story, invocation, bystanders);
    if (!disturbed)
      note(
        findings,
        'nothing fails without a cause',
        Status === 'SUCCESS' ? [] : [`${request.name}: ${Reason}`],
      );
    if (Status === 'SUCCESS' && request.properties)
      inspectBundle(findings, story, request, invocation.answers[0]?.PhysicalResourceId ?? '');
    return invocation;
  };

  /** Secrets Manager begins a rotation, or goes on with one, and something may go wrong on the way. */
  const rotate = async (isAtRest: boolean): Promise<void> => {
    const { id, properties = {} } = story.stack;
    if (id === undefined) return;
    if (rotation === undefined || random() < 0.5) rotation = tokenOf(below(1_000_000_000));
    const steps = STEPS.slice(0, oneOf([1, 2, 3, 4, 4, 4]));
    const disturbed = random() < 0.6 ? oneOf(steps) : undefined;
    for (const name of steps) {
      const request = stepOf(story, name, rotation, namesOf(properties).secret);
      const what =
        name === disturbed ? disturb(story.place, redis.asked.length + below(8), oneOf, below) : 'nothing';
      const invocation = await tell(story, request);
      undisturb(story.place);
      told.push(`${name} with ${what}: ${invocation.end} ${invocation.thrown ?? ''}`);
      counts.runs += 1;
      inspectInvocation(findings, story, invocation, bystanders);
      pass(2);
      if (invocation.end !== 'returned') return;
    }
    if (steps.length < STEPS.length) return;
    rotation = undefined;
    const ill = isAtRest ? story.beside?.ailments(properties, id) : undefined;
    note(findings, 'Redis has what a rotation has made', ill ?? []);
  };

  /** As Lambda does, once, and then CloudFormation. */
  const ask = async (request: Request): Promise<Invocation> => {
    const invocation = await send(request, true);
    if (invocation.end !== 'crashed' || random() < 0.5) return invocation;
    pass(60);
    return send(request, true);
  };

  const step = async (): Promise<void> => {
    const before: Stack = { ...story.stack };
    const changes = { [oneOf(Object.keys(CHANGES))]: undefined, [oneOf(Object.keys(CHANGES))]: undefined };
    for (const name of Object.keys(changes)) changes[name] = oneOf(CHANGES[name] ?? []) as undefined;
    const properties = defined({ RedisCloudApiSecretArn: API_SECRET_ARN, ...before.properties, ...changes });
    if (before.id === undefined) return begin({ ...properties, RotationDays: oneOf([0, 30, 30]) });
    if (random() < 0.15) return end(before, random() < 0.5);
    const invocation = await ask(update(before, properties));
    const succeeded = invocation.answers[0]?.Status === 'SUCCESS';
    if (!succeeded && random() < 0.4) await rotate(false);
    const after: Stack = { ...story.stack };
    pass(invocation.end === 'crashed' ? 360 : 2);
    if (succeeded && random() < 0.7) {
      if (after.id !== before.id) await send(remove(before.id, before.properties));
      story.stack = after;
      return inspectAfter(properties);
    }
    await send(reverse(before, after, properties));
    const back: Stack = { ...story.stack };
    if (after.id !== back.id) await send(remove(after.id ?? '', properties));
    story.stack = back;
    inspectAfter(back.properties ?? {});
  };

  /** Only one generation is left then. */
  const inspectAfter = (properties: Properties): void => {
    inspectNothingElse(findings, story, properties);
    note(findings, 'Redis goes on', story.beside?.ailments(properties, story.stack.id ?? '') ?? []);
  };

  const begin = async (properties: Properties): Promise<void> => {
    const invocation = await ask(create(properties));
    if (invocation.answers[0]?.Status === 'SUCCESS') return;
    pass(invocation.end === 'crashed' ? 360 : 2);
    await send(remove(invocation.answers[0]?.PhysicalResourceId ?? INVENTED_ID, properties));
    story.stack = {};
    inspectRemoval(findings, story);
  };

  const end = async ({ id = '', properties }: Stack, disturbed: boolean): Promise<void> => {
    const invocation = await send(remove(id, properties), disturbed);
    if (invocation.answers[0]?.Status !== 'SUCCESS') {
      pass(invocation.end === 'crashed' ? 360 : 60);
      await send(remove(id, properties));
    }
    story.stack = {};
    inspectRemoval(findings, story);
  };

  try {
    for (let steps = 0; steps < MOST_STEPS && findings.problems.length === 0; steps += 1) {
      await (random() < 0.7 ? step() : rotate(true));
      note(findings, 'Redis is well at rest', (await story.beside?.atRest()) ?? []);
      pass(20);
    }
    if (findings.problems.length === 0 && story.stack.id !== undefined) await end(story.stack, false);
    pass(3600);
    note(findings, 'Redis is well in the end', (await story.beside?.atRest()) ?? []);
  } catch (error) {
    note(findings, 'nothing hangs', [(error as Error).stack ?? '']);
  } finally {
    endStory(story);
  }
  return { ...findings, ...counts, told };
}

const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

const defined = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
