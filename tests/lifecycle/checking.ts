import { vi } from 'vitest';
import type { CheckEvent } from '../../src/handlers/check.ts';
import type { Checked } from '../../src/reconcile/check.ts';
import type { Account } from '../support/account.ts';
import type { Call } from '../support/memory-aws/calls.ts';
import { dropTimers, settle } from '../support/memory-aws/clock.ts';
import { LOGICAL_ID, STACK_ID } from '../support/memory-aws/events.ts';
import { TIMEOUT } from '../support/memory-aws/invoke.ts';

/** What one check led to. */
export type CheckResult = Checked & { calls: Call[]; log: string[]; writes: string[] };

const event: CheckEvent = {
  source: 'rv-access.check',
  stackId: STACK_ID,
  logicalResourceId: LOGICAL_ID,
};

/** Sends the event of the daily rule, or of a person. */
export async function sendCheck(account: Account, more: Partial<CheckEvent> = {}): Promise<CheckResult> {
  const { aws, output, handler } = account.place;
  const [calls, lines] = [aws.calls.length, output.lines.length];
  const end = Date.now() + TIMEOUT;
  const context = {
    getRemainingTimeInMillis: () => Math.max(0, end - Date.now()),
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:checker',
  };
  try {
    const checked = (await settle(handler({ ...event, ...more } as never, context))) as Checked;
    const made = aws.calls.slice(calls);
    return {
      ...checked,
      calls: made,
      log: output.lines.slice(lines).map(({ text }) => text),
      writes: made
        .filter(({ mutating, service }) => mutating && service !== 'dynamodb')
        .map(({ action }) => action),
    };
  } finally {
    if (vi.getTimerCount() > 0) dropTimers();
  }
}

/** The findings of a check, as `user redislabs-user: it has …`. */
export const said = ({ drift }: Checked): string[] =>
  drift.map(({ resource, name, difference }) => `${resource} ${name}: ${difference}`);
