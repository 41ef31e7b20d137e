import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer of the server: status and JSON. */
export type Answer = [status: number, body: object];

export interface RedisCloudRequest {
  /** Method and path. */
  line: string;
  headers: IncomingHttpHeaders;
  body: Record<string, string> | undefined;
}

const accepted: Answer = [202, { taskId: 'task-1', status: 'received' }];
const done: Answer = [
  200,
  { taskId: 'task-1', status: 'processing-completed', response: { resourceId: 4711 } },
];

/**
 * The Redis Cloud API's cloud accounts and tasks, and what it was asked.
 *
 * @param answers in the order of the requests; the last one is repeated. By default all goes well.
 */
export async function redisCloud(
  answers?: Answer[],
): Promise<{ url: string; requests: RedisCloudRequest[]; close: () => void }> {
  const requests: RedisCloudRequest[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = text ? JSON.parse(text) : undefined;
    requests.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
    const usual = request.method === 'GET' ? done : accepted;
    const [status, answer] = answers?.[Math.min(requests.length, answers.length) - 1] ?? usual;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
