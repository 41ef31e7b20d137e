import type { Call } from '../support/memory-aws/calls.ts';
import { FAULT_KINDS, type FaultKind } from './fault-kinds.ts';
import type { Figures } from './figures.ts';
import type { Scenario } from './scenarios.ts';
import { endStory } from './story.ts';
import { type Breach, prepare, runWith, sweepFaults } from './sweep.ts';

/** The calls between which a key exists that is not in service yet. */
const MINTING = [
  'ListAccessKeys',
  'CreateAccessKey',
  'UpdateAccessKey',
  'DeleteAccessKey',
  'GetAccessKeyLastUsed',
  'DescribeSecret',
  'GetSecretValue',
  'PutSecretValue',
  'UpdateSecretVersionStage',
  'GetCallerIdentity',
  'CreateLoginProfile',
  'UpdateLoginProfile',
];

/** The calls from the first one that makes a key to the last one that puts it in service. */
function mintingOf(calls: Call[]): Call[] {
  const start = calls.findIndex(({ action }) => action === 'CreateAccessKey');
  return start < 0 ? [] : calls.slice(start).filter(({ action }) => MINTING.includes(action));
}

/** Which of so many pairs to try, counted from 0. */
export type Choice = (pair: number) => boolean;

/**
 * Tries pairs of faults while a key is minted, stored, probed and promoted: the second one hits a call that the operation
 * makes after the first, in answer to it perhaps.
 */
export async function pairFaults(
  scenario: Scenario,
  choose: Choice,
): Promise<{ figures: Figures; breaches: Breach[] }> {
  const startedAt = performance.now();
  const { sweep, calls } = await prepare(scenario);
  let pair = 0;
  const first: FaultKind[] = FAULT_KINDS.filter(({ crashes }) => !crashes);
  try {
    for (const call of mintingOf(calls)) {
      for (const kind of first) {
        const seen = await runWith(sweep, [{ call, kind }]);
        for (const later of mintingOf(seen.calls).filter(({ number }) => number > call.number)) {
          for (const second of FAULT_KINDS) {
            if (choose(pair++))
              await sweepFaults(sweep, [
                { call, kind },
                { call: later, kind: second },
              ]);
          }
        }
      }
    }
  } finally {
    endStory(sweep.story);
  }
  sweep.figures.seconds = (performance.now() - startedAt) / 1000;
  return sweep;
}
