import { afterEach, beforeEach, vi } from 'vitest';
import { fetchFrom } from '../../../local/redis-cloud/fetch.ts';
import { RedisCloudStandIn } from '../../../local/redis-cloud/redis-cloud.ts';
import type { Switches } from '../../../local/redis-cloud/switches.ts';
import { connectRedisCloud, type RedisCloud } from '../../../src/redis-cloud/client.ts';
import {
  type Book,
  type CloudAccountFields,
  keysAtRedis,
  type Registration,
} from '../../../src/redis-cloud/registration.ts';
import { dropTimers, fakeClock, settle } from '../../support/memory-aws/clock.ts';
import { captureOutput, type Output } from '../../support/memory-aws/output.ts';

export const AWS_ACCOUNT = '123456789012';
export const NAME = `redis-${AWS_ACCOUNT}`;
export const USER_ARN = `arn:aws:iam::${AWS_ACCOUNT}:user/redislabs-user`;
export const K1 = 'AKIAEXAMPLE000000001';
export const K2 = 'AKIAEXAMPLE000000002';
export const K3 = 'AKIAEXAMPLE000000003';
export const SECRETS = [
  'local-owner-key',
  'local-account-key',
  'secret of AKIA',
  'the password "\\',
  'accessSecretKey',
];

export const identity = { accountId: AWS_ACCOUNT, userArn: USER_ARN, keyIds: [K1] };

/** What goes to Redis. */
export const fields = (accessKeyId = K1, changes: Partial<CloudAccountFields> = {}): CloudAccountFields => ({
  name: NAME,
  accessKeyId,
  accessSecretKey: `secret of ${accessKeyId}`,
  consoleUsername: 'redislabs-user',
  consolePassword: 'the password "\\',
  signInLoginUrl: `https://${AWS_ACCOUNT}.signin.aws.amazon.com/console`,
  passwordVersion: '1',
  userArn: USER_ARN,
  ...changes,
});

/** A ledger of somebody else's. */
export function bookOf(): Book {
  let now: Registration = {};
  return {
    get now() {
      return now;
    },
    save: async (registration) => {
      now = registration ?? {};
    },
  };
}

/** A moment at which a run may die: before or after a request or a write of the ledger. */
export type Moment = (what: string) => void;

/** A Redis account, an AWS account's keys and a ledger, on a clock that costs nothing. */
export class World {
  readonly redis: RedisCloudStandIn;
  /** The access keys that work at AWS. */
  readonly keys = new Set([K1, K2, K3]);
  readonly output: Output;
  /** What the ledger has. */
  ledger: Registration | undefined;
  /** Each moment of the runs, by name. */
  readonly moments: string[] = [];
  dieAt = Number.POSITIVE_INFINITY;
  #die: () => void = () => {};
  #dead = false;

  constructor(switches: Partial<Switches> = {}) {
    this.output = captureOutput();
    this.redis = new RedisCloudStandIn({
      works: (id, secret) => this.keys.has(id) && secret === `secret of ${id}`,
      switches,
    });
    const ask = fetchFrom(this.redis);
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      const step = `${init.method} ${url.replace(/^.*\/v1/, '')}`;
      await this.#moment(`before ${step}`);
      const answer = await ask(url, init);
      await this.#moment(`after ${step}`);
      return answer;
    });
  }

  connect(signal = new AbortController().signal): RedisCloud {
    return connectRedisCloud({ accountKey: 'local-account-key', userKey: 'local-owner-key' }, signal);
  }

  /** Writes the ledger. */
  async save(registration: Registration | undefined): Promise<void> {
    await this.#moment('before the ledger');
    this.ledger = registration && (JSON.parse(JSON.stringify(registration)) as Registration);
    await this.#moment('after the ledger');
  }

  /** The ledger, as a run is given it. */
  readonly book = ((world: World): Book => ({
    get now() {
      return world.ledger ?? {};
    },
    save: (registration) => world.save(registration),
  }))(this);

  /** The id of the bundle's cloud account, by the ledger. */
  get id(): number {
    return this.ledger?.cloudAccountId ?? 0;
  }

  /** Runs until it ends or dies; `died` then. */
  async run<T>(step: () => Promise<T>): Promise<T | 'died'> {
    this.#dead = false;
    const death = new Promise<'died'>((resolve) => {
      this.#die = () => resolve('died');
    });
    const result = await settle(Promise.race([step(), death]));
    if (result === 'died') dropTimers();
    return result;
  }

  /** Deletes each key that a reconciler may delete, and tells whether Redis is left with one that does not work. */
  async brokenAfterCleaning(current: string): Promise<number[]> {
    const kept = [...keysAtRedis(this.ledger), current];
    for (const key of this.keys) if (!kept.includes(key)) this.keys.delete(key);
    await settle(this.redis.tick());
    return settle(this.redis.broken());
  }

  /** Lets an hour pass, in which Redis does all that it was ever asked for. */
  async later(): Promise<void> {
    vi.setSystemTime(Date.now() + 3_600_000);
    await settle(this.redis.tick());
  }

  /** The cloud accounts as they are, not as the replica shows them. */
  accounts(): { id: number; name: string; status: string; key: string }[] {
    return this.redis.accounts
      .all(Date.now())
      .map(({ id, status, fields: { name = '', accessKeyId: key = '' } }) => ({ id, name, status, key }));
  }

  /** How often something was asked. */
  asked(what: string): number {
    return this.redis.requests.filter(({ method, path }) => `${method} ${path}`.startsWith(what)).length;
  }

  /** Everything that was written to the log. */
  log(): string {
    return this.output.lines.map(({ text }) => text).join('\n');
  }

  async #moment(what: string): Promise<void> {
    if (this.#dead) return new Promise(() => {});
    this.moments.push(what);
    if (this.moments.length - 1 !== this.dieAt) return;
    this.#dead = true;
    this.#die();
    return new Promise(() => {});
  }
}

/** Makes worlds for the tests of a file. */
export function useWorlds(): (switches?: Partial<Switches>) => World {
  let open: World[] = [];
  beforeEach(() => {
    fakeClock();
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
  });
  afterEach(() => {
    for (const { output } of open) output.restore();
    open = [];
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
  return (switches) => {
    for (const { output } of open) output.restore();
    const world = new World(switches);
    open.push(world);
    return world;
  };
}
