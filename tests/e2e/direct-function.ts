import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventLedgerEnvironment, putEventLedger } from '../../local/cloudformation/event-function.ts';
import type { Exchange } from '../../local/cloudformation/exchange.ts';
import type { CustomResourceEvent } from '../../local/cloudformation/protocol.ts';
import { createFunction, type InvokeOptions, type LambdaFunction } from '../../local/lambda/function.ts';
import type { EventDraft } from './requests.ts';

/** The function without CloudFormation: it gets an event when a test wants, and the very same one as often as it wants. */
export interface DirectFunction {
  /** Completes an event, as if CloudFormation had sent it now. */
  event(draft: EventDraft): CustomResourceEvent;
  /** Runs an event; the body is what was put to its ResponseURL last. */
  deliver(event: CustomResourceEvent, options?: InvokeOptions): Promise<Exchange>;
  close(): Promise<void>;
}

export async function startDirectFunction(
  file: string,
  environment: Record<string, string>,
): Promise<DirectFunction> {
  const bodies = new Map<string, string>();
  const server = createServer(async (request, response) => {
    bodies.set(request.url ?? '', await text(request));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await putEventLedger(environment);
  const target: LambdaFunction = createFunction({
    arn: 'arn:aws:lambda:us-east-1:123456789012:function:direct',
    name: 'direct',
    code: { file },
    handler: 'index.handler',
    timeoutMs: 300_000,
    memoryMb: 256,
    environment: { ...eventLedgerEnvironment, ...environment, RESPONSE_URL_ORIGIN: origin },
    maximumRetries: 0,
  });
  return {
    event: (draft) => ({ ...draft, ResponseURL: `${origin}${signedPath(draft.RequestId)}` }),
    async deliver(event, options) {
      const attempts = await target.invoke(event, options);
      const body = bodies.get(event.ResponseURL.slice(origin.length));
      return {
        event,
        attempts,
        late: false,
        ...(body !== undefined && { body, answer: JSON.parse(body) as NonNullable<Exchange['answer']> }),
      };
    },
    async close() {
      target.stop();
      await closed(server);
    },
  };
}

function signedPath(name: string): string {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const signature = randomBytes(32).toString('hex');
  return `/${name}?X-Amz-Date=${date}&X-Amz-Expires=7200&X-Amz-Signature=${signature}`;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
