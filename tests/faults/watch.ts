import type { MemoryAws } from '../support/memory-aws/memory-aws.ts';
import type { ByHand } from './health.ts';
import { namesOwnedBy } from './ledger.ts';
import { content, isOurs, keyOf } from './ours.ts';

/** Looks at the account after every single change, for what users rely on at every moment. */
export type Watch = {
  /** What was wrong at some moment. */
  breaches: string[];
  checks: number;
  /** From now on AWSCURRENT of these secrets must be a working key. */
  promise(prefix: string): void;
  /** A Delete of this bundle has begun: nothing of it is promised any more. */
  release(id: string): void;
  /** People broke something by hand: what does not work now is not promised any more. */
  forgive(): void;
  /** The secrets that are promised; to come back to. */
  promised: Set<string>;
};

export function watch(aws: MemoryAws, byHand: ByHand): Watch {
  const self: Watch = {
    breaches: [],
    checks: 0,
    promised: new Set(),
    promise(prefix) {
      // What a person has scheduled for deletion, and no request has taken up again, was left behind.
      for (const name of self.promised) if (aws.secrets[name]?.deletion) self.promised.delete(name);
      for (const secret of Object.values(aws.secrets)) {
        // What a person broke in a bundle that was replaced since stays broken: no request was for that one.
        if (isOurs(secret.tags, prefix) && !secret.deletion && !problemWith(secret.name)) {
          self.promised.add(secret.name);
        }
      }
    },
    release(id) {
      const names = namesOwnedBy(aws, id);
      for (const name of self.promised) if (names.includes(`secret ${name}`)) self.promised.delete(name);
    },
    forgive() {
      for (const name of self.promised) if (problemWith(name)) self.promised.delete(name);
    },
  };
  aws.afterChange = ({ action }) => {
    for (const name of self.promised) {
      self.checks += 1;
      const problem = problemWith(name);
      if (problem) self.breaches.push(`after ${action} AWSCURRENT of ${name} ${problem}`);
    }
  };
  return self;

  function problemWith(name: string): string | undefined {
    const current = content(aws.secrets[name], 'AWSCURRENT');
    const found = keyOf(aws, current?.accessKeyId);
    if (!found || found.key.secret !== current?.accessSecretKey) return 'holds no working key';
    if (!found.key.active && !byHand.inactive.includes(found.key.id)) return 'holds an inactive key';
    return undefined;
  }
}
