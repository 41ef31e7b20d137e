import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CustomResourceAnswer } from '../../local/cloudformation/protocol.ts';

interface Put {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** What stands behind a ResponseURL: a real HTTP server on this machine. */
export interface AnswerServer {
  url: string;
  puts: Put[];
  /** The bodies of all PUTs, parsed. */
  readonly answers: CustomResourceAnswer[];
  /** What the next tries are told, one after the other; the last one for ever. `reset`: the connection breaks. */
  say(...statuses: (number | 'reset')[]): void;
  close(): Promise<void>;
}

/** Says 200 unless told otherwise. */
export async function answerServer(): Promise<AnswerServer> {
  const puts: Put[] = [];
  let statuses: (number | 'reset')[] = [200];
  const server = createServer(async (request, response) => {
    const { method, url, headers, socket } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    puts.push({ method, url, headers, body: Buffer.concat(chunks) });
    const status = statuses.length > 1 ? statuses.shift() : statuses[0];
    if (status === 'reset') socket.destroy();
    else response.writeHead(status ?? 200).end('<Said/>');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    puts,
    get answers() {
      return puts.map(({ body }) => JSON.parse(body.toString()) as CustomResourceAnswer);
    },
    say(...next) {
      statuses = next;
    },
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}
