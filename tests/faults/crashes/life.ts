import { fileURLToPath } from 'node:url';
import type { LocalAws } from '../../../local/aws.ts';
import { eventRoleEnvironment } from '../../../local/cloudformation/event-function.ts';
import type { Exchange } from '../../../local/cloudformation/exchange.ts';
import { type Clients, clientsOf } from '../../../local/demo/clients.ts';
import type { RunningAttempt } from '../../../local/lambda/function.ts';
import { type DirectFunction, startDirectFunction } from '../../e2e/direct-function.ts';
import { readIam } from '../../e2e/iam-state.ts';
import type { EventDraft } from '../../e2e/requests.ts';
import { type Content, contentOf, readSecrets, secretValues } from '../../e2e/secrets-state.ts';
import { toldSecrets } from '../../e2e/told-secrets.ts';
import { type Gateway, type Point, startGateway } from './gateway.ts';

const SECRET = 'rv-access/redislabs-user';
const REGION = 'us-east-1';
let accounts = 100_000_000_000;

/** A stack in an account of its own, with the built function in a process of its own. */
export interface Life {
  stackId: string;
  /** The calls of the last request. */
  readonly calls: string[];
  /** Whether the point of the last request was reached. */
  readonly met: boolean;
  /** Sends a request; at the point the process is killed, or an answer of AWS gets lost. */
  send(draft: EventDraft, point?: Point): Promise<Exchange>;
  /** Sends the very same event once more, as Lambda does after a crash. */
  again(exchange: Exchange): Promise<Exchange>;
  /** What the secret holds. */
  content(): Promise<Content>;
  /** Who AWS takes the owner of a key for, or the error with which it refuses the key. */
  callerOf: Clients['callerOf'];
  /** All that is there, as text that is the same in every account. */
  state(): Promise<string>;
  /** Secrets that an answer or the log of the function tells, as sentences. */
  leaks(): string[];
  end(): Promise<void>;
}

export async function newLife(aws: LocalAws): Promise<Life> {
  accounts += 1;
  const account = String(accounts);
  const gateway: Gateway = await startGateway(aws.endpoint);
  const environment = {
    ...aws.env(REGION, account),
    ...(await eventRoleEnvironment(aws.addRole, account)),
    AWS_ENDPOINT_URL: gateway.endpoint,
    // Who comes after a run that died waits five seconds for its turn, not twenty; with less, a busy machine loses leases.
    LEDGER_LEASE_SECONDS: '5',
  };
  const built = fileURLToPath(new URL('../../../dist/index.js', import.meta.url));
  const direct: DirectFunction = await startDirectFunction(built, environment);
  const clients = clientsOf({ ...aws, env: () => aws.env(REGION, account) }, REGION);
  const exchanges: Exchange[] = [];
  const secrets = new Set<string>();

  const deliver = async (event: Exchange['event'], point?: Point) => {
    for (const value of await secretValues(clients.secrets)) secrets.add(value);
    const onAttempt = ({ kill }: RunningAttempt) => gateway.arm(point, kill);
    const exchange = await direct.deliver(event, { onAttempt });
    exchanges.push(exchange);
    for (const value of await secretValues(clients.secrets)) secrets.add(value);
    return exchange;
  };

  return {
    stackId: `arn:aws:cloudformation:${REGION}:${account}:stack/events/6f1c3c50-0000-4000-8000-${account}`,
    get calls() {
      return gateway.calls;
    },
    get met() {
      return gateway.met;
    },
    send: (draft, point) => deliver(direct.event(draft), point),
    again: ({ event }) => deliver(event),
    content: () => contentOf(clients.secrets, SECRET),
    callerOf: clients.callerOf,
    async state() {
      const [iam, found] = await Promise.all([readIam(clients.iam), readSecrets(clients.secrets)]);
      return comparable({ ...iam, secrets: found }, account);
    },
    leaks: () => toldSecrets({ exchanges, others: [] }, secrets),
    end: async () => {
      await Promise.all([direct.close(), gateway.close()]);
    },
  };
}

/** Without what differs from account to account, without secrets, and in one order. */
function comparable(state: object, account: string): string {
  const text = JSON.stringify(
    state,
    (name, value) => {
      if (['accessSecretKey', 'consolePassword'].includes(name)) return typeof value;
      const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
      return isPlain ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
    },
    1,
  );
  return text
    .replaceAll(account, 'ACCOUNT')
    .replaceAll(/AKIA\w{16}/g, 'KEY')
    .replaceAll(/\/Bundle\/[0-9a-f]{16}/g, '/Bundle/HASH');
}
