import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../local/aws.ts';
import { isInSample, sampleOf, shareName } from '../../support/sample.ts';
import { noFigures, writeFigures } from '../figures.ts';
import type { Point } from './gateway.ts';
import { type Life, newLife } from './life.ts';
import { type Operation, operations, pointsOf } from './operations.ts';

/** Of so many points one is tried, and of those after a write of the ledger one of so many. */
const SHARE = sampleOf({ some: 149, more: 19, all: 1 });
const LEDGER_SHARE = sampleOf({ some: 2, more: 1 });
/** Lives lived side by side: most of the time they wait. */
const AT_ONCE = 6;
const NO_KEY = 'InvalidClientTokenId';

let aws: LocalAws;
const total = noFigures();

beforeAll(async () => {
  aws = await startLocalAws({ keyActivationSeconds: 0 });
});
afterAll(async () => {
  await aws.stop();
  writeFigures('crashes', total, {
    share: shareName(SHARE),
    operations: operations.length,
  });
});

const isLedgerWritten = ({ action, moment }: Point) => action === 'PutItem' && moment === 'after';

/** What an operation without a crash calls, and what there is before and after it. */
interface Reference {
  calls: string[];
  before: string;
  after: string;
}

async function inLife<Result>(operation: Operation, live: (life: Life) => Promise<Result>): Promise<Result> {
  const life = await newLife(aws);
  try {
    await operation.prepare(life);
    return await live(life);
  } finally {
    await life.end();
  }
}

const referenceOf = (operation: Operation) =>
  inLife(operation, async (life): Promise<Reference> => {
    const before = await life.state();
    const { answer } = await operation.run(life);
    expect(answer?.Status).toBe('SUCCESS');
    return { calls: [...life.calls], before, after: await life.state() };
  });

/** Interrupts the operation at a point, lets it go on or takes it back, and says what is wrong then. */
function interrupt(operation: Operation, point: Point, reference: Reference, takesBack: boolean) {
  return inLife(operation, async (life) => {
    const wrong: string[] = [];
    const check = (holds: boolean, problem: string) => {
      total.checks += 1;
      if (!holds) wrong.push(problem);
    };
    const removes = operation.name === 'delete';
    const old = operation.name === 'create' ? undefined : await life.content();
    const first = await operation.run(life, point);
    const [attempt] = first.attempts;
    // How often the lease is kept alive, and a policy detached which two lists show, is a matter of time.
    if (!life.met && /^(PutItem|Detach.*Policy)$/.test(point.action)) return [];
    check(life.met, 'the call did not come');
    if (point.moment === 'lost') check(first.answer?.Status === 'SUCCESS', `failed: ${first.answer?.Reason}`);
    else check(attempt?.outcome === 'crash' && !first.body, `ended with ${attempt?.outcome}`);
    if (old && !removes) check((await life.callerOf(old)) !== NO_KEY, 'the old key is dead meanwhile');

    const next = takesBack ? await operation.takeBack?.(life) : await life.again(first);
    check(next?.answer?.Status === 'SUCCESS', `what follows failed: ${next?.answer?.Reason}`);
    const state = await life.state();
    if (!takesBack) check(state === reference.after, difference(state, reference.after));
    if (removes && old) check((await life.callerOf(old)) === NO_KEY, 'the key works after the Delete');
    else if (takesBack && !old) check(isEmpty(state), `is left after the Delete: ${state}`);
    else {
      const key = await life.content();
      check(/:user\//.test(await life.callerOf(key)), 'the current key does not work');
      if (takesBack) check(key.accessKeyId === old?.accessKeyId, 'the old key is not the current one again');
    }
    check(life.leaks().length === 0, life.leaks().join(', '));
    return wrong.map(
      (problem) =>
        `${point.moment} ${point.action} ${point.nth}, ${takesBack ? 'taken back' : 'again'}: ${problem}`,
    );
  });
}

/** Whether nothing is there but secrets that are scheduled for deletion. */
function isEmpty(state: string): boolean {
  const { users, roles, policies, instanceProfiles, secrets } = JSON.parse(state);
  const there = [users, roles, policies, instanceProfiles].flatMap((each) => Object.keys(each));
  return (
    there.length === 0 &&
    Object.values(secrets as Record<string, { scheduled: boolean }>).every(({ scheduled }) => scheduled)
  );
}

function difference(found: string, wanted: string): string {
  const lines = wanted.split('\n');
  const index = found.split('\n').findIndex((line, number) => line !== lines[number]);
  return `there is ${found.split('\n')[index]} where there should be ${lines[index]}`;
}

test.concurrent.each(operations)(
  '$name: the process is killed before or after any call, or an answer is lost, and all comes right',
  { timeout: 1_800_000 },
  async (operation) => {
    const startedAt = performance.now();
    const reference = await referenceOf(operation);
    const tries = pointsOf(reference.calls).flatMap((point) =>
      (operation.takeBack && point.moment !== 'lost' ? [false, true] : [false]).map((takesBack) => ({
        point,
        takesBack,
      })),
    );
    const isChosen = ({ point, takesBack }: (typeof tries)[number], index: number) =>
      isInSample(index, SHARE) || (isLedgerWritten(point) && !takesBack && point.nth % LEDGER_SHARE === 0);
    const queue = tries.filter(isChosen).values();
    const problems: string[] = [];
    const worker = async () => {
      for (const { point, takesBack } of queue) {
        total.runs += 1;
        problems.push(...(await interrupt(operation, point, reference, takesBack)));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    total.faults = total.runs;
    total.seconds += (performance.now() - startedAt) / 1000;
    expect(problems).toEqual([]);
  },
);
