import { RedisCloudStandIn } from '../redis-cloud/redis-cloud.ts';
import { serveRedisCloud } from '../redis-cloud/server.ts';
import { paced, USUAL } from '../redis-cloud/switches.ts';
import type { Clients } from './clients.ts';
import { eventRow } from './event-table.ts';

/** How fast things go at Redis here, as a factor. */
const PACE = 0.2;

/** Redis Cloud on this machine. */
export interface LocalRedisCloud {
  standIn: RedisCloudStandIn;
  /** What the function has to know of it. */
  environment: Record<string, string>;
  close(): Promise<void>;
}

/** Starts a stand-in that tries the credentials at the local AWS; what changes something is a row of the event table. */
export async function startRedisCloud(
  { callerOf }: Clients,
  print: (line: string) => void,
): Promise<LocalRedisCloud> {
  const standIn = new RedisCloudStandIn({
    works: async (accessKeyId, accessSecretKey) =>
      (await callerOf({ accessKeyId, accessSecretKey })).startsWith('arn:'),
    switches: paced(USUAL, PACE),
    onRequest({ at, method, path, status }) {
      if (method === 'GET') return;
      print(
        eventRow({
          timestamp: new Date(at),
          logicalResourceId: 'Redis Cloud',
          resourceStatus: method,
          resourceStatusReason: `${path}: ${status}`,
        }),
      );
    },
  });
  const { url, close } = await serveRedisCloud(standIn);
  return { standIn, environment: { REDIS_CLOUD_API_URL: url, REDIS_CLOUD_PACE: String(PACE) }, close };
}
