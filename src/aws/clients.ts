import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type AwsError, CallError } from '../errors.ts';
import { log } from '../log.ts';
import { adviceOn, codeOf, deniedBy, isDenial, isFailing, isPassing } from './error-codes.ts';
import { notThere } from './not-there.ts';
import { backoff, sleep, stopped } from './patience.ts';
import { CALL_MS, CONNECT_MS, DENIAL_MS, FAILING_MS, FRESH_MS, PASSING_MS, STALE } from './times.ts';

/** Time-outs of a single try. */
export const REQUEST_HANDLER = {
  connectionTimeout: CONNECT_MS,
  requestTimeout: CALL_MS,
  throwOnRequestTimeout: true,
};

/** The part of an SDK client into whose calls something is put. */
interface Stack {
  middlewareStack: { add(middleware: never, options: { step: 'finalizeRequest'; priority: 'low' }): void };
}

/**
 * By the name of its class, the SDK takes a quota that is reached for throttling and tries again for up to 10 s. By its code it
 * does not.
 */
function quotasAtOnce<C extends Stack>(client: C): C {
  const byCode = (next: (args: unknown) => Promise<unknown>) => (args: unknown) =>
    next(args).catch((error: Error) => {
      if (codeOf(error) === 'LimitExceeded') error.name = codeOf(error);
      throw error;
    });
  // Within the SDK's own retries, which are the same step and first in it.
  client.middlewareStack.add(byCode as never, { step: 'finalizeRequest', priority: 'low' });
  return client;
}

const config = { maxAttempts: 5, requestHandler: REQUEST_HANDLER };
const iam = quotasAtOnce(new IAMClient(config));
const iamOnce = new IAMClient({ ...config, maxAttempts: 1 });
const secretsManager = quotasAtOnce(new SecretsManagerClient(config));
/** By Region. A client for each request would leave its connection open. */
const secretsManagers: Record<string, SecretsManagerClient> = {};
const dynamodb = new DynamoDBClient(config);

/** The part of an SDK command that is needed to send it and to know its output. */
interface Command<Output> {
  input: object;
  resolveMiddleware(...args: never[]): (args: never) => Promise<{ output: Output }>;
}

/** The part of an SDK client that is needed. */
interface Client {
  send(command: never, options?: { abortSignal: AbortSignal }): unknown;
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

export type Call = <Output>(command: Command<Output>, options?: CallOptions) => Promise<Output>;

/** AWS as the rest of the function sees it: every call is logged, is patient where that helps, and ends at the deadline. */
export interface Aws {
  iam: Call;
  /** Never repeats a call whose answer was lost: for what must not happen twice. */
  iamOnce: Call;
  secrets: Call;
  /** Secrets Manager of another Region. */
  secretsIn(region: string): Call;
  dynamodb: Call;
  /** Aborted when the function's time is nearly over, or when the lease is lost. Nothing is sent after that. */
  signal: AbortSignal;
}

/** Connects an operation to AWS. All its calls share one allowance for denials, until one has passed. */
export function connect(signal: AbortSignal = new AbortController().signal): Aws {
  let denialsEnd: number | undefined;

  const caller =
    (client: Client): Call =>
    async (command, options = {}) => {
      const step = stepOf(command);
      const started = Date.now();
      /** Since when what the call is about reads as absent while the call is denied. */
      let absentSince: number | undefined;
      let wasDenied = false;
      let mayBeApplied = false;
      /** A denial was a matter of seconds: the next one, about what is younger, may be one too. */
      const allowed = () => {
        if (wasDenied) denialsEnd = undefined;
      };
      const mayPass = (error: AwsError, begun: number): boolean => {
        if (isFailing(error) && client !== iamOnce) {
          mayBeApplied = true;
          return Date.now() < started + FAILING_MS;
        }
        if (!isDenial(error))
          return isPassing(error, options) && Date.now() < started + (options.fresh ? FRESH_MS : PASSING_MS);
        if (deniedBy(error)) return false;
        wasDenied = true;
        denialsEnd ??= Date.now() + DENIAL_MS;
        // However long a try was under way, one that was begun in time is followed by another.
        return begun < denialsEnd;
      };
      for (let tries = 1; ; tries += 1) {
        if (signal.aborted) throw stopped(signal);
        const begun = Date.now();
        try {
          const output = await client.send(command as never, { abortSignal: signal });
          allowed();
          log({ ...step, ms: Date.now() - started, tries, outcome: 'ok' });
          return output as never;
        } catch (error) {
          let cause = error as AwsError;
          // Whatever else AWS says about it, it did not deny it.
          if (!isDenial(cause) && !isFailing(cause) && !isPassing(cause, {})) allowed();
          const absence = await notThere(client, step.action, command.input, cause);
          if (signal.aborted) throw stopped(signal);
          absentSince = absence && (absentSince ?? Date.now());
          const isStale = absentSince !== undefined && Date.now() < absentSince + STALE.forMs;
          if (absence && !isStale) cause = absence;
          if (isStale || mayPass(cause, begun)) {
            await sleep(backoff(tries), signal);
            continue;
          }
          log({ ...step, ms: Date.now() - started, tries, outcome: cause.name });
          throw Object.assign(new CallError(step.action, step.subject, adviceOn(cause), cause), {
            mayBeApplied,
          });
        }
      }
    };

  return {
    iam: caller(iam),
    iamOnce: caller(iamOnce),
    secrets: caller(secretsManager),
    secretsIn(region) {
      secretsManagers[region] ??= quotasAtOnce(new SecretsManagerClient({ ...config, region }));
      return caller(secretsManagers[region]);
    },
    dynamodb: caller(dynamodb),
    signal,
  };
}

/** Where the input of a command says what it is for; the first of these counts. */
const SUBJECTS = 'UserName RoleName InstanceProfileName PolicyName PolicyArn SecretId TableName Name'.split(
  ' ',
);

/** What a command does, and to what: names only, never values. */
function stepOf(command: Command<unknown>): { action: string; subject: string } {
  const { schema } = command as { schema?: unknown[] };
  const action = schema?.[2] ?? command.constructor.name.replace(/Command$/, '');
  const input = command.input as Record<string, string | undefined>;
  const subject = SUBJECTS.map((field) => input[field]).find((name) => name !== undefined) ?? '';
  return { action: String(action), subject };
}
