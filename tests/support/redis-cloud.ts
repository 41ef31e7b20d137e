import { vi } from 'vitest';
import { fetchFrom } from '../../local/redis-cloud/fetch.ts';
import { RedisCloudStandIn, type Saved } from '../../local/redis-cloud/redis-cloud.ts';
import type { Switches } from '../../local/redis-cloud/switches.ts';
import type { MemoryAws } from './memory-aws/memory-aws.ts';
import { currentRun } from './memory-aws/runs.ts';
import type { World } from './memory-aws/world.ts';

/** Where the function looks for Redis Cloud if nobody says otherwise. */
const BASE = 'https://api.redislabs.com/v1';
export const API_SECRET = 'redis-cloud/api';
export const API_SECRET_ARN = `arn:aws:secretsmanager:us-east-1:123456789012:secret:${API_SECRET}-AbCdEf`;
export const API_KEY = { accountKey: 'local-account-key', userKey: 'local-owner-key' };

/** One request of the function to Redis. */
export interface Asked {
  /** The first is 0. */
  number: number;
  /** `PUT /cloud-accounts/16961`. */
  what: string;
  /** The run that sent it. */
  run: string | undefined;
  at: number;
}

/** Redis Cloud beside the AWS in memory. */
export interface RedisCloud {
  standIn: RedisCloudStandIn;
  /** All requests so far. */
  asked: Asked[];
  /** Waited for before a request is carried out, and before its answer is given. */
  gate?: ((request: Asked, moment: 'before' | 'after') => Promise<void>) | undefined;
  /** The cloud accounts as they are, not as the replica shows them, with what no task can change any more. */
  accounts(): { id: number; name: string; status: string; key: string; password: string }[];
  /** Right after Redis has answered: for what must be true at every moment. */
  afterAnswer?: (() => void) | undefined;
  /** What was asked, as `PUT /cloud-accounts/16961`; reads left out. */
  writes(): string[];
}

/** Whether credentials work in the AWS in memory at this moment. */
const worksIn =
  (world: World) =>
  (id: string, secret: string): boolean =>
    Object.values(world.users).some(({ accessKeys }) =>
      accessKeys.some((key) => key.id === id && key.secret === secret && key.active),
    );

/**
 * Puts Redis Cloud beside an AWS in memory: its address leads to the stand-in from now on, all others where they led
 * before. The API key lies in a secret of the account. `save` and `load` of that AWS take it along.
 */
export function redisCloudBeside(aws: MemoryAws, switches: Partial<Switches> = {}): RedisCloud {
  const standIn = new RedisCloudStandIn({ works: worksIn(aws), switches });
  aws.addForeignSecret(API_SECRET, JSON.stringify(API_KEY)).arn = API_SECRET_ARN;
  // A leak of these is looked for like one of any other secret.
  aws.minted.push(...Object.values(API_KEY));
  const cloud: RedisCloud = {
    standIn,
    asked: [],
    accounts: () =>
      standIn.accounts.all(Date.now()).map(({ id, status, fields }) => ({
        id,
        name: fields.name ?? '',
        status,
        key: fields.accessKeyId ?? '',
        password: fields.consolePassword ?? '',
      })),
    writes: () => cloud.asked.map(({ what }) => what).filter((what) => !what.startsWith('GET')),
  };
  route(cloud);
  const { save, load } = aws;
  aws.save = () => Object.assign(save(), { redis: standIn.save() });
  aws.load = (saved) => {
    load(saved);
    standIn.load((saved as World & { redis: Saved }).redis);
    standIn.faults.length = 0;
    cloud.asked.length = 0;
    cloud.gate = undefined;
    standIn.requests.length = 0;
  };
  return cloud;
}

function route(cloud: RedisCloud): void {
  const elsewhere = globalThis.fetch;
  const ask = fetchFrom(cloud.standIn);
  const never = () => new Promise<never>(() => {});
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    if (!String(url).startsWith(`${BASE}/`)) return elsewhere(url, init);
    const run = currentRun();
    if (run?.dead) return never();
    const what = `${init.method} ${String(url).slice(BASE.length)}`;
    const request = { number: cloud.asked.length, what, run: run?.name, at: Date.now() };
    cloud.asked.push(request);
    await cloud.gate?.(request, 'before');
    if (run?.dead) return never();
    const answer = await ask(url, init).finally(() => cloud.afterAnswer?.());
    await cloud.gate?.(request, 'after');
    return run?.dead ? never() : answer;
  });
}
