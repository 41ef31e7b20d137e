import { AsyncLocalStorage } from 'node:async_hooks';

/** What is kept for the running request alone, wherever in the code it is. */
interface RequestContext {
  /** Values that must never be shown. See `log.ts`. */
  secrets: Set<string>;
  /** What the request is waiting for, as a whole sentence, for the case that its time runs out. */
  waitingFor: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs a request with a context of its own. */
export function withRequestContext<T>(request: () => T): T {
  return storage.run({ secrets: new Set(), waitingFor: '' }, request);
}

/** The context of the running request; undefined outside of one. */
export function requestContext(): RequestContext | undefined {
  return storage.getStore();
}
