import { type Aws, connect } from '../aws/clients.ts';
import { poll } from '../aws/patience.ts';
import { STALE } from '../aws/times.ts';
import { bundleOf } from '../bundle/bundle.ts';
import { identityOf } from '../bundle/bundle-id.ts';
import { BUNDLE_TAG } from '../bundle/tags.ts';
import { type Rotation, rotateCreate, rotateFinish, rotateSet } from '../credentials/rotate.ts';
import { PreconditionError } from '../errors.ts';
import { probeAccessKey } from '../iam/access-key.ts';
import { standing } from '../ledger/in-force.ts';
import { type Held, withLease } from '../ledger/lease.ts';
import { observeRegistration, redisAsConsumer } from '../reconcile/registration.ts';
import { describeSecret, isArnOf, type ObservedSecret } from '../secret/secret.ts';
import { readVersion } from '../secret/versions.ts';
import { framed } from './frame.ts';

/**
 * What Secrets Manager sends to rotate a secret.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export interface RotationEvent {
  Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  /** The secret's ARN. */
  SecretId: string;
  /** The id of the version that the rotation makes. */
  ClientRequestToken: string;
}

/** Whether an event is a step of a rotation. */
export const isRotation = (event: unknown): event is RotationEvent =>
  typeof event === 'object' && event !== null && 'ClientRequestToken' in event && 'Step' in event;

/** The steps that change something. */
const STEPS = new Map([
  ['createSecret', rotateCreate],
  ['setSecret', rotateSet],
  ['finishSecret', rotateFinish],
]);

async function handleStep(
  { Step, SecretId, ClientRequestToken: token }: RotationEvent,
  signal: AbortSignal,
): Promise<void> {
  const aws = connect(signal);
  if (Step === 'testSecret') return testVersion(aws, SecretId, token);
  const step = STEPS.get(Step);
  if (!step) throw new TypeError(`"${Step}" is no step of a rotation.`);
  // Where rotation is on, a read may be late that does not show the version yet.
  const isBegun = (seen: ObservedSecret | undefined) =>
    seen !== undefined && (Object.hasOwn(seen.stages, token) || seen.rotationDays > 0);
  const secret = await poll(() => describeSecret(aws, SecretId), isBegun, STALE, aws.signal);
  const tag = secret?.tags[BUNDLE_TAG];
  if (!secret || !tag) throw new PreconditionError([`The secret ${SecretId} is not a bundle's.`]);
  if (!isBegun(secret))
    throw new PreconditionError([
      `The version ${String(token).slice(0, 64)} is not of a rotation that Secrets Manager has begun. Start the rotation anew.`,
    ]);
  await withLease(
    aws,
    {
      bundle: tag,
      request: { key: `${token} ${Step}`, kind: 'Rotation' },
      judge: () => undefined,
    },
    async (held) => {
      await step(await begin(held, secret.arn, token, secret.stages));
      await held.finish(() => {});
    },
  );
}

/** @throws PreconditionError if the secret is not the one in force, or if access is suspended */
async function begin(
  { aws, ledger }: Held,
  secretArn: string,
  token: string,
  stages: Record<string, string[]>,
): Promise<Rotation> {
  const { inForce } = ledger.state;
  if (!inForce)
    throw new PreconditionError([
      `By the ledger nothing is in force of the bundle whose secret ${secretArn} is. Update the stack first.`,
    ]);
  const bundle = bundleOf(identityOf(inForce.stackId, inForce.logicalId), inForce.properties);
  if (!isArnOf(secretArn, bundle.stack, bundle.secret.name))
    throw new PreconditionError([`The secret ${secretArn} is not the one in force of its bundle.`]);
  if (standing(ledger.state))
    throw new PreconditionError(['Access is suspended, so nothing is rotated. Set Access to Active first.']);
  const registration = await observeRegistration(aws, bundle, ledger.state);
  const { user, secret } = bundle;
  const consumer = redisAsConsumer(ledger, bundle, registration);
  return { aws, ledger, user, secret, token, stages, consumer };
}

/**
 * Test: the key proves itself. When rotation is switched on, Secrets Manager tries this step alone, on a version that has
 * no value or is gone, perhaps while the Create is still at work: that is no failure.
 */
async function testVersion(aws: Aws, secretId: string, token: string): Promise<void> {
  const version = await readVersion(aws, secretId, token, []);
  const { accessKeyId: id, accessSecretKey: secret } = version?.content ?? {};
  if (id && secret) await probeAccessKey(aws, { id, secret }, undefined);
}

/** A step of a rotation by Secrets Manager. */
export const handleRotation = framed<RotationEvent, void>((event, _context, { signal }) =>
  handleStep(event, signal),
);
