import { expect, test } from 'vitest';
import { parseStackId } from '../../src/bundle/stack.ts';
import { emitMetrics } from '../../src/metrics.ts';
import { captureOutput } from '../support/memory-aws/output.ts';

test('metrics are one line of JSON that CloudWatch reads without a call', () => {
  const output = captureOutput();
  const stack = parseStackId('arn:aws:cloudformation:eu-west-1:123456789012:stack/redis/0b7c1d40');
  emitMetrics({ stack, logicalId: 'Bundle', providerStackId: stack.id }, { Drift: 2, Suspended: 0 });
  output.restore();
  expect(output.lines.map(({ text }) => JSON.parse(text))).toEqual([
    {
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'RvAccessBundle',
            Dimensions: [['StackName', 'LogicalResourceId']],
            Metrics: [{ Name: 'Drift' }, { Name: 'Suspended' }],
          },
        ],
      },
      StackName: 'redis',
      LogicalResourceId: 'Bundle',
      Drift: 2,
      Suspended: 0,
    },
  ]);
});
