import type { MemoryAws } from '../memory-aws/memory-aws.ts';
import type { ByHand } from './health.ts';
import { BUNDLE_TAG, content, isOurs, keyOf } from './ours.ts';

/** Looks at the account after every single change, for what users rely on at every moment. */
export type Watch = {
  /** What was wrong at some moment. */
  breaches: string[];
  checks: number;
  /** From now on AWSCURRENT of these secrets must be a working key. */
  promise(prefix: string): void;
  /** A Delete of this bundle has begun: nothing of it is promised any more. */
  release(id: string): void;
  /** The secrets that are promised; to come back to. */
  promised: Set<string>;
};

export function watch(aws: MemoryAws, byHand: ByHand): Watch {
  const self: Watch = {
    breaches: [],
    checks: 0,
    promised: new Set(),
    promise(prefix) {
      for (const secret of Object.values(aws.secrets)) {
        if (isOurs(secret.tags, prefix) && !secret.deletion && content(secret, 'AWSCURRENT')?.accessKeyId) {
          self.promised.add(secret.name);
        }
      }
    },
    release(id) {
      for (const secret of Object.values(aws.secrets)) {
        if (secret.tags[BUNDLE_TAG] === id) self.promised.delete(secret.name);
      }
    },
  };
  aws.afterChange = ({ action }) => {
    for (const name of self.promised) {
      self.checks += 1;
      const current = content(aws.secrets[name], 'AWSCURRENT');
      const found = keyOf(aws, current?.accessKeyId);
      const works = found?.key.secret === current?.accessSecretKey;
      if (!found || !works) self.breaches.push(`after ${action} AWSCURRENT of ${name} holds no working key`);
      else if (!found.key.active && !byHand.inactive.includes(found.key.id)) {
        self.breaches.push(`after ${action} the key in AWSCURRENT of ${name} is not active`);
      }
    }
  };
  return self;
}
