import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Attempt, LambdaFunction } from './function.ts';

/** A statement of a function's own policy: who may invoke it. */
export interface FunctionPolicyStatement {
  Sid: string;
  Effect: 'Allow';
  Principal: { Service: string } | { AWS: string } | '*';
  Action: string;
  Resource: string;
  Condition?: Record<string, Record<string, string>>;
}

/** What the endpoint knows of functions; each is found by its name or its ARN. */
export interface FunctionDirectory {
  find(nameOrArn: string): LambdaFunction | undefined;
  policy(nameOrArn: string): FunctionPolicyStatement[];
  /** Runs an event: once and to the end, or as Lambda runs an asynchronous one, retries included. */
  invoke(nameOrArn: string, event: unknown, kind: 'once' | 'retried'): Promise<Attempt[]>;
}

export interface LambdaEndpoint {
  url: string;
  close(): Promise<void>;
}

const PATH = /^\/2015-03-31\/functions\/([^/?]+)\/(invocations|policy)(?:\?|$)/;

/** Lambda's API, as far as Secrets Manager, an SDK or the AWS CLI need it here: `Invoke` and `GetPolicy`. */
export async function startLambdaEndpoint(functions: FunctionDirectory): Promise<LambdaEndpoint> {
  const server = createServer((request, response) => {
    answer(functions, request, response).catch((error) => refuse(response, 500, 'ServiceException', error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  functions: FunctionDirectory,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, encoded = '', what] = PATH.exec(request.url ?? '') ?? [];
  const name = decodeURIComponent(encoded);
  const body = await read(request);
  if (!functions.find(name)) {
    return refuse(response, 404, 'ResourceNotFoundException', `Function not found: ${name}`);
  }
  if (what === 'policy') {
    const Statement = functions.policy(name);
    return Statement.length === 0
      ? refuse(response, 404, 'ResourceNotFoundException', 'The resource you requested does not exist.')
      : tell(response, 200, { Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement }) });
  }
  const event = body === '' ? {} : JSON.parse(body);
  if (request.headers['x-amz-invocation-type'] === 'Event') {
    void functions.invoke(name, event, 'retried');
    return tell(response, 202, undefined);
  }
  const last = (await functions.invoke(name, event, 'once')).at(-1);
  if (last?.outcome === 'success') {
    return tell(response, 200, last.result ?? null);
  }
  response.setHeader('X-Amz-Function-Error', 'Unhandled');
  tell(response, 200, last?.error ?? { errorType: 'Unknown', errorMessage: 'The function did not run.' });
}

function refuse(response: ServerResponse, status: number, type: string, reason: unknown): void {
  response.setHeader('x-amzn-ErrorType', type);
  tell(response, status, {
    Type: 'User',
    message: reason instanceof Error ? reason.message : String(reason),
  });
}

function tell(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(content === undefined ? '' : JSON.stringify(content));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
