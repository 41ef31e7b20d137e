import type { Identity } from './bundle/bundle-id.ts';
import { log } from './log.ts';

/** What a check measures, by the metric's name. */
export type Metrics = Record<string, number>;

/**
 * Tells CloudWatch metrics by one line of the log, in its embedded metric format: no call, and nothing to permit. Written
 * by hand, as a library for it would be larger than all of the check.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function emitMetrics({ stack, logicalId }: Identity, metrics: Metrics): void {
  log({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: 'RvAccessBundle',
          Dimensions: [['StackName', 'LogicalResourceId']],
          Metrics: Object.keys(metrics).map((Name) => ({ Name })),
        },
      ],
    },
    StackName: stack.name,
    LogicalResourceId: logicalId,
    ...metrics,
  });
}
