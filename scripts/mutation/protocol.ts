import { BroadcastChannel } from 'node:worker_threads';

/** Which tests are to be carried out (all, if none are named), and with which defect. */
export interface Asked {
  defect?: string;
  tests?: string[];
  hitLimit?: number;
  /** Whether the first failure is enough. */
  bail: boolean;
}

export interface Failure {
  id: string;
  message: string;
}

export interface Told {
  failures: Failure[];
  /** Milliseconds by test. */
  spent: Record<string, number>;
  /** How often the defect was come to. */
  hitCount: number;
  /** Which test comes to which defect, as Stryker has it. */
  coverage: unknown;
}

/** Between Stryker and the thread that holds the tests. */
export const channel = new BroadcastChannel('mutation');
// Stryker loads this in its main process, too, which would wait for messages for ever.
channel.unref();
