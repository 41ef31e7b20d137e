import type { Fault, FaultState, LastUse, RecordedCall } from './aws/calls.ts';
import { startServer } from './aws/process.ts';
import type { CallingRole } from './aws/roles.ts';
import type { FunctionsPlace, Rotation, RotationOrder } from './aws/rotations.ts';
import type { AwsSettings } from './aws/settings.ts';

export type { Fault, FaultState, LastUse, RecordedCall } from './aws/calls.ts';
export type { CallingRole } from './aws/roles.ts';
export type {
  FunctionsPlace,
  Rotation,
  RotationOrder,
  RotationStep,
  RotationStepName,
} from './aws/rotations.ts';
export type { AwsSettings } from './aws/settings.ts';

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
  /** Tells Secrets Manager and callers of Lambda where functions run, too. `reset()` does not forget it. */
  addFunctions(place: FunctionsPlace): Promise<void>;
  removeFunctions(place: FunctionsPlace): Promise<void>;
  /**
   * Lets a role call, or gives it other policies; they decide about each of its calls. `reset()` does not forget it.
   *
   * @returns the access key id that it calls with, always the same; its secret access key is any
   */
  addRole(role: CallingRole): Promise<string>;
  /** Rotates a secret whose rotation is switched on, as when its schedule's time has come, and waits for the end. */
  rotate(order: RotationOrder): Promise<Rotation>;
  /** The rotations that run or ran, trials among them, in order. */
  rotations(): Promise<Rotation[]>;
  /** The same, once none runs any more. */
  rotationsEnded(): Promise<Rotation[]>;
  /** Environment variables that point a process (an SDK, the AWS CLI) at this AWS. */
  env(region?: string, accountId?: string): AwsEnvironment;
  /** Ends the server; resolves when it is gone. */
  stop(): Promise<void>;
}

export type AwsEnvironment = Record<
  'AWS_ENDPOINT_URL' | 'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_REGION' | 'AWS_DEFAULT_REGION',
  string
>;

export interface LocalAwsOptions extends Partial<AwsSettings> {
  /** Port on 127.0.0.1; 0 (default) takes a free one. */
  port?: number;
  /** The account of callers who name none. Default 123456789012. */
  accountId?: string;
}

/**
 * Starts AWS (IAM, STS, Secrets Manager, DynamoDB, S3) on this machine and waits until it answers.
 * It ends with `stop()`, and in any case with this process.
 *
 * @throws Error if `.venv` is missing, or if the server did not start (with what it wrote to stderr).
 */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const accountId = options.accountId ?? '123456789012';
  const server = startServer(options, accountId);
  const endpoint = `http://127.0.0.1:${await server.port}`;
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
    addFunctions: (place) => control('POST', 'functions', place),
    removeFunctions: (place) => control('DELETE', 'functions', place),
    addRole: async (role) => (await control<{ accessKeyId: string }>('POST', 'roles', role)).accessKeyId,
    rotate: (order) => control('POST', 'rotations', order),
    rotations: () => control('GET', 'rotations'),
    rotationsEnded: () => control('GET', 'rotations/ended'),
    setLastUsed: (use) => control('POST', 'last-used', use),
    env: (region = 'us-east-1', account = accountId) => ({
      AWS_ENDPOINT_URL: endpoint,
      // An access key id of twelve digits is taken for the account itself, with all permissions.
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
    }),
    stop: () => server.stop(),
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
