import { IAMServiceException } from '@aws-sdk/client-iam';
import { afterAll, expect, test, vi } from 'vitest';
import type { Call } from '../support/memory-aws/calls.ts';
import type { Fault } from '../support/memory-aws/faults.ts';
import { isInSample, sampleOf, shareName } from '../support/sample.ts';
import { addFigures, noFigures, writeFigures } from './figures.ts';
import { leaks } from './leaks.ts';
import { scenarios } from './scenarios.ts';
import { endStory, newStory, type Story, tell } from './story.ts';

/** One of so many faults is tried. */
const SHARE = sampleOf({ some: 11, more: 2, all: 1 });

const OPERATIONS = [
  'create',
  'key and password rotation',
  'rename of the user alone',
  'adoption',
  'delete of a user with everything hung on it',
];

/** AWS quotes in its errors what it was sent, and the SDK hangs the whole request on them. */
function quoting({ input, action }: Call): Error {
  const message = `1 validation error detected: Value '${JSON.stringify(input)}' at '${action}' failed to satisfy constraint`;
  const error = new IAMServiceException({
    name: 'ValidationError',
    message,
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });
  return Object.assign(error, {
    $response: { body: JSON.stringify(input), request: { body: input } },
    cause: new Error(`caused by ${JSON.stringify(input)}`),
  });
}

const FAULTS: [string, Fault, number][] = [
  ['an error that quotes the request', quoting, 1],
  ['answers that get lost for good', 'lostAnswerReset', Number.POSITIVE_INFINITY],
  ['errors of the server for good', 'error500', Number.POSITIVE_INFINITY],
  ['a denial', 'explicitDeny', Number.POSITIVE_INFINITY],
  ['no fault', 'throttled', 0],
];

const total = noFigures();
let worlds = 0;

afterAll(() => writeFigures('leaks', total, { share: shareName(SHARE) }));

/**
 * A story in a process of its own, as it were, with secrets that never were before: what an earlier run had learnt to
 * keep to itself does not count.
 */
async function freshStory(): Promise<Story> {
  vi.resetModules();
  const story = await newStory();
  story.place.aws.serial = ++worlds * 10_000;
  return story;
}

async function callsOf(name: string): Promise<number> {
  const { story } = await run(name, undefined);
  return story.invocations.at(-1)?.calls.length ?? 0;
}

async function run(name: string, fault: { at: number; fault: Fault; times: number } | undefined) {
  const scenario = scenarios.find((each) => each.name === name);
  if (!scenario) throw new Error(`There is no operation "${name}".`);
  const story = await freshStory();
  const { aws } = story.place;
  try {
    for (const ask of scenario.before) await tell(story, ask(story.stack, []));
    scenario.byHand?.(aws, story.byHand);
    // The function may have ended in between: it has to learn anew what is secret.
    vi.resetModules();
    story.place.handler = (await newHandler()) as typeof story.place.handler;
    aws.forgetCalls();
    if (fault) aws.failCall(({ number }) => number === fault.at, fault.fault, fault.times);
    await tell(story, scenario.request(story.stack, []));
    return { story, found: leaks(aws, story.invocations) };
  } finally {
    endStory(story);
  }
}

const newHandler = async () => (await import('../../src/index.ts')).handler;

test.each(OPERATIONS)('%s: no secret gets out, whatever AWS says', { timeout: 7_200_000 }, async (name) => {
  const startedAt = performance.now();
  const length = await callsOf(name);
  const found: string[] = [];
  let runs = 0;
  for (let at = 0; at < length; at++) {
    for (const [index, [what, fault, times]] of FAULTS.entries()) {
      if (!isInSample(at + index, SHARE)) continue;
      runs += 1;
      const result = await run(name, { at, fault, times });
      found.push(...result.found.map((leak) => `${what} at call ${at}: ${leak}`));
    }
  }
  addFigures(total, {
    runs,
    faults: runs,
    checks: runs * 3,
    seconds: (performance.now() - startedAt) / 1000,
  });
  expect(found).toEqual([]);
  expect(runs).toBeGreaterThan(10);
});

test('a secret that does get out is found, wherever it is', async () => {
  const story = await freshStory();
  try {
    const { invocations, place } = story;
    await tell(story, scenarios[0]?.request({}, []) as never);
    const secret = place.aws.minted.at(-1) ?? '';
    const [invocation] = invocations;
    if (!invocation) throw new Error('nothing ran');
    expect(leaks(place.aws, invocations)).toEqual([]);
    const inner = new Error('inner', { cause: { deep: { deeper: secret } } });
    const shown = [
      { ...invocation, lines: [{ run: undefined, text: `the password is ${secret}` }] },
      { ...invocation, thrown: new Error('outer', { cause: inner }) },
      { ...invocation, puts: [{ ...invocation.puts[0], body: JSON.stringify({ Reason: secret }) }] as never },
      { ...invocation, lines: [{ run: undefined, text: invocation.event.ResponseURL }] },
    ];
    for (const each of shown) expect(leaks(place.aws, [each])).not.toEqual([]);
  } finally {
    endStory(story);
  }
});
