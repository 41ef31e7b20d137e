import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RedisCloudStandIn } from './redis-cloud.ts';

/** The stand-in behind a port of this machine. */
export interface RedisCloudServer {
  /** For `REDIS_CLOUD_API_URL`. */
  url: string;
  close(): Promise<void>;
}

/** How often the stand-in's time goes on while nobody asks, in milliseconds. */
const TICK_MS = 20;

/** Serves the stand-in over HTTP, at any free port of 127.0.0.1 unless one is given. */
export async function serveRedisCloud(cloud: RedisCloudStandIn, port = 0): Promise<RedisCloudServer> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = 'GET', url = '/', headers } = request;
    const path = url.replace(/^\/v1/, '').replace(/\?.*$/, '') || '/';
    const answer = await cloud.handle({ method, path, headers: headers as Record<string, string>, body });
    if (answer === 'hang') return;
    if (answer === 'drop') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const ticks = setInterval(() => cloud.tick().catch(() => {}), TICK_MS).unref();
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${chosen}/v1`,
    close() {
      clearInterval(ticks);
      return close(server);
    },
  };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
