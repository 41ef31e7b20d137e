import { vi } from 'vitest';
import { randomOf } from '../../local/redis-cloud/random.ts';
import { harshestDay } from '../support/harsh-days.ts';
import { INVENTED_ID, type Properties } from '../support/memory-aws/events.ts';
import type { Invocation } from '../support/memory-aws/invoke.ts';
import { API_SECRET_ARN } from '../support/redis-cloud.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import {
  type Findings,
  inspectBundle,
  inspectInvocation,
  inspectNothingElse,
  inspectRemoval,
  noFindings,
  note,
} from './inspection.ts';
import { besideRedis, redis } from './registration-scenarios.ts';
import { arm, REDIS_FAULTS, watchRedis } from './registration-sweep.ts';
import { create, type Request, remove, reverse, type Stack, update } from './stack.ts';
import { bystandersIn, endStory, newStory, type Story, tell } from './story.ts';

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
const STEPS = 10;

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

  /** Sends a request that something may disturb. */
  const send = async (request: Request, disturbed = false): Promise<Invocation> => {
    const { aws } = story.place;
    const number = redis.asked.length + below(12);
    const what = disturbed ? disturb(story, number) : 'nothing';
    const invocation = await tell(story, request);
    redis.gate = undefined;
    redis.standIn.faults.length = 0;
    redis.standIn.tasks.planned.length = 0;
    aws.faults.length = 0;
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

  const disturb = ({ place: { aws } }: Story, number: number): string => {
    const kind = oneOf(['redis', 'redis', 'refusal', 'aws', 'nothing']);
    if (kind === 'redis') {
      const fault = oneOf(REDIS_FAULTS);
      arm({ number, what: '' }, { ...fault, lasts: false });
      return `${fault.name} at request ${number}`;
    }
    if (kind === 'refusal') {
      const type = oneOf([
        'GENERAL_ERROR',
        'CLOUD_ACCOUNT_INVALID_CREDS',
        'BAD_REQUEST',
        'CLOUD_ACCOUNT_NAME_EXISTS',
      ]);
      redis.standIn.refuse(oneOf(['Create', 'Update', 'Delete']), type, 1 + below(3));
      return type;
    }
    if (kind === 'nothing') return kind;
    const fault = oneOf(FAULT_KINDS);
    const call = aws.calls.length + below(60);
    aws.failCall(call, fault.fault, fault.times);
    return `${fault.name} at call ${call}`;
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
    if (before.id === undefined) return begin(properties);
    if (random() < 0.15) return end(before, random() < 0.5);
    const invocation = await ask(update(before, properties));
    const succeeded = invocation.answers[0]?.Status === 'SUCCESS';
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
    for (let steps = 0; steps < STEPS && findings.problems.length === 0; steps += 1) {
      await step();
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
