import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import { afterEach, beforeEach, vi } from 'vitest';
import type { CustomResourceAnswer } from '../../local/cloudformation/protocol.ts';
import { type Aws, connect } from '../../src/aws/clients.ts';
import { FAILING_MS } from '../../src/aws/times.ts';
import type { CustomResourceEvent } from '../../src/cloudformation/event.ts';
import type { SecretContent } from '../../src/secret/versions.ts';
import { answerBox } from './memory-aws/answers.ts';
import type { Call } from './memory-aws/calls.ts';
import { fakeClock, settle } from './memory-aws/clock.ts';
import { createEvent, deleteEvent, type Properties, updateEvent } from './memory-aws/events.ts';
import type { Fault } from './memory-aws/faults.ts';
import type { User } from './memory-aws/iam-state.ts';
import { type Invocation, invoke, loadHandler, type Place } from './memory-aws/invoke.ts';
import { type MemoryAws, memoryAws } from './memory-aws/memory-aws.ts';
import { captureOutput } from './memory-aws/output.ts';
import type { Secret } from './memory-aws/secrets-state.ts';
import type { Place as Whereabouts } from './memory-aws/world.ts';

export const USER = 'redislabs-user';
export const SECRET = `rv-access/${USER}`;
export const NODE_ROLE = 'redislabs-cluster-node-role';
export const CONSOLE_ROLE = 'redislabs-role';
export const INSTANCE_POLICY = 'arn:aws:iam::123456789012:policy/RedisLabsInstanceRolePolicy';
export const USER_POLICY = 'arn:aws:iam::123456789012:policy/RedislabsIAMUserRestrictedPolicy';

/** What one request led to. */
export interface Result {
  answer: CustomResourceAnswer;
  /** The calls that change something of the bundle, as `CreateUser`, in the order in which they were sent. */
  writes: string[];
  calls: Call[];
  /** All of the function's log. */
  log: string;
  invocation: Invocation;
}

/** An account with one stack in it. Waits cost nothing: the clock runs only while something is waited for. */
export interface Account {
  aws: MemoryAws;
  place: Place;
  /** The function's own connection, for code below the handler. */
  connection: Aws;
  /** The bundle's id and properties as CloudFormation knows them. */
  id: string;
  properties: Properties;
  create(properties?: Properties): Promise<Result>;
  /** Only what changes against the state before; `null` takes a property away. */
  update(changes: Properties): Promise<Result>;
  delete(): Promise<Result>;
  send(event: CustomResourceEvent): Promise<Result>;
  /** Runs the clock until a promise is settled. */
  wait<T>(promise: Promise<T>): Promise<T>;
  /** Lets the next calls of an action fail. */
  fail(action: string, fault: Fault, times?: number): void;
  /** Lets an action fail from its next call on, for longer than the function is patient with a server that fails. */
  failLong(action: string, fault: Fault): void;
  /** Somebody else's turn, right before the next call of an action is carried out. */
  before(action: string, intrude: () => void): void;
  user(name?: string): User;
  secret(name?: string): Secret;
  /** All entities of the account, as `user redislabs-user`; secrets that are scheduled for deletion do not count. */
  entities(): string[];
  /** The content of a labelled version; undefined: no version has the label. */
  content(label?: string): SecretContent | undefined;
}

/** Middy takes its timer, the deadline, from `node:timers` and not from the globals: makes both the same. */
function oneClockForAll(): void {
  Object.assign(timers, { setTimeout, clearTimeout });
  syncBuiltinESMExports();
}

/** A new account for every test of a file. */
export function useAccount(whereabouts: Whereabouts = {}): Account {
  const account = {} as Account;

  beforeEach(async () => {
    const handler = await loadHandler();
    fakeClock();
    oneClockForAll();
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const aws = memoryAws(whereabouts);
    const place = { aws, box: answerBox(), output: captureOutput(), handler };
    Object.assign(account, { aws, place, connection: connect(), id: '', properties: {} });
  });

  afterEach(() => {
    account.place.output.restore();
    account.place.box.restore();
    account.aws.restore();
    vi.restoreAllMocks();
    vi.useRealTimers();
    oneClockForAll();
  });

  const send = async (event: CustomResourceEvent): Promise<Result> => {
    const invocation = await invoke(account.place, event);
    const [answer] = invocation.answers;
    if (!answer) throw new Error(`CloudFormation got no answer: ${invocation.thrown}`);
    const { calls, lines } = invocation;
    const writes = calls
      .filter(({ mutating, service }) => mutating && service !== 'dynamodb')
      .map(({ action }) => action);
    return { answer, writes, calls, log: lines.map(({ text }) => text).join('\n'), invocation };
  };

  const methods: Omit<Account, 'aws' | 'place' | 'connection' | 'id' | 'properties'> = {
    send,
    async create(properties = {}) {
      const result = await send(createEvent(properties));
      Object.assign(account, { id: result.answer.PhysicalResourceId, properties });
      return result;
    },
    async update(changes) {
      const properties = Object.fromEntries(
        Object.entries({ ...account.properties, ...changes }).filter(([, value]) => value !== null),
      );
      const result = await send(updateEvent(account.id, properties, account.properties));
      if (result.answer.Status === 'SUCCESS')
        Object.assign(account, { id: result.answer.PhysicalResourceId, properties });
      return result;
    },
    delete: () => send(deleteEvent(account.id, account.properties)),
    wait: settle,
    fail(action, fault, times) {
      account.aws.failCall((call) => call.action === action, fault, times);
    },
    failLong(action, fault) {
      let end: number | undefined;
      const isFailing = (call: Call) => {
        if (call.action === action) end ??= Date.now() + FAILING_MS + 4000;
        return call.action === action && Date.now() < (end ?? 0);
      };
      account.aws.failCall(isFailing, fault, Number.POSITIVE_INFINITY);
    },
    before(action, intrude) {
      account.aws.gate = async (call) => {
        if (call.action !== action) return;
        delete account.aws.gate;
        intrude();
      };
    },
    user: (name = USER) => account.aws.users[name] as User,
    secret: (name = SECRET) => account.aws.secrets[name] as Secret,
    entities() {
      const { users, roles, policies, instanceProfiles, secrets } = account.aws;
      return [
        ...Object.keys(users).map((name) => `user ${name}`),
        ...Object.keys(roles).map((name) => `role ${name}`),
        ...Object.values(policies).map(({ name }) => `policy ${name}`),
        ...Object.keys(instanceProfiles).map((name) => `instance profile ${name}`),
        ...Object.values(secrets)
          .filter(({ deletion }) => !deletion)
          .map(({ name }) => `secret ${name}`),
      ];
    },
    content(label = 'AWSCURRENT') {
      const versions = Object.values(account.aws.secrets[SECRET]?.versions ?? {});
      const version = versions.find(({ stages }) => stages.includes(label));
      return version && (JSON.parse(version.value) as SecretContent);
    },
  };
  return Object.assign(account, methods);
}
