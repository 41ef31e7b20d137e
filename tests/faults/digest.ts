/** What is too variable to be compared: ids of keys, of requests, hashes. */
const VARIABLE = /AKIA[A-Z0-9]{16}|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}/g;

/** Breaches of one kind together: how many, and one to begin with. */
export type Digest<Breach> = { problem: string; times: number; first: Breach };

/** Puts breaches of one kind together, so that a test's report can be read. */
export function digest<Breach extends { problem: string }>(breaches: Breach[]): Digest<Breach>[] {
  const digests = new Map<string, Digest<Breach>>();
  for (const breach of breaches) {
    const problem = breach.problem.replaceAll(VARIABLE, '…').slice(0, 200);
    const known = digests.get(problem);
    if (known) known.times += 1;
    else digests.set(problem, { problem, times: 1, first: breach });
  }
  return [...digests.values()].sort((a, b) => b.times - a.times).slice(0, 12);
}
