import { type Aws, connect } from '../aws/clients.ts';
import { together } from '../aws/patience.ts';
import { type Bundle, bundleOf } from '../bundle/bundle.ts';
import { grantedBy } from '../bundle/granted.ts';
import { PreconditionError } from '../errors.ts';
import { simulate, type TakenAway } from '../iam/simulation.ts';
import type { LedgerState } from '../ledger/state.ts';
import { warn } from '../log.ts';
import type { Reconciling } from './run.ts';

/** A user or role that Redis works as. */
interface Principal {
  title: string;
  /** The ledger's word for it. */
  key: string;
  arn: string;
  boundaryArn: string;
  document: string;
  /** Undefined: a role. */
  userName?: string;
}

function principalsOf({ user, userPolicy, consoleRole, instanceRole, instancePolicy }: Bundle): Principal[] {
  const role = ({ name, arn, boundaryArn }: typeof instanceRole, document: string) => ({
    title: `the role "${name}"`,
    key: `role ${name}`,
    arn,
    boundaryArn,
    document,
  });
  const { name, arn, boundaryArn } = user;
  return [
    {
      title: `the user "${name}"`,
      key: `user ${name}`,
      arn,
      boundaryArn,
      document: userPolicy.document,
      userName: name,
    },
    ...(consoleRole ? [role(consoleRole, userPolicy.document)] : []),
    role(instanceRole, instancePolicy.document),
  ];
}

/** Whether an organisation's policy or a boundary takes from Redis what it needs: asked beside the request's other calls. */
export interface Preflight {
  /**
   * Waits for the changes of resources, and asks about what is there by then.
   *
   * @throws PreconditionError if the preflight is to fail a request, and what the request changes is taken away
   */
  beside(changes: Promise<unknown>): Promise<void>;
  /** Number of actions that are taken away, empty if it is not asked for, and warnings as sentences for the user. */
  end(): Promise<{ preflightFindings: string; warnings: string[] }>;
}

/** What became of a question: actions, or why there is no answer. */
type Outcome = { principal: Principal } & (TakenAway | { failure: string });

/** Begins with who is there already, beside the first look. */
export function beginPreflight({ aws, ledger, bundle, properties }: Reconciling): Preflight {
  const { stack } = bundle;
  const mode = bundle.properties.Preflight;
  if (mode === 'Off')
    return {
      beside: async (changes) => void (await changes),
      end: async () => ({ preflightFindings: '', warnings: [] }),
    };
  const { inForce, before, underWay } = ledger.state;
  const described = (known: LedgerState['inForce']) => known && bundleOf(bundle, known.properties);
  const bundleInForce = described(inForce);
  const principals = principalsOf(bundle);
  const known = bundleInForce ? principalsOf(bundleInForce) : [];
  const sameAs = (one: Principal) => known.find(({ key }) => key === one.key);
  const keepsBoundary = (one: Principal) => sameAs(one)?.boundaryArn === one.boundaryArn;
  const isNew = ({ key }: Principal) => ledger.state.owners[key]?.since !== 'owned';

  // Denials are waited out apart from those of the request: the question is not worth its allowance.
  const own = connect(aws.signal);
  const asked = new Map<Principal, Promise<Outcome>>();
  const ask = (who: (principal: Principal) => boolean) => {
    for (const one of principals) if (!asked.has(one) && who(one)) asked.set(one, askAbout(own, one, stack));
  };
  ask((one) => !isNew(one) && keepsBoundary(one) && underWay.length === 0);

  /** What fails a request is only what it changes; what is in force, or was before, may be gone back to. */
  const isChanged = (one: Principal) => {
    const text = JSON.stringify(properties);
    if ([inForce, before].some((state) => JSON.stringify(state?.properties) === text)) return false;
    const other = sameAs(one);
    return (
      bundleInForce?.properties.Preflight !== 'Fail' ||
      other?.boundaryArn !== one.boundaryArn ||
      other.document !== one.document
    );
  };
  return {
    async beside(changes) {
      // What is made has its boundary from the beginning.
      ask((one) => isNew(one) || keepsBoundary(one));
      await changes;
      ask(() => true);
      if (mode !== 'Fail') return;
      const outcomes = (await together([...asked.values()])).filter(({ principal }) => isChanged(principal));
      const { sentences, count } = told(outcomes);
      if (count > 0)
        throw new PreconditionError([
          ...sentences,
          'No access key was made or registered, as Preflight is Fail.',
        ]);
    },
    async end() {
      const { sentences, failures, count } = told(await together([...asked.values()]));
      const warnings = [...sentences, ...failures];
      for (const warning of warnings) warn(warning);
      return { preflightFindings: String(count), warnings };
    },
  };
}

async function askAbout(aws: Aws, principal: Principal, stack: Bundle['stack']): Promise<Outcome> {
  try {
    const { arn, document, userName } = principal;
    return { principal, ...(await simulate(aws, arn, document, grantedBy(document, stack, userName))) };
  } catch (error) {
    // Never worth a failure, whatever it is.
    return { principal, failure: (error as Error).message };
  }
}

/** What was found, in words: by who takes it away, and who can change that. */
function told(outcomes: Outcome[]): { sentences: string[]; failures: string[]; count: number } {
  const lists = { byOrganization: new Set<string>(), byBoundary: new Set<string>() };
  const from = { byOrganization: new Set<string>(), byBoundary: new Set<string>() };
  const boundaries = new Set<string>();
  const failures = new Set<string>();
  for (const outcome of outcomes) {
    if ('failure' in outcome) {
      failures.add(outcome.failure);
      continue;
    }
    for (const by of ['byOrganization', 'byBoundary'] as const) {
      for (const action of outcome[by]) lists[by].add(action);
      if (outcome[by].length > 0) from[by].add(outcome.principal.title);
    }
    if (outcome.byBoundary.length > 0) boundaries.add(outcome.principal.boundaryArn);
  }
  const list = (items: Set<string>) => [...items].join(', ');
  return {
    count: new Set([...lists.byOrganization, ...lists.byBoundary]).size,
    sentences: [
      ...(lists.byOrganization.size > 0
        ? [
            `A service control policy of the organisation takes from ${list(from.byOrganization)} what Redis needs: ${list(lists.byOrganization)}. ` +
              'The people who manage the organisation can change that. There may be more, as AWS does not simulate policies with conditions.',
          ]
        : []),
      ...(lists.byBoundary.size > 0
        ? [
            `The permissions boundary ${list(boundaries)} takes from ${list(from.byBoundary)} what Redis needs: ${list(lists.byBoundary)}. ` +
              'The owner of that policy can change it, or set PermissionsBoundaryArn to another one.',
          ]
        : []),
    ],
    // One reason is as good as all.
    failures: [...failures]
      .slice(0, 1)
      .map(
        (failure) =>
          `Whether an organisation or a boundary takes anything from Redis is not known. ${failure}`,
      ),
  };
}
