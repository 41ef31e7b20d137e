import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type AwsError, DeadlineError, StepError } from '../errors.ts';
import { log } from '../log.ts';

/** Time-outs of a single try, in milliseconds; a call that hangs is tried again and never holds up the function. */
export const REQUEST_HANDLER = { connectionTimeout: 2000, requestTimeout: 6000, throwOnRequestTimeout: true };

const config = { maxAttempts: 5, requestHandler: REQUEST_HANDLER };
const iam = new IAMClient(config);
const iamOnce = new IAMClient({ ...config, maxAttempts: 1 });
const secretsManager = new SecretsManagerClient(config);

/** The part of an SDK command that is needed to send it and to know its output. */
interface Command<Output> {
  input: object;
  resolveMiddleware(...args: never[]): (args: never) => Promise<{ output: Output }>;
}

export interface CallOptions {
  /**
   * The call is for something made a moment ago: `NoSuchEntity` and "invalid principal" are not believed for a while,
   * since IAM is eventually consistent.
   */
  fresh?: boolean;
  /** Further error codes that pass by themselves. */
  passing?: string[];
}

type Call = <Output>(command: Command<Output>, options?: CallOptions) => Promise<Output>;

/** AWS as the rest of the function sees it: every call is logged, is patient where that helps, and ends at the deadline. */
export interface Aws {
  iam: Call;
  /** Never repeats a call whose answer was lost: for what must not happen twice. */
  iamOnce: Call;
  secrets: Call;
  /** Aborted when the function's time is nearly over. Nothing is sent after that. */
  signal: AbortSignal;
  /** Nothing is sent after this moment either, in milliseconds since 1970: others do not wait longer. See `turn.ts`. */
  turnEndsAt: number;
}

/** How long an error that may pass is waited out, in milliseconds. */
const PATIENCE = 60_000;
/** How long a denial that may be a matter of seconds is waited out in one operation, in milliseconds. */
const DENIAL_PATIENCE = 20_000;

/** Connects an operation to AWS. All its calls share one allowance for denials. */
export function connect(signal: AbortSignal = new AbortController().signal): Aws {
  let denialsEnd: number | undefined;

  const caller =
    (client: { send(command: never, options: { abortSignal: AbortSignal }): unknown }): Call =>
    async (command, options = {}) => {
      const step = stepOf(command);
      const started = Date.now();
      const patience = (error: AwsError): number => {
        if (isDenial(error)) {
          if (deniedBy(error)) return 0;
          denialsEnd ??= Date.now() + DENIAL_PATIENCE;
          return denialsEnd;
        }
        return isPassing(error, options) ? started + PATIENCE : 0;
      };
      for (let tries = 1; ; tries += 1) {
        if (signal.aborted || Date.now() > aws.turnEndsAt) throw new DeadlineError();
        try {
          const output = await client.send(command as never, { abortSignal: signal });
          log({ ...step, ms: Date.now() - started, tries, outcome: 'ok' });
          return output as never;
        } catch (error) {
          const cause = error as AwsError;
          if (signal.aborted) throw new DeadlineError();
          if (Date.now() < patience(cause)) {
            await sleep(backoff(tries), signal);
            continue;
          }
          log({ ...step, ms: Date.now() - started, tries, outcome: cause.name });
          throw new StepError(step.action, step.entity, advice(cause), cause);
        }
      }
    };

  const aws: Aws = {
    iam: caller(iam),
    iamOnce: caller(iamOnce),
    secrets: caller(secretsManager),
    signal,
    turnEndsAt: Number.POSITIVE_INFINITY,
  };
  return aws;
}

/** What a command does, and to what: names only, never values. */
function stepOf(command: Command<unknown>): { action: string; entity: string } {
  const { schema } = command as { schema?: unknown[] };
  const action = schema?.[2] ?? command.constructor.name.replace(/Command$/, '');
  const input = command.input as Record<string, string | undefined>;
  const entity =
    input.UserName ??
    input.RoleName ??
    input.InstanceProfileName ??
    input.PolicyName ??
    input.PolicyArn ??
    input.SecretId ??
    input.Name ??
    '';
  return { action: String(action), entity };
}

/**
 * The error's code as the AWS documents give it, of an SDK error or of a `StepError` around one: `NoSuchEntity`,
 * `ResourceNotFound`, … without the suffix "Exception" that the SDK adds for some services.
 */
export function codeOf(error: unknown): string {
  const cause = error instanceof StepError ? error.cause : (error as Error | undefined);
  return String(cause?.name).replace(/Exception$/, '');
}

/** Resolves to undefined if what was asked for is not there. */
export async function absent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (['NoSuchEntity', 'ResourceNotFound'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

/** Whether AWS has refused a call, so that it surely had no effect: an answer of 4xx. */
export function surelyNotApplied(error: unknown): boolean {
  const cause = error instanceof StepError ? error.cause : (error as AwsError);
  const status = cause.$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500;
}

function isPassing(error: Error, { fresh, passing = [] }: CallOptions): boolean {
  const code = codeOf(error);
  if (['EntityTemporarilyUnmodifiable', 'ConcurrentModification', 'Throttling', ...passing].includes(code))
    return true;
  if (!fresh) return false;
  return (
    code === 'NoSuchEntity' ||
    (code === 'MalformedPolicyDocument' && /invalid principal/i.test(error.message))
  );
}

const isDenial = (error: unknown) => ['AccessDenied', 'UnauthorizedOperation'].includes(codeOf(error));

/**
 * Who denies, if the message names a policy that will not change by waiting: a service control policy, a permissions
 * boundary, a Deny statement. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
function deniedBy(error: unknown): string | undefined {
  const denial =
    /explicit deny(?: in an? (.+?(?:policy|boundary)))?|because no ((?:service control|resource control|session|VPC endpoint) policy|permissions boundary)/i.exec(
      (error as Error).message,
    );
  return denial ? (denial[1] ?? denial[2] ?? 'Deny statement') : undefined;
}

function advice(error: Error): string {
  if (isDenial(error)) {
    const policy = deniedBy(error);
    return policy
      ? `The denial comes from a ${policy}: ask its owner to allow this action, then try again.`
      : "If the template's role was changed, restore it; if the entity lost its tags, see ExistingEntities.";
  }
  if (codeOf(error) === 'LimitExceeded')
    return 'A quota is reached: delete what is not needed, or have the quota raised.';
  if (/kms/i.test(`${error.name} ${error.message}`))
    return 'Check that the key of the secret (KmsKeyArn) is enabled and that its policy lets this account use it.';
  return '';
}

/** Full jitter on a doubling base, in milliseconds. */
export function backoff(tries: number): number {
  return 200 + Math.random() * Math.min(4000, 200 * 2 ** tries);
}

/**
 * Waits.
 *
 * @throws DeadlineError when the signal is aborted first
 */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new DeadlineError());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/**
 * Runs steps side by side and waits for all of them, also when one fails, so that nothing is still under way when the
 * request is answered.
 *
 * @throws the first failure
 */
export async function together<T>(steps: Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(steps);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return results.map((result) => (result as PromiseFulfilledResult<T>).value);
}

/** Collects all pages of a list: `page` gets the marker of the page before. */
export async function allPages<Item>(
  page: (marker: string | undefined) => Promise<{ items: Item[] | undefined; marker: string | undefined }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let marker: string | undefined;
  do {
    const result = await page(marker);
    items.push(...(result.items ?? []));
    marker = result.marker;
  } while (marker);
  return items;
}
