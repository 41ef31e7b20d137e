import { portOf, startServer, stopServer } from './aws/process.ts';

/** How the local AWS behaves; change it at any time with `settings()`. */
export interface AwsSettings {
  /** Seconds for which a new access key is still unknown to AWS (IAM is eventually consistent). Default 2. */
  keyActivationSeconds: number;
  /** Milliseconds added to every AWS call. Default 0. */
  latencyMs: number;
  /** The most entries that a List call answers at once, so that paging can be tried with few. Default 100. */
  pageSize: number;
}

/** One AWS call, in the order of arrival. Secret values are masked as `***`. */
export interface RecordedCall {
  /** Signing name: `iam`, `sts`, `secretsmanager`, … */
  service: string;
  action: string;
  /** The input in the SDK's shape (`{ UserName, Tags: [{ Key, Value }] }`); from IAM and STS all scalars are strings. */
  parameters: Record<string, unknown>;
  /**
   * What IAM would authorize the call on, with the tags it carried when the call arrived (none if it does not exist).
   * The six random characters at the end of the ARN of a secret that does not exist yet are `000000`.
   */
  resources: { arn: string; tags: Record<string, string> }[];
  /** ARN of the caller. */
  caller: string;
  account: string;
  region: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** Milliseconds since the epoch; absent while the call is running. */
  endedAt?: number;
  /** HTTP status; 0 if the connection was closed without an answer (a fault); absent while the call is running. */
  status?: number;
  /** AWS error code, such as `NoSuchEntity`; absent on success. */
  errorCode?: string;
}

/**
 * A rule that makes matching calls go wrong.
 *
 * - `throttle`, `error500`, `accessDenied`, `error`: answered with that error, not applied
 * - `lostAnswer`: applied, then the connection is closed (or, with `answer: 'error500'`, answered with a 500)
 * - `hang`: not applied; after `milliseconds` the connection is closed
 */
export interface Fault {
  fault: 'throttle' | 'error500' | 'lostAnswer' | 'accessDenied' | 'hang' | 'error';
  /** Any service if absent. */
  service?: string;
  /** Any action if absent. */
  action?: string;
  /** Only calls with these input values match, such as `{ UserName: 'redislabs-user' }`. */
  parameters?: Record<string, string>;
  /** The first matching call that is hit, counted from 1 when the rule is added. Default 1. */
  nth?: number;
  /** How many matching calls in a row are hit. Default 1. */
  times?: number | 'always';
  /** `lostAnswer`: what the caller sees. Default `closed`. */
  answer?: 'closed' | 'error500';
  /** `accessDenied`: who denies. `implicit` (default): no policy allows it; the others are explicit denies. */
  deny?: 'implicit' | 'serviceControlPolicy' | 'permissionsBoundary' | 'identityPolicy';
  /** `hang`: how long. Default an hour. */
  milliseconds?: number;
  /** `error`: AWS error code, such as `EntityTemporarilyUnmodifiable`. */
  code?: string;
  /** `error`: message; default the code. */
  message?: string;
  /** `error`: HTTP status. Default 400. */
  status?: number;
}

/** A rule and how often it was met. */
export interface FaultState extends Fault {
  /** Matching calls so far. */
  seen: number;
  /** Calls made to fail so far. */
  applied: number;
}

/** When an access key or a role was used last, as `GetAccessKeyLastUsed` and `GetRole` tell it. */
export interface LastUse {
  accessKeyId?: string;
  roleName?: string;
  /** Service namespace, such as `ec2`. Ignored for roles, for which AWS tells no service. */
  service?: string;
  region?: string;
  secondsAgo: number;
  /** The account of the key or role. Default: the default account. */
  accountId?: string;
  /** Any Region of the partition that the role is in. Default us-east-1. */
  partitionRegion?: string;
}

export interface LocalAws {
  /** Base URL, such as `http://127.0.0.1:40123`. */
  endpoint: string;
  /** The account of `env()` without account. */
  accountId: string;
  /** Forgets everything: entities, calls, faults; settings go back to those of the start. */
  reset(): Promise<void>;
  /** Changes what is given and answers all settings. */
  settings(change?: Partial<AwsSettings>): Promise<AwsSettings>;
  calls(): Promise<RecordedCall[]>;
  clearCalls(): Promise<void>;
  addFault(fault: Fault): Promise<void>;
  faults(): Promise<FaultState[]>;
  clearFaults(): Promise<void>;
  setLastUsed(use: LastUse): Promise<void>;
  /** Environment variables that point a process (an SDK, the AWS CLI) at this AWS. */
  env(region?: string, accountId?: string): AwsEnvironment;
  /** Ends the server; resolves when it is gone. */
  stop(): Promise<void>;
}

export type AwsEnvironment = Record<
  'AWS_ENDPOINT_URL' | 'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_REGION' | 'AWS_DEFAULT_REGION',
  string
>;

export interface LocalAwsOptions extends Partial<Omit<AwsSettings, 'pageSize'>> {
  /** Port on 127.0.0.1; 0 (default) takes a free one. */
  port?: number;
  /** The account of callers who name none. Default 123456789012. */
  accountId?: string;
}

/**
 * Starts AWS (IAM, STS, Secrets Manager, S3) on this machine and waits until it answers.
 * It ends with `stop()`, and in any case with this process.
 *
 * @throws Error if `.venv` is missing, or if the server did not start (with what it wrote to stderr).
 */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const accountId = options.accountId ?? '123456789012';
  const child = startServer(options, accountId);
  const endpoint = `http://127.0.0.1:${await portOf(child)}`;
  const control = <Answer>(method: string, path: string, body?: object) =>
    askControl<Answer>(method, `${endpoint}/_local/${path}`, body);

  return {
    endpoint,
    accountId,
    reset: () => control('POST', 'reset'),
    settings: (change = {}) => control('POST', 'settings', change),
    calls: () => control('GET', 'calls'),
    clearCalls: () => control('DELETE', 'calls'),
    addFault: (fault) => control('POST', 'faults', fault),
    faults: () => control('GET', 'faults'),
    clearFaults: () => control('DELETE', 'faults'),
    setLastUsed: (use) => control('POST', 'last-used', use),
    env: (region = 'us-east-1', account = accountId) => ({
      AWS_ENDPOINT_URL: endpoint,
      // An access key id of twelve digits is taken for the account itself, with all permissions.
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
    }),
    stop: () => stopServer(child),
  };
}

async function askControl<Answer>(method: string, url: string, body?: object): Promise<Answer> {
  const response = await fetch(url, body ? { method, body: JSON.stringify(body) } : { method });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  }
  return JSON.parse(text);
}
