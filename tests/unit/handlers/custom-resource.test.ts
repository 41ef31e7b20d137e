import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundleTag, identityOf } from '../../../src/bundle/bundle-id.ts';
import { emptyState } from '../../../src/ledger/state.ts';
import { type AnswerBox, answerBox } from '../../support/memory-aws/answers.ts';
import { updateEvent } from '../../support/memory-aws/events.ts';
import { loadHandler } from '../../support/memory-aws/invoke.ts';
import { type MemoryAws, memoryAws } from '../../support/memory-aws/memory-aws.ts';
import { captureOutput, type Output } from '../../support/memory-aws/output.ts';
import { ledgerTable } from '../../support/memory-aws/world.ts';

/** By the real clock: timers of the fake one do not know which request they belong to. */

let aws: MemoryAws;
let box: AnswerBox;
let output: Output;
beforeEach(() => {
  aws = memoryAws();
  box = answerBox();
  output = captureOutput();
});
afterEach(() => {
  output.restore();
  box.restore();
  aws.restore();
});

const answer = () => JSON.parse(box.puts.at(-1)?.body ?? '{}');

test('at the deadline of a request that waits, CloudFormation is told who is at work since when', async () => {
  const event = updateEvent('id', { Tags: 'Team=Data' }, {});
  const lease = {
    holder: 'x',
    request: { key: 'k', kind: 'Create' },
    beats: 1,
    since: '2026-01-15T11:59:00.000Z',
  };
  const key = bundleTag(identityOf(event.StackId, event.LogicalResourceId));
  aws.ledger[ledgerTable()] = {
    [key]: {
      bundle: { S: key },
      version: { N: '1' },
      state: { S: JSON.stringify({ ...emptyState(), lease }) },
    },
  };
  const handler = await loadHandler();
  const started = Date.now();
  await handler(event, { getRemainingTimeInMillis: () => 15_100 });
  expect(Date.now() - started).toBeLessThan(5000);
  expect(answer()).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining(
      'It waited for another request of this bundle (Create, at work since 2026-01-15T11:59:00.000Z).',
    ),
  });
  expect(aws.calls.map(({ action }) => action)).toEqual(['GetItem']);
});
