import { afterEach, beforeEach, expect } from 'vitest';
import { paced, type Switches, USUAL } from '../../local/redis-cloud/switches.ts';
import { type Account, useAccount } from './account.ts';
import { settle } from './memory-aws/clock.ts';
import type { Properties } from './memory-aws/events.ts';
import { API_KEY, API_SECRET_ARN, type RedisCloud, redisCloudBeside } from './redis-cloud.ts';

export const NAME = 'redis-access-123456789012';

/** An account with one stack in it, beside a Redis account. */
export interface RegisteredAccount extends Account {
  redis: RedisCloud;
  /** The property that registers, with whatever others. */
  registered(properties?: Properties): Properties;
  /** What Redis has, in a few words; `undefined`: no cloud account. */
  atRedis(): { name: string; status: string; key: string } | undefined;
  /** The ledger's part on the registration. */
  ledger(): { generation: string; adopting?: boolean; known: Record<string, unknown> } | undefined;
  /** Lets hours pass at Redis, in which it does all that it was ever asked for. */
  later(): Promise<void>;
}

/**
 * A new account for every test of a file.
 *
 * @param pace as the environment variable `REDIS_CLOUD_PACE`
 */
export function useRegisteredAccount(switches: Partial<Switches> = {}, pace = 0.02): RegisteredAccount {
  const account = useAccount() as RegisteredAccount;
  beforeEach(() => {
    process.env.REDIS_CLOUD_PACE = String(pace);
    account.redis = redisCloudBeside(account.aws, paced({ ...USUAL, ...switches }, pace));
  });
  afterEach(async () => {
    delete process.env.REDIS_CLOUD_PACE;
    expectNoLeak(account);
  });
  return Object.assign(account, {
    registered: (properties: Properties = {}) => ({
      RedisCloudApiSecretArn: API_SECRET_ARN,
      ...properties,
    }),
    atRedis() {
      const accounts = account.redis.accounts();
      expect(accounts.length).toBeLessThanOrEqual(1);
      const [one] = accounts;
      return one && { name: one.name, status: one.status, key: one.key };
    },
    ledger() {
      const [item] = Object.values(Object.values(account.aws.ledger)[0] ?? {});
      return JSON.parse(item?.state?.S ?? '{}').registration;
    },
    later: () => settle(account.redis.standIn.tick()),
  });
}

/** Neither the API key nor anything that is sent to Redis may be seen anywhere: log, answers, ledger. */
function expectNoLeak({ aws, place }: RegisteredAccount): void {
  const seen = [
    ...place.output.lines.map(({ text }) => text),
    ...place.box.puts.map(({ body }) => body),
    JSON.stringify(aws.ledger),
  ].join('\n');
  const passwords = Object.values(aws.users).map(({ loginProfile }) => loginProfile?.password ?? '');
  const secrets = [...Object.values(API_KEY), ...aws.minted, ...passwords].filter(({ length }) => length > 7);
  for (const secret of secrets) expect(seen.includes(secret)).toBe(false);
}
