import { type ClientRequest, createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Where in a call the worst happens. `lost`: AWS has done it, and the connection breaks before the answer. */
export type Moment = 'before' | 'after' | 'lost';

/** A call by what it is called, and how many of that name came before it: the order of calls side by side varies. */
export interface Point {
  action: string;
  /** Counted from 0. */
  nth: number;
  moment: Moment;
}

/** Between the function and AWS: sees every call, and lets one of them go wrong. */
export interface Gateway {
  endpoint: string;
  /** Actions of all calls since the last `arm`, in the order of arrival. */
  readonly calls: string[];
  /** Whether the point was reached. */
  readonly met: boolean;
  /** From now on this call goes wrong; `kill` ends the process of the function. */
  arm(point: Point | undefined, kill: () => void): void;
  close(): Promise<void>;
}

/** @param aws base URL of the local AWS */
export async function startGateway(aws: string): Promise<Gateway> {
  let armed: { point: Point | undefined; kill: () => void } = { point: undefined, kill: () => {} };
  let calls: string[] = [];
  let met = false;

  const isDue = (action: string): Moment | undefined => {
    const nth = calls.filter((call) => call === action).length;
    calls.push(action);
    const { point } = armed;
    if (met || point?.action !== action || point.nth !== nth) return undefined;
    met = true;
    return point.moment;
  };

  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    const moment = isDue(actionOf(incoming, body));
    if (moment === 'before') {
      armed.kill();
      return;
    }
    const answer = await forwarded(aws, incoming, body);
    const text = await buffer(answer);
    if (moment === 'after') armed.kill();
    else if (moment === 'lost') outgoing.destroy();
    else outgoing.writeHead(answer.statusCode ?? 500, answer.headers).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
    get met() {
      return met;
    },
    arm(point, kill) {
      armed = { point, kill };
      calls = [];
      met = false;
    },
    close: () => closed(server),
  };
}

function actionOf({ headers }: IncomingMessage, body: Buffer): string {
  const target = headers['x-amz-target'];
  return (
    String(target ?? '').split('.')[1] ?? new URLSearchParams(body.toString()).get('Action') ?? 'unknown'
  );
}

/** Sends a call on as it is: its signature covers the headers. */
function forwarded(
  aws: string,
  { method, url = '/', headers }: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call: ClientRequest = request(new URL(url, aws), { method, headers }, resolve);
    call.on('error', reject).end(body);
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
