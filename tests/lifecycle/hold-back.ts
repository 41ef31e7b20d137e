import type { MemoryAws } from '../support/memory-aws/memory-aws.ts';

/** Holds back the calls of the first run from one on, all of them or all but those to the ledger. */
export function holdBack(aws: MemoryAws, from: string, what: 'everything' | 'all but the ledger') {
  let open = () => {};
  let reach = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  let run: string | undefined;
  // Which run each holder of the lease is: the timer that beats is outside of the run that has set it.
  const runs = new Map<string, string | undefined>();
  aws.gate = async (call) => {
    if (!run && call.action === from) {
      run = call.run;
      reach();
    }
    const [holder = ''] = /"holder":"[^"]+"/.exec(JSON.stringify(call.input).replaceAll('\\', '')) ?? [];
    if (holder && call.run) runs.set(holder, call.run);
    if (!run || (call.run ?? runs.get(holder)) !== run) return;
    if (what === 'everything' || call.service !== 'dynamodb') await opened;
  };
  return { open: () => open(), reached };
}
