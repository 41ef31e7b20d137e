import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const expirySeconds = 7200;

/** A ResponseURL that waits for an answer. */
export interface ResponseSlot {
  url: string;
  /** The body of the first answer that S3 took. Never rejects. */
  body: Promise<string>;
}

/** S3's side of the answer: pre-signed URLs that take one kind of request and refuse all others. */
export interface ResponseServer {
  /** What all URLs begin with: `http://127.0.0.1:PORT`. */
  origin: string;
  /** A new pre-signed URL, with the object key that CloudFormation uses: `stackId|logicalResourceId|requestId`. */
  open(key: string): ResponseSlot;
  /** The next `times` requests get this status (503, 403, …; 0: the connection is closed) and are not taken. */
  failNext(times: number, status: number): void;
  /** Every request in the order of arrival: the status it got and, if it was not taken, S3's error code. */
  requests: { status: number; code?: string }[];
  /** Forgets requests and failures. URLs that wait go on waiting. */
  reset(): void;
  close(): Promise<void>;
}

export async function startResponseServer(): Promise<ResponseServer> {
  const slots = new Map<string, (body: string) => void>();
  const requests: ResponseServer['requests'] = [];
  let failures = { times: 0, status: 503 };

  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    const take = slots.get(request.url ?? '');
    let refusal = refusalOf(request, take !== undefined);
    if (failures.times > 0) {
      failures = { ...failures, times: failures.times - 1 };
      refusal = [failures.status, failures.status === 503 ? 'SlowDown' : 'AccessDenied'];
    }
    const [status, code] = refusal ?? [200];
    requests.push(code === undefined ? { status } : { status, code });
    if (status === 0) {
      request.socket.destroy();
      return;
    }
    respond(response, status, code);
    if (!refusal) {
      take?.(body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin,
    open: (key) => {
      const path = presignedPath(key);
      const body = new Promise<string>((resolve) => slots.set(path, resolve));
      return { url: `${origin}${path}`, body };
    },
    failNext: (times, status) => {
      failures = { times, status };
    },
    requests,
    reset: () => {
      requests.length = 0;
      failures = { times: 0, status: 503 };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function presignedPath(key: string): string {
  // The bucket is in the stack's Region, which the stack's id tells.
  const region = key.split(':')[3] || 'us-east-1';
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const query = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Date': date,
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Expires': String(expirySeconds),
    'X-Amz-Credential': `AKIALOCALCLOUDFORMAT/${date.slice(0, 8)}/${region}/s3/aws4_request`,
    'X-Amz-Signature': randomBytes(32).toString('hex'),
  });
  return `/${encodeURIComponent(key)}?${query}`;
}

/** What S3 refuses on a URL that was signed for a PUT without content type, with status and error code. */
function refusalOf(request: IncomingMessage, known: boolean): [number, string] | undefined {
  if (!known || request.method !== 'PUT') {
    return [403, 'SignatureDoesNotMatch'];
  }
  if (request.headers['transfer-encoding'] !== undefined) {
    return [501, 'NotImplemented'];
  }
  if (request.headers['content-length'] === undefined) {
    return [411, 'MissingContentLength'];
  }
  if ((request.headers['content-type'] ?? '') !== '') {
    return [403, 'SignatureDoesNotMatch'];
  }
  return undefined;
}

function respond(response: ServerResponse, status: number, code: string | undefined): void {
  const body =
    code === undefined ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`;
  response.writeHead(status, { 'Content-Type': 'application/xml', 'Content-Length': body.length });
  response.end(body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
