import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';

/** Of what the daily check tells CloudWatch, what the status shows. */
const NAMES = ['Drift', 'RegistrationActive'] as const;
/** A check that missed one day has still told; one that missed two has not. */
const WINDOW_MS = 2 * 86_400_000;
const HOUR_SECONDS = 3600;

/** What the last daily check of a stack's bundle told; a metric without value is left out. */
export async function latestMetrics(
  cloudWatch: CloudWatchClient,
  stackName: string,
): Promise<Partial<Record<(typeof NAMES)[number], number>>> {
  const now = Date.now();
  const Dimensions = [
    { Name: 'StackName', Value: stackName },
    { Name: 'LogicalResourceId', Value: 'Bundle' },
  ];
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - WINDOW_MS),
      EndTime: new Date(now + 60_000),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: NAMES.map((MetricName) => ({
        Id: MetricName.toLowerCase(),
        MetricStat: {
          Metric: { Namespace: 'RvAccessBundle', MetricName, Dimensions },
          Period: HOUR_SECONDS,
          Stat: 'Maximum',
        },
      })),
    }),
  );
  const values = NAMES.map((name) => {
    const result = MetricDataResults.find(({ Id }) => Id === name.toLowerCase());
    return [name, result?.Values?.[0]] as const;
  });
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}
