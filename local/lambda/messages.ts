/** One invocation, as the container receives it. */
export interface InvokeMessage {
  event: unknown;
  requestId: string;
  functionArn: string;
  /** Milliseconds since the epoch. */
  deadline: number;
}

export interface InvocationError {
  errorType: string;
  errorMessage: string;
}

/** What the process in the container tells: that it is loaded, and how each run of the handler ended. */
export type RuntimeMessage = { kind: 'ready' } | { kind: 'done'; error?: InvocationError; result?: unknown };
