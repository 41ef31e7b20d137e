import type { FaultKind } from '../../local/redis-cloud/faults.ts';
import { currentRun } from '../support/memory-aws/runs.ts';
import type { Asked } from '../support/redis-cloud.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import type { Figures } from './figures.ts';
import { inspectBundle, inspectInvocation, inspectRemoval, noFindings, note } from './inspection.ts';
import { problemsNow, redis } from './registration-scenarios.ts';
import type { Scenario } from './scenarios.ts';
import { endStory, reopen, tell } from './story.ts';
import {
  type Choice as AwsChoice,
  type Breach,
  followAll,
  prepare,
  report,
  type Sweep,
  sweepFaults,
} from './sweep.ts';

/** A way in which one request to Redis goes wrong. */
export interface RedisFault {
  name: string;
  kind: FaultKind | 'crash before' | 'crash after';
  /** The same request again fails, too, however often it is repeated. */
  lasts?: boolean;
  /** The operation must succeed all the same. */
  passes?: boolean;
}

export const REDIS_FAULTS: RedisFault[] = [
  { name: 'lost before', kind: 'drop before', passes: true },
  { name: 'lost after', kind: 'drop after', passes: true },
  { name: '429', kind: '429', passes: true },
  { name: '429 with a time', kind: '429 with header', passes: true },
  { name: '500', kind: '500', passes: true },
  { name: '503 after it was done', kind: '503 after', passes: true },
  { name: 'hangs before', kind: 'hang before', passes: true },
  { name: 'hangs after', kind: 'hang after', passes: true },
  { name: '401', kind: '401' },
  { name: '422', kind: '422' },
  { name: 'a page of HTML after it was done', kind: 'html after' },
  { name: 'crash before', kind: 'crash before' },
  { name: 'crash after', kind: 'crash after' },
  { name: 'lost before for good', kind: 'drop before', lasts: true },
  { name: 'lost after for good', kind: 'drop after', lasts: true },
  { name: '429 for good', kind: '429', lasts: true },
  { name: '500 for good', kind: '500', lasts: true },
  { name: '401 for good', kind: '401', lasts: true },
  { name: 'hangs for good', kind: 'hang before', lasts: true },
];

/** Which faults to try. */
export type Choice = (request: Asked, fault: RedisFault) => boolean;

const shape = (what: string) => what.replace(/[\da-f]{8}-[\da-f-]{27}/, 'ID');

/** Lets a request to Redis go wrong. */
export function arm({ number, what }: Pick<Asked, 'number' | 'what'>, { kind, lasts }: RedisFault): void {
  redis.gate = async (request, moment) => {
    const hits = lasts
      ? request.number >= number && shape(request.what) === shape(what)
      : request.number === number;
    if (!hits) return;
    if (kind === 'crash before' || kind === 'crash after') {
      if (kind.endsWith(moment)) currentRun()?.die();
    } else if (moment === 'before') redis.standIn.faults.push({ kind, times: 1, when: () => true });
  };
}

/** From now on Redis is looked at after every change, at AWS or there. */
export function watchRedis({ story }: Pick<Sweep, 'story'>): void {
  const { aws } = story.place;
  const before = aws.afterChange;
  aws.afterChange = (call) => {
    before?.(call);
    for (const problem of problemsNow(aws)) story.watch.breaches.push(`after ${call.action} ${problem}`);
  };
  redis.afterAnswer = () => {
    for (const problem of problemsNow(aws)) story.watch.breaches.push(`after an answer of Redis ${problem}`);
  };
}

/**
 * Tries the chosen faults at every request to Redis of a scenario's operation, and at every call to AWS, with everything
 * that may follow each.
 */
export async function sweepRegistration(
  scenario: Scenario,
  choose: Choice,
  chooseAws: AwsChoice,
): Promise<{ figures: Figures; breaches: Breach[] }> {
  const startedAt = performance.now();
  const { sweep, calls } = await prepare(scenario);
  watchRedis(sweep);
  try {
    const requests = [...redis.asked];
    for (const request of requests)
      for (const fault of REDIS_FAULTS) if (choose(request, fault)) await sweepOne(sweep, request, fault);
    for (const call of calls)
      for (const kind of FAULT_KINDS) if (chooseAws(call, kind)) await sweepFaults(sweep, [{ call, kind }]);
  } finally {
    endStory(sweep.story);
  }
  sweep.figures.seconds = (performance.now() - startedAt) / 1000;
  return sweep;
}

async function sweepOne(sweep: Sweep, asked: Asked, fault: RedisFault): Promise<void> {
  const { story, scenario, start, reference } = sweep;
  reopen(story, start);
  arm(asked, fault);
  const request = scenario.request(story.stack, []);
  const first = await tell(story, request);
  redis.gate = undefined;
  redis.standIn.faults.length = 0;

  const findings = noFindings();
  inspectInvocation(findings, story, first, reference.bystanders);
  const { Status, Reason } = first.answers[0] ?? {};
  if (fault.passes)
    note(
      findings,
      'what passes does not fail an operation',
      Status === 'SUCCESS' ? [] : [`${Status}: ${Reason}`],
    );
  if (fault.kind.startsWith('crash'))
    note(findings, 'a crash crashes', first.end === 'crashed' ? [] : [`it ${first.end}`]);
  if (Status === 'SUCCESS' && request.event.RequestType === 'Delete')
    inspectRemoval(findings, story, request.event.PhysicalResourceId);
  else if (Status === 'SUCCESS')
    inspectBundle(findings, story, request, first.answers[0]?.PhysicalResourceId ?? '');
  const call = `${asked.number} ${shape(asked.what)}`;
  report(sweep, findings, call, fault.name, 'nothing');
  sweep.figures.faults += 1;
  await followAll(sweep, { ...request, event: first.event }, first, call, fault.name);
}
