import { vi } from 'vitest';
import type { CustomResourceEvent } from '../../src/cloudformation/event.ts';
import { answerBox } from '../support/memory-aws/answers.ts';
import type { Call } from '../support/memory-aws/calls.ts';
import { fakeClock } from '../support/memory-aws/clock.ts';
import {
  createEvent,
  deleteEvent,
  type Properties,
  STACK_ID,
  updateEvent,
} from '../support/memory-aws/events.ts';
import { invoke, loadHandler } from '../support/memory-aws/invoke.ts';
import { type MemoryAws, memoryAws } from '../support/memory-aws/memory-aws.ts';
import { captureOutput } from '../support/memory-aws/output.ts';
import { ledgerOf } from './role.ts';

/** Something that happens to a stack, and what its parameters are then: they decide what the function's role may do. */
export interface Step {
  title: string;
  /** The template's parameters from this step on; what is not named has its default. */
  parameters: Record<string, string>;
  /** Properties that are no parameters, or a further bundle's own. */
  properties?: Properties;
  request:
    | 'Create'
    | 'Update'
    | 'Delete'
    | 'Delete of the bundle before'
    | 'reverse Update'
    | 'Delete of an invented id';
  /** What people do in the account beforehand. */
  byHand?: (aws: MemoryAws) => void;
  /** A further bundle, of another stack of the account. */
  stackId?: string;
  /** SUCCESS unless told otherwise. */
  answer?: 'FAILED';
}

const templateOnly = ['LogRetentionDays', 'FurtherBundlesPrefix', 'FunctionPermissionsBoundaryArn'];

/** What the template writes into the function's environment, and of which parameter. */
const inEnvironment = {
  REDIS_ACCOUNT_ID: 'RedisAccountId',
  SECRET_READER_ARNS: 'SecretReaderArns',
  KMS_KEY_ARN: 'KmsKeyArn',
  REPLICA_REGIONS: 'ReplicaRegions',
  PERMISSIONS_BOUNDARY_ARN: 'PermissionsBoundaryArn',
  REDIS_CLOUD_API_SECRET_ARN: 'RedisCloudApiSecretArn',
  FURTHER_BUNDLES_PREFIX: 'FurtherBundlesPrefix',
};

/**
 * Lets the function live through the steps in an account of its own.
 *
 * @returns what it called in each step
 * @throws Error if a step is not answered as it should be: then its calls prove nothing
 */
export async function live(steps: Step[]): Promise<Call[][]> {
  const handler = await loadHandler();
  fakeClock();
  vi.stubEnv('STACK_ID', STACK_ID);
  vi.stubEnv('LEDGER_TABLE', ledgerOf(STACK_ID));
  const aws = memoryAws();
  const place = { aws, box: answerBox(), output: captureOutput(), handler };
  const lived: Call[][] = [];
  let [id, idBefore] = ['', ''];
  let [properties, propertiesBefore]: Properties[] = [{}, {}];
  try {
    for (const step of steps) {
      step.byHand?.(aws);
      for (const [variable, parameter] of Object.entries(inEnvironment))
        vi.stubEnv(variable, step.parameters[parameter] ?? '');
      const asked = propertiesOf(step);
      const event: CustomResourceEvent = {
        ...{
          Create: () => createEvent(asked),
          Update: () => updateEvent(id, asked, properties ?? {}),
          'reverse Update': () => updateEvent(id, asked, properties ?? {}),
          Delete: () => deleteEvent(id, asked),
          'Delete of the bundle before': () => deleteEvent(idBefore, propertiesBefore),
          'Delete of an invented id': () => deleteEvent('redis-access-Bundle-1ABCDEFGHIJKL', asked),
        }[step.request](),
        ...(step.stackId && { StackId: step.stackId }),
      };
      const { answers, calls } = await invoke(place, event);
      const [answer] = answers;
      if (answer?.Status !== (step.answer ?? 'SUCCESS'))
        throw new Error(`${step.title}: ${answer?.Status ?? 'no answer'}. ${answer?.Reason ?? ''}`);
      lived.push(calls);
      if (event.RequestType !== 'Delete' && answer.Status === 'SUCCESS') {
        if (answer.PhysicalResourceId !== id) [idBefore, propertiesBefore] = [id, properties ?? {}];
        id = answer.PhysicalResourceId;
      }
      if (event.RequestType !== 'Delete') properties = asked;
    }
    return lived;
  } finally {
    place.output.restore();
    place.box.restore();
    aws.restore();
    vi.unstubAllEnvs();
    vi.useRealTimers();
  }
}

function propertiesOf({ parameters, properties = {}, stackId }: Step): Properties {
  const passedOn = Object.entries(parameters).filter(([name]) => !templateOnly.includes(name));
  return { ...(stackId ? {} : Object.fromEntries(passedOn)), ...properties };
}
