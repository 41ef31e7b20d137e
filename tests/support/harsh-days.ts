import type { MemoryAws } from './memory-aws/memory-aws.ts';
import type { StaleReads } from './memory-aws/stale-reads.ts';

const tagsLate = (ms: number): StaleReads => ({ seed: 1, from: ms, to: ms, kinds: ['tags'] });
const allLate = (seed: number): StaleReads => ({ seed, from: 0, to: 10_000, kinds: 'all' });

/** Ways in which reads are late, by the words for a test's title. */
export const LATENESS: [string, StaleReads][] = [
  ['tags read 0.1 s late', tagsLate(100)],
  ['tags read half a second late', tagsLate(500)],
  ['tags read 10 s late', tagsLate(10_000)],
  ...[1, 2, 3].map((seed): [string, StaleReads] => [`everything reads late (seed ${seed})`, allLate(seed)]),
];

/** Everything that AWS can be, at once: late to read, slow to know, asynchronous. */
export function harshestDay(aws: MemoryAws, seed = 1): undefined {
  aws.staleReads = allLate(seed);
  Object.assign(aws.lag, {
    references: 3000,
    keyActivation: 2000,
    keyFlapping: 6000,
    loginProfile: 6000,
    uniqueIdForArn: 3000,
    deletes: 3000,
    replication: 3000,
    managedKey: 8000,
  });
  aws.latency = 30;
}

/** Seeds for days that are drawn; `HARSH_SEEDS=1,2,3` names others. */
export const HARSH_SEEDS: number[] = (process.env.HARSH_SEEDS ?? '1,2,3').split(',').map(Number);
