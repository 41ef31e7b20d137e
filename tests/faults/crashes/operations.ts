import type { Exchange } from '../../../local/cloudformation/exchange.ts';
import { createRequest, deleteRequest, updateRequest } from '../../e2e/requests.ts';
import type { Moment, Point } from './gateway.ts';
import type { Life } from './life.ts';

export const INVENTED_ID = 'events-Bundle-1ABCDEFGHIJKL';
const ROTATED = { AccessKeySerial: '2', PasswordSerial: '2' };

/** An operation that is interrupted, and what CloudFormation or Lambda does next. */
export interface Operation {
  name: string;
  /** Brings the stack to where the operation begins. */
  prepare(life: Life): Promise<unknown>;
  run(life: Life, point?: Point): Promise<Exchange>;
  /** Instead of running the event again: takes it back. */
  takeBack?(life: Life): Promise<Exchange>;
}

const resourceOf = ({ stackId }: Life) => ({ stackId, logicalId: 'Bundle' });
const idOf = ({ answer }: Exchange) => answer?.PhysicalResourceId ?? '';
const ids = new WeakMap<Life, string>();

async function create(life: Life): Promise<void> {
  const created = await life.send(createRequest(resourceOf(life)));
  if (created.answer?.Status !== 'SUCCESS') throw new Error(`The Create failed: ${created.answer?.Reason}`);
  ids.set(life, idOf(created));
}

export const operations: Operation[] = [
  {
    name: 'create',
    prepare: async () => {},
    run: (life, point) => life.send(createRequest(resourceOf(life)), point),
    takeBack: (life) => life.send(deleteRequest(resourceOf(life), INVENTED_ID)),
  },
  {
    name: 'rotation of key and password',
    prepare: create,
    run: (life, point) => life.send(updateRequest(resourceOf(life), ids.get(life) ?? '', ROTATED, {}), point),
    takeBack: (life) => life.send(updateRequest(resourceOf(life), ids.get(life) ?? '', {}, ROTATED)),
  },
  {
    name: 'delete',
    prepare: create,
    run: (life, point) => life.send(deleteRequest(resourceOf(life), ids.get(life) ?? ''), point),
  },
];

const READS = /^(Get|List|Describe|Simulate)/;

/** Every place where an operation of these calls can be interrupted. After a read is before the next call. */
export function pointsOf(calls: string[]): Point[] {
  return calls.flatMap((action, index) => {
    const nth = calls.slice(0, index).filter((call) => call === action).length;
    const moments: Moment[] = READS.test(action) ? ['before'] : ['before', 'after', 'lost'];
    return moments.map((moment) => ({ action, nth, moment }));
  });
}
