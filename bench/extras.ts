import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import type { LocalAws } from '../local/aws.ts';
import type { ResponseServer } from '../local/cloudformation/response-server.ts';
import { depthOf } from './call-depth.ts';
import { type FunctionForm, startFunction } from './function-process.ts';
import { preparedEnvironment } from './ledger.ts';
import { deliver, lifeIn } from './lives.ts';
import { round } from './statistics.ts';

/** A Delete of a bundle on whose user somebody has hung more. */
export interface ExtrasResult {
  extras: number;
  elapsedMs: number;
  calls: number;
  depth: number;
}

export const extraNumbers = [0, 50, 100, 200];
export const extrasLatencyMs = 150;

/** Deletes bundles whose users have inline policies that the bundle did not make: the kind that there can be many of. */
export async function measureExtras(
  aws: LocalAws,
  responses: ResponseServer,
  form: FunctionForm,
): Promise<ExtrasResult[]> {
  const results: ExtrasResult[] = [];
  for (const extras of extraNumbers) {
    await aws.reset();
    await aws.settings({ latencyMs: 0, keyActivationSeconds: 0 });
    const running = startFunction(form, await preparedEnvironment(aws, responses));
    const life = lifeIn(aws.accountId);
    const play = (operation: string, run: (event: object) => Promise<unknown>) =>
      life.find((step) => step.operation === operation)?.play((request) => deliver(responses, request, run));
    await play('create', (event) => running.run(event));
    await hangPolicies(aws, extras);
    await aws.clearCalls();
    await aws.settings({ latencyMs: extrasLatencyMs });
    let elapsedMs = 0;
    await play('delete', async (event) => {
      const started = performance.now();
      await running.run(event);
      elapsedMs = performance.now() - started;
    });
    const calls = await aws.calls();
    results.push({
      extras,
      elapsedMs: round(elapsedMs),
      calls: calls.length,
      depth: depthOf(calls.filter(({ service }) => service !== 'dynamodb')),
    });
    await running.stop();
  }
  return results;
}

async function hangPolicies(aws: LocalAws, count: number): Promise<void> {
  const iam = new IAMClient({
    endpoint: aws.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: aws.accountId, secretAccessKey: 'local' },
  });
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }],
  });
  for (let number = 1; number <= count; number += 1) {
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'redislabs-user',
        PolicyName: `by-hand-${number}`,
        PolicyDocument,
      }),
    );
  }
  iam.destroy();
}
