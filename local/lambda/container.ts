import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { InvocationError, InvokeMessage, RuntimeMessage } from './messages.ts';

const runtime = fileURLToPath(new URL('./runtime.mjs', import.meta.url));
/** Follows everything that one run of the handler wrote, on stdout and on stderr. */
const endOfOutput = '\u0004end of invocation';
/** The Node.js that the runtime nodejs24.x stands for: the one pinned in package.json. */
const nodeBinary = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));

/** How one run of the handler ended. */
export interface Outcome {
  /** `error`: the handler threw. `crash`: the process ended (exit, uncaught error, killed) before the handler did. */
  outcome: 'success' | 'error' | 'timeout' | 'crash';
  error?: InvocationError;
  /** What the handler returned, if that can be said in JSON. */
  result?: unknown;
  /** What the function wrote to stdout and stderr, line by line. */
  log: string[];
}

/** One process that holds the function, warm until it ends. */
export interface Container {
  /** False as soon as the process has ended or is being killed. */
  readonly alive: boolean;
  readonly busy: boolean;
  /** Runs one event; kills the process when it takes longer than `timeoutMs`. */
  invoke(message: Omit<InvokeMessage, 'deadline'>, timeoutMs: number): Promise<Outcome>;
  /** Ends the process at once (SIGKILL), as when Lambda loses the machine under it. */
  kill(): void;
}

/**
 * Starts a process for the function; its code is loaded at once, as in Lambda's init phase.
 *
 * Unlike Lambda it is not frozen between invocations: work that goes on after the answer then shows, instead of
 * waiting for the next event.
 */
export function startContainer(path: string, exported: string, env: Record<string, string>): Container {
  const child = fork(runtime, [path, exported, endOfOutput], {
    env,
    execPath: nodeBinary,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const state = { alive: true, busy: false };
  const lines: string[] = [];
  const outputs = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const endsOfOutput = outputs.map((stream) => followLines(stream, lines));
  const ready = messageOf(child, 'ready');
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ? `signal: ${signal}` : `exit status ${code}`));
  });
  child.once('exit', () => {
    state.alive = false;
  });

  const kill = (): void => {
    state.alive = false;
    child.kill('SIGKILL');
  };

  const invoke: Container['invoke'] = async (message, timeoutMs) => {
    state.busy = true;
    const firstLine = lines.length;
    let timer: NodeJS.Timeout | undefined;
    let timedOut = false;
    const handled = ready.then(async (): Promise<Omit<Outcome, 'log'>> => {
      timer = setTimeout(() => {
        timedOut = true;
        kill();
      }, timeoutMs);
      const done = messageOf(child, 'done');
      const written = endsOfOutput.map((next) => next());
      // A process that is gone by now is reported by `ended`, not by this call.
      child.send({ ...message, deadline: Date.now() + timeoutMs } satisfies InvokeMessage, () => {});
      const { error, result } = await done;
      await Promise.all(written);
      return error ? { outcome: 'error', error } : { outcome: 'success', result };
    });
    const interrupted = ended.then((how): Omit<Outcome, 'log'> => {
      const error = timedOut
        ? { errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${timeoutMs / 1000} seconds` }
        : { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: ${how}` };
      lines.push(`RequestId: ${message.requestId} Error: ${error.errorMessage}`);
      return { outcome: timedOut ? 'timeout' : 'crash', error };
    });
    const outcome = await Promise.race([handled, interrupted]);
    clearTimeout(timer);
    state.busy = false;
    return { ...outcome, log: lines.slice(firstLine) };
  };

  return {
    get alive() {
      return state.alive;
    },
    get busy() {
      return state.busy;
    },
    invoke,
    kill,
  };
}

type Message<Kind> = Extract<RuntimeMessage, { kind: Kind }>;

function messageOf<Kind extends RuntimeMessage['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Message<Kind>> {
  return new Promise((resolve) => {
    const listener = (message: RuntimeMessage): void => {
      if (message.kind === kind) {
        child.off('message', listener);
        resolve(message as Message<Kind>);
      }
    };
    child.on('message', listener);
  });
}

/** Collects the lines of a stream; each call of what it returns waits for the next end of an invocation's output. */
function followLines(stream: Readable, lines: string[]): () => Promise<void> {
  let reached = (): void => {};
  createInterface({ input: stream }).on('line', (line) => {
    const isEnd = line.endsWith(endOfOutput);
    const text = isEnd ? line.slice(0, -endOfOutput.length) : line;
    if (text !== '') {
      lines.push(text);
    }
    if (isEnd) {
      reached();
    }
  });
  return () =>
    new Promise((resolve) => {
      reached = resolve;
    });
}
