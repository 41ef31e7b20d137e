import type { Exchange } from './exchange.ts';
import type { Operation } from './operation.ts';
import type { CustomResourceAnswer } from './protocol.ts';
import type { StackEvent } from './stack.ts';

export interface OperationResult {
  stackId: string;
  /** The stack's status at the end, such as `CREATE_COMPLETE` or `UPDATE_ROLLBACK_COMPLETE`. */
  status: string;
  /** The events of this operation, oldest first. */
  events: StackEvent[];
  outputs: Record<string, string>;
  /** The requests of this operation to functions, in order, with answers and runs. */
  exchanges: Exchange[];
  /** The valid answers among them. */
  readonly answers: CustomResourceAnswer[];
  /** All that the functions wrote for these requests, line by line. */
  readonly log: string[];
}

export function resultOf({ stack, events, exchanges }: Operation): OperationResult {
  return {
    stackId: stack.id,
    status: stack.status,
    events,
    outputs: stack.outputs,
    exchanges,
    // A function may still be running when CloudFormation is done; these two then show what came in the meantime.
    get answers() {
      return exchanges.flatMap(({ answer }) => answer ?? []);
    },
    get log() {
      return exchanges.flatMap(({ attempts }) => attempts.flatMap(({ log }) => log));
    },
  };
}
