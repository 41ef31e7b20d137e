import { randomUUID } from 'node:crypto';
import type { Aws } from '../aws/clients.ts';
import { describeBundle } from '../bundle/bundle.ts';
import { bundleTag, type Identity } from '../bundle/bundle-id.ts';
import { type BundleProperties, parsePropertiesLeniently } from '../bundle/properties.ts';
import { withLease } from '../ledger/lease.ts';
import { settle } from '../ledger/owners.ts';
import { reconcile } from './reconcile.ts';
import { standing } from './suspension.ts';

/**
 * Brings a bundle back to what is in force, as an Update of nothing does.
 *
 * @param functionArn ARN of this function
 * @param refuse throws if properties would let in whom the template does not
 * @returns what came of it
 */
export function repair(
  aws: Aws,
  identity: Identity,
  functionArn: string,
  refuse: (properties: BundleProperties) => void,
): Promise<string> {
  return withLease(
    aws,
    {
      bundle: bundleTag(identity),
      request: { key: randomUUID(), kind: 'Repair' },
      judge: (state) =>
        state.inForce && !standing(state)
          ? undefined
          : 'Nothing was repaired: access was suspended or the bundle deleted meanwhile.',
    },
    async (held) => {
      const { inForce } = held.ledger.state;
      const raw = inForce?.properties ?? {};
      const properties = parsePropertiesLeniently(raw, identity.stack);
      refuse(properties);
      const bundle = describeBundle(identity, properties);
      const { warnings } = await reconcile(
        {
          aws: held.aws,
          ledger: held.ledger,
          identity,
          bundle,
          properties: raw,
          knownId: bundle.id,
          before: undefined,
          tagsBefore: properties.Tags,
          functionArn,
        },
        { keyAsked: false, finishing: false },
      );
      await held.finish((state) => {
        settle(state, bundle.id);
        state.underWay = [];
      });
      return ['Repaired.', ...warnings].join(' ');
    },
  );
}
